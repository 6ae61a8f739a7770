import type { MapRecipient } from '#app/components/images-map.tsx';
import type { AlertForPatient } from '#app/disclosures/against-opt-out.server.ts';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { useOf, type ReleaseUse } from '#app/disclosures/patient-releases.ts';
import { decideExport, type OptOutRecord } from '#app/optouts/decide.ts';
import { newestRules, rulesAt, type RulesOverTime } from '#app/optouts/rules.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { countStudies, onlyNamed, questionsOf, studiesOf } from './line-questions.ts';

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
  const studies = studiesOf(rows);
  const lines = new Map<string, DisclosureRow[]>();
  for (const row of rows) {
    const key = `${row.vendor.slug} ${row.purpose ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const recipients = [...lines].flatMap(([id, line]): (MapRecipient & { rank: number })[] => {
    const [first] = line;
    if (!first) return [];
    const stop = stopOf(line, { studies, records, rules, now });
    const said = stop && stopInWords(stop, words, (at) => dayOfInstantInWords(locale, at, timeZone));
    const purpose = useOf(first.purpose);
    return [
      {
        id,
        name: first.vendor.name,
        to: `/vendors/${first.vendor.slug}`,
        purpose,
        detail: [
          useInWords(words, first.purpose),
          words('patient.map.times', { count: line.length }),
          ...(said && !stop.isWhole ? [said] : []),
        ].join(' · '),
        ...(said && stop.isWhole ? { stopped: said } : {}),
        rank: said ? 0 : purpose === 'care' ? 2 : 1,
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

interface Stop {
  /** Whether nothing of the line goes any more. */
  isWhole: boolean;
  /** The day of the "no"; null where it is the want of a "yes". */
  since: Date | null;
  /** Studies that do not go. */
  stopped: number;
  /** Studies that may go, by a "yes" or because no "no" names them. */
  goes: number;
  /** Only images with the name are stopped, and for each study. */
  ofName: 'all' | 'some' | null;
}

/**
 * What keeps images from a company for a purpose: asked for each study and one to come, with the name or without as the line's images went.
 * Null where nothing does.
 */
function stopOf(
  line: readonly DisclosureRow[],
  {
    studies,
    records,
    rules,
    now,
  }: {
    studies: readonly string[];
    records: readonly OptOutRecord[];
    rules: RulesOverTime;
    now: Date;
  },
): Stop | null {
  const [first] = line;
  if (!first || first.purpose === null) return null;
  const { purpose, vendor } = first;
  const asked = questionsOf(line, studies);
  const answers = asked.map((one) => {
    const question = { purpose, vendorId: vendor.id, ...one };
    return { one, answer: decideExport(records, question, now, now, newestRules(rules)) };
  });
  const denied = answers.filter(
    ({ answer: { reason } }) => reason === 'optedOut' || reason === 'notPermitted',
  );
  if (denied.length === 0) return null;
  const days = denied.flatMap(({ answer }) => {
    if (answer.reason !== 'optedOut') return [];
    return records.find(({ id }) => id === answer.recordId)?.effectiveFrom.getTime() ?? [];
  });
  const lacksYes = denied.some(({ answer }) => answer.reason === 'notPermitted');
  const stopped = denied.map(({ one }) => one);
  const named = asked.filter(({ identifiable }) => identifiable);
  return {
    isWhole: denied.length === asked.length,
    since: lacksYes || days.length === 0 ? null : new Date(Math.max(...days)),
    stopped: countStudies(stopped),
    goes: countStudies(asked.filter((one) => !stopped.includes(one))),
    ofName: onlyNamed(stopped, asked) ? (stopped.length === named.length ? 'all' : 'some') : null,
  };
}

function stopInWords(
  { isWhole, since, stopped, goes, ofName }: Stop,
  words: Words,
  day: (at: Date) => string,
): string {
  if (isWhole)
    return since ? words('patient.map.stopped', { date: day(since) }) : words('patient.map.notPermitted');
  if (!since) return words('patient.map.notPermittedBut', { count: goes });
  if (ofName === 'all') return words('patient.map.stoppedNamed');
  return words(ofName ? 'patient.map.stoppedSomeNamed' : 'patient.map.stoppedSome', { count: stopped });
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
