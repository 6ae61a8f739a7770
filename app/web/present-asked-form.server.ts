import { draftOf, draftsKeptForDays, type TypedFields } from '#app/requests/drafts.server.ts';
import { formIn, leadIn, type askedForm } from '#app/requests/kinds/asked-form.ts';
import { kindDefinition, type RequestKind } from '#app/requests/kinds/registry.ts';
import { feeLaw } from '#app/requests/fees.ts';
import { startClock } from '#app/requests/start-clock.server.ts';
import type { World } from '#app/db/world.ts';
import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { citationIn } from '#app/words/citations.ts';
import { dayOfInstantInWords, instantInWords, weekdayDateInWords } from '#app/words/dates.ts';
import { actingAs } from './acting-field.ts';
import type { Locale } from '#app/words/locales.ts';
import type { PatientVisit } from './guard.server.ts';
import { placeOfFacility } from './present-complaint.server.ts';
import { sizeInWords } from './present-files.server.ts';
import { acceptedDocuments } from './uploads.server.ts';

/** By when a request of a kind is answered if it is sent now, and who says so; apart from it what the law says of a cost. */
export async function whenAnswered(
  { db }: World,
  kind: RequestKind,
  { now, locale }: { now: Date; locale: Locale },
) {
  const clock = await startClock(db, { kind, receivedAt: now, isAppeal: false });
  const { basis, citation } = clockRule(ruleOf(clock.ruleId), clock.ruleVersion);
  const day = (date: Date) => weekdayDateInWords(locale, date.toISOString().slice(0, 10));
  const when = {
    basis,
    citation: citationIn(locale, citation),
    acknowledged: clock.ackRuleId &&
      clock.ackDueOn && {
        date: day(clock.ackDueOn),
        citation: citationIn(locale, clockRule(ruleOf(clock.ackRuleId)).citation),
      },
    date: day(clock.dueOn),
  };
  return { when, feeLaw: feeLaw(kind, clock.ruleId) };
}

export type WhenAnsweredView = Awaited<ReturnType<typeof whenAnswered>>['when'];

/**
 * The form of a kind with what was kept of it, and by when it is answered if it is sent now.
 * @param prefill what the way to the form fills in, beside what was kept
 */
export async function askedFormView(
  { world, person, patientId, locale, now }: PatientVisit,
  { kind, form }: NonNullable<ReturnType<typeof askedForm>>,
  prefill: (draft: TypedFields) => Promise<TypedFields | null> = () => Promise.resolve(null),
) {
  const { title, takesFiles } = kindDefinition(kind);
  const asksCompanies = form.some(({ input }) => input === 'vendors');
  const [draft, facility, { when }, vendors] = await Promise.all([
    draftOf(world, { actor: person, patientId, kind }),
    facilitySettings(world.db),
    whenAnswered(world, kind, { now, locale }),
    asksCompanies ? allVendors(world.db) : [],
  ]);
  const prefilled = await prefill(draft?.fields ?? {});
  if (!facility) throw new Error('the facility was never set up');
  const { timeZone } = facility;
  const place = placeOfFacility(facility);
  return {
    kind,
    title,
    lead: leadIn(place, kind),
    fields: formIn(place, form),
    vendors: vendors.map(({ id, name }) => ({ id, name })),
    takesFiles,
    accept: acceptedDocuments,
    submissionKey: crypto.randomUUID(),
    actingAs: actingAs(person),
    when,
    /** What the way here filled in, in place of what was kept. */
    prefilled,
    draft: draft && {
      fields: draft.fields,
      savedAt: instantInWords(locale, draft.savedAt, timeZone),
      until: dayOfInstantInWords(
        locale,
        new Date(draft.savedAt.getTime() + draftsKeptForDays * 24 * 60 * 60_000),
        timeZone,
      ),
      files: draft.files.map(({ id, fileName, byteCount }) => ({
        id,
        name: fileName,
        size: sizeInWords(locale, byteCount),
      })),
    },
  };
}

export type AskedFormView = Awaited<ReturnType<typeof askedFormView>>;

function ruleOf(id: string) {
  if (!isRuleId(id)) throw new Error(`there is no clock rule ${id}`);
  return id;
}
