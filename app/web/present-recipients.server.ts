import type { MapRecipient } from '#app/components/images-map.tsx';
import type { AlertForPatient } from '#app/disclosures/against-opt-out.server.ts';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { useOf, type ReleaseUse } from '#app/disclosures/patient-releases.ts';
import { decideExport, type OptOutRecord } from '#app/optouts/decide.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
  now: Date;
}

/**
 * Who got a patient's images, a line for each company and purpose, and since when a "no" in force stops that line. Stopped lines and
 * those that a "no" could stop come first.
 */
export function recipientsView(
  rows: readonly DisclosureRow[],
  records: readonly OptOutRecord[],
  { locale, timeZone, now }: Reader,
): MapRecipient[] {
  const words = wordsFor(locale);
  const lines = new Map<string, DisclosureRow[]>();
  for (const row of rows) {
    const key = `${row.vendor.slug} ${row.purpose ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const recipients = [...lines].flatMap(([id, [first, ...others]]): (MapRecipient & { rank: number })[] => {
    if (!first) return [];
    const stoppedSince = stopOf(first, records, now);
    const purpose = useOf(first.purpose);
    return [
      {
        id,
        name: first.vendor.name,
        purpose,
        detail: `${useInWords(words, first.purpose)} · ${words('patient.map.times', { count: 1 + others.length })}`,
        ...(stoppedSince
          ? {
              stopped: words('patient.map.stopped', {
                date: dayOfInstantInWords(locale, stoppedSince, timeZone),
              }),
            }
          : {}),
        rank: stoppedSince ? 0 : purpose === 'care' ? 2 : 1,
      },
    ];
  });
  return recipients
    .sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, locale))
    .map(({ rank: _rank, ...recipient }) => recipient);
}

/**
 * Releases that went out while a "no" in force should have stopped them, each in a sentence with what the facility does about it, newest
 * first. @param alerts by the release's id
 */
export function againstNoView(
  rows: readonly DisclosureRow[],
  records: readonly OptOutRecord[],
  { locale, timeZone }: Reader,
  alerts: ReadonlyMap<string, AlertForPatient>,
): { id: string; text: string }[] {
  const words = wordsFor(locale);
  return rows
    .filter(({ purpose, vendor, anonymized, studyUid, occurredAt }) => {
      if (purpose === null) return false;
      const question = { purpose, vendorId: vendor.id, identifiable: anonymized !== true, studyUid };
      return decideExport(records, question, occurredAt).reason === 'optedOut';
    })
    .map(({ id, vendor, occurredAt }) => ({
      id,
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

/** Since when a "no" keeps images with the patient's name from this company for this purpose; null where none does. */
function stopOf(row: DisclosureRow, records: readonly OptOutRecord[], now: Date): Date | null {
  if (row.purpose === null) return null;
  const question = { purpose: row.purpose, vendorId: row.vendor.id, identifiable: true, studyUid: null };
  const answer = decideExport(records, question, now);
  if (answer.reason !== 'optedOut') return null;
  return records.find(({ id }) => id === answer.recordId)?.effectiveFrom ?? null;
}

const uses: Record<ReleaseUse, MessageId> = {
  care: 'patient.use.care',
  ai: 'patient.use.ai',
  research: 'patient.use.research',
  other: 'patient.use.other',
};

function useInWords(words: Words, code: string | null): string {
  return words(code === null ? 'patient.use.unknown' : uses[useOf(code)]);
}
