import type { MapRecipient } from '#app/components/images-map.tsx';
import type { AlertForPatient } from '#app/disclosures/against-opt-out.server.ts';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { useOf, type ReleaseUse } from '#app/disclosures/patient-releases.ts';
import { decideExport, type OptOutRecord } from '#app/optouts/decide.ts';
import { newestRules, rulesAt, type RulesOverTime } from '#app/optouts/rules.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
  now: Date;
  /** The facility's, from when on. */
  rules: RulesOverTime;
}

/**
 * Who got a patient's images, a line for each company and purpose, and since when a "no" in force stops that line. Stopped lines and
 * those that a "no" could stop come first.
 */
export function recipientsView(
  rows: readonly DisclosureRow[],
  records: readonly OptOutRecord[],
  { locale, timeZone, now, rules }: Reader,
): MapRecipient[] {
  const words = wordsFor(locale);
  const lines = new Map<string, DisclosureRow[]>();
  for (const row of rows) {
    const key = `${row.vendor.slug} ${row.purpose ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const recipients = [...lines].flatMap(([id, [first, ...others]]): (MapRecipient & { rank: number })[] => {
    if (!first) return [];
    const stopped = stopOf(first, records, rules, now);
    const purpose = useOf(first.purpose);
    return [
      {
        id,
        name: first.vendor.name,
        to: `/vendors/${first.vendor.slug}`,
        purpose,
        detail: `${useInWords(words, first.purpose)} · ${words('patient.map.times', { count: 1 + others.length })}`,
        ...(stopped
          ? {
              stopped: stopped.since
                ? words('patient.map.stopped', {
                    date: dayOfInstantInWords(locale, stopped.since, timeZone),
                  })
                : words('patient.map.notPermitted'),
            }
          : {}),
        rank: stopped ? 0 : purpose === 'care' ? 2 : 1,
      },
    ];
  });
  return recipients
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, locale))
    .map(({ rank: _rank, ...recipient }) => recipient);
}

/**
 * Releases that went out while a "no" in force, or the want of a "yes", should have stopped them, each in a sentence with what the facility does about it, newest
 * first. @param alerts by the release's id
 */
export function againstNoView(
  rows: readonly DisclosureRow[],
  records: readonly OptOutRecord[],
  { locale, timeZone, now, rules }: Reader,
  alerts: ReadonlyMap<string, AlertForPatient>,
): { id: string; text: string; lackedYes: boolean }[] {
  const words = wordsFor(locale);
  return rows
    .map((row) => {
      const { purpose, vendor, anonymized, studyUid, occurredAt } = row;
      if (purpose === null) return { row, reason: null };
      const question = { purpose, vendorId: vendor.id, identifiable: anonymized !== true, studyUid };
      return {
        row,
        reason: decideExport(records, question, occurredAt, now, rulesAt(rules, occurredAt)).reason,
      };
    })
    .filter(({ reason }) => reason === 'optedOut' || reason === 'notPermitted')
    .map(({ row: { id, vendor, occurredAt }, reason }) => ({
      id,
      lackedYes: reason === 'notPermitted',
      text: [
        words('patient.againstNo.line', {
          company: vendor.name,
          date: dayOfInstantInWords(locale, occurredAt, timeZone),
        }),
        ...alertInWords(alerts.get(id), words, locale),
      ].join(' '),
    }));
}

function alertInWords(alert: AlertForPatient | undefined, words: Words, locale: Locale): string[] {
  if (!alert) return [];
  const { state, outcome, dueOn } = alert;
  if (state === 'closed') return outcome ? [words(`ledger.alerts.patient.${outcome}`)] : [];
  if (state === 'lookedInto') return [words('ledger.alerts.patient.lookedInto')];
  return [words('ledger.alerts.patient.open', { date: dateInWords(locale, dueOn) })];
}

/**
 * What keeps images with the patient's name from this company for this purpose: a "no", and since when, or the want of a "yes" (no date).
 * Null where nothing does.
 */
function stopOf(
  row: DisclosureRow,
  records: readonly OptOutRecord[],
  rules: RulesOverTime,
  now: Date,
): { since: Date | null } | null {
  if (row.purpose === null) return null;
  const question = { purpose: row.purpose, vendorId: row.vendor.id, identifiable: true, studyUid: null };
  const answer = decideExport(records, question, now, now, newestRules(rules));
  if (answer.reason === 'notPermitted') return { since: null };
  if (answer.reason !== 'optedOut') return null;
  return { since: records.find(({ id }) => id === answer.recordId)?.effectiveFrom ?? null };
}

const uses: Record<ReleaseUse, MessageId> = {
  care: 'patient.use.care',
  ai: 'patient.use.ai',
  research: 'patient.use.research',
  other: 'patient.use.other',
};

/** What a company got images for. */
export function useInWords(words: Words, code: string | null): string {
  return words(code === null ? 'patient.use.unknown' : uses[useOf(code)]);
}
