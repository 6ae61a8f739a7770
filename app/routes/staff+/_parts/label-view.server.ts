import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { endingSoon } from '#app/vendors/expiry.ts';
import { askedFieldsOf, labelGroups, type LabelFieldId } from '#app/vendors/label-fields.ts';
import { labelDifferences, standingOf, type LabelValue, type LabelValues } from '#app/vendors/label.ts';
import { registeredVendor, type RegisteredVendor } from '#app/vendors/register.server.ts';
import { notFound, rowId, type Visit } from '#app/web/guard.server.ts';
import { answerView, type LabelReader } from '#app/web/present-label.server.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

export interface LabelPlace {
  vendor: RegisteredVendor;
  at: string;
  timeZone: string;
  reader: LabelReader & { now: Date };
}

/** Whose label a page is about, and the day where the facility is. @throws 404 */
export async function labelPlace(
  id: string | undefined,
  { world, locale, now }: Pick<Visit, 'locale' | 'now'> & { world: World },
): Promise<LabelPlace> {
  const [vendor, { timeZone }] = await Promise.all([
    registeredVendor(world.db, rowId(id)),
    theFacility(world.db),
  ]);
  if (!vendor) throw notFound();
  const reader = { locale, now, today: localDate(now, timeZone) };
  return { vendor, timeZone, reader, at: `/staff/vendors/${vendor.id}/label` };
}

/** The parts of a draft: how much of each is answered, and how many answers end soon. */
export function draftParts(values: LabelValues, { locale, today }: LabelReader) {
  const words = wordsFor(locale);
  return labelGroups
    .filter((group) => askedFieldsOf(group).length > 0)
    .map((group) => {
      const fields = askedFieldsOf(group);
      return {
        group,
        title: words(`labels.group.${group}`),
        answered: fields.filter((field) => standingOf(values[field], today) === 'current').length,
        of: fields.length,
        ending: fields.filter((field) => endingSoon(values[field]?.validUntil ?? null, today)).length,
      };
    });
}

/** What is not the same in two versions, in words. */
export function changesInWords(before: LabelValues, after: LabelValues, reader: LabelReader) {
  return labelDifferences(before, after)
    .filter(({ field }) => field !== 'contractEnd' && field !== 'relationship')
    .map(({ field, before: was, after: is }) => ({
      field,
      question: wordsFor(reader.locale)(`labels.field.${field}`),
      before: saidOf(field, was, reader),
      after: saidOf(field, is, reader),
    }));
}
export type LabelChange = ReturnType<typeof changesInWords>[number];

function saidOf(field: LabelFieldId, value: LabelValue | null, reader: LabelReader): string[] {
  const { sentence, more, technical, source, validUntil, evidence } = answerView(
    field,
    value ?? undefined,
    reader,
  );
  const other = reader.locale === 'es' ? value?.plain : value?.plainEs;
  return [sentence, more, technical, source, validUntil, evidence?.url, other].filter(
    (text): text is string => typeof text === 'string' && text !== '',
  );
}
