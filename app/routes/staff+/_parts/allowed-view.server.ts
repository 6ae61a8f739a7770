import { z } from 'zod';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { answersAsOf, type AnswerAsOf } from '#app/optouts/as-of.server.ts';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import { receivedAt } from '#app/requests/intake.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import type { FormMistakes } from '#app/web/mistakes.ts';
import { studiesView } from '#app/web/present-studies.server.ts';
import { instantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { purposesAsked, type AllowedAnswer } from './allowed-question.ts';

const text = z.string().trim().max(200, 'errors.tooLong').default('');
const schema = z.strictObject({
  on: z.iso.date('errors.date'),
  time: z.iso.time({ precision: -1, error: 'errors.time' }),
  company: text,
  purpose: text,
  study: text,
  identity: z.enum(['with', 'without'], 'errors.choose'),
  knownOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  knownTime: z
    .union([z.literal(''), z.iso.time({ precision: -1, error: 'errors.time' })], 'errors.time')
    .default(''),
});

/** What the form offers. */
export async function allowedForm({ world: { db }, now, locale }: Visit, id: string) {
  const [{ timeZone }, register, sent] = await Promise.all([
    theFacility(db),
    allVendors(db),
    disclosuresOfPatient(db, id, { now }),
  ]);
  return {
    today: localDate(now, timeZone),
    companies: register.map(({ slug, name }) => ({ slug, name })),
    studies: studiesView(sent, locale).map(({ uid, name }) => ({ uid, name })),
  };
}

/** Two answers to a form that was sent: by what was on record at that moment, and by what is, or was at a later one. */
export async function answerAllowed(args: DoorArgs, { world: { db }, now, locale }: Visit, id: string) {
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const asked = form.value;
  const [{ timeZone }, register] = await Promise.all([theFacility(db), allVendors(db)]);
  const errors: FormMistakes['errors'] = {};
  const moment = (field: 'on' | 'knownOn', { on, time }: { on: string; time: string }): Date | null => {
    const read = receivedAt({ on, time }, { timeZone, now });
    if (read.ok) return read.at;
    if (read.why === 'laterToday') errors[field === 'on' ? 'time' : 'knownTime'] = 'errors.timeInFuture';
    else errors[field] = read.why === 'tooEarly' ? 'errors.date' : 'errors.dateInFuture';
    return null;
  };
  const at = moment('on', asked);
  const { knownOn, knownTime } = asked;
  if (knownOn && !knownTime) errors.knownTime = 'errors.time';
  if (knownTime && !knownOn) errors.knownOn = 'errors.date';
  const isKnownWhole = knownOn !== '' && knownTime !== '';
  const knownAt = isKnownWhole ? moment('knownOn', { on: knownOn, time: knownTime }) : now;
  if (at && knownAt && knownAt < at) errors.knownOn = 'records.allowed.knownTooEarly';
  const vendor = register.find(({ slug }) => slug === asked.company);
  if (!vendor) errors.company = 'errors.choose';
  const purpose = purposesAsked.find(({ code }) => code === asked.purpose);
  if (!purpose) errors.purpose = 'errors.choose';
  if (
    asked.study &&
    !(await disclosuresOfPatient(db, id, { now })).some((one) => one.studyUid === asked.study)
  )
    errors.study = 'errors.choose';
  if (!at || !knownAt || !vendor || !purpose || Object.keys(errors).length > 0)
    return formMistakes({
      errors,
      typed: Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, [value]])),
    });
  const question = {
    purpose: purpose.code,
    vendorId: vendor.id,
    identifiable: asked.identity === 'with',
    studyUid: asked.study || null,
  };
  const { then, later } = await answersAsOf(db, id, question, { at, knownAt });
  const reader = { locale, timeZone };
  const heading = (message: MessageId, moment: Date) =>
    wordsFor(locale)(message, { at: instantInWords(locale, moment, timeZone) });
  return {
    asked,
    answers: [
      inWords(then, heading('records.allowed.knownThen', at), reader),
      inWords(later, heading('records.allowed.knownLater', knownAt), reader),
    ],
  };
}

const reasons: Record<AnswerAsOf['answer']['reason'], MessageId> = {
  noOptOut: 'records.allowed.reason.noOptOut',
  neverStopped: 'records.allowed.reason.neverStopped',
  permitted: 'records.allowed.reason.permitted',
  optedOut: 'records.allowed.reason.optedOut',
  notPermitted: 'records.allowed.reason.notPermitted',
  purposeUnknown: 'records.allowed.reason.purposeUnknown',
  restoreNotConfirmed: 'records.allowed.reason.restoreNotConfirmed',
};

function inWords(
  { answer, record, rules }: AnswerAsOf,
  heading: string,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): AllowedAnswer {
  const words = wordsFor(locale);
  const isAllowed = answer.decision === 'permit';
  return {
    heading,
    isAllowed,
    says: words(isAllowed ? 'records.allowed.yes' : 'records.allowed.no'),
    why: words(reasons[answer.reason]),
    record: record && {
      requestId: record.requestId,
      reference: record.reference,
      since: words(record.act === 'permitted' ? 'records.patient.yesSince' : 'records.patient.noSince', {
        date: instantInWords(locale, record.effectiveFrom, timeZone),
      }),
    },
    rule:
      rules.permission.length > 0
        ? words('records.allowed.rule.asked', { uses: purposesInWords(words, rules.permission).join(', ') })
        : words('records.allowed.rule.silence'),
  };
}
