import type { ChainState } from '#app/audit/inspection.server.ts';
import type { ChainVerdict } from '#app/audit/seal.server.ts';
import type { RequestSummary } from '#app/requests/reading.server.ts';
import { readClock } from '#app/requests/request-clock.ts';
import { dateInWords, dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface AnsweredLine {
  id: string;
  reference: string;
  kind: string;
  received: string;
  answered: string;
  daysUsed: number;
  due: string;
  basis: 'law' | 'promise';
  onTime: boolean;
  /** "2 days early", "3 days late". */
  distance: string;
}

export function answeredView(rows: readonly RequestSummary[], now: Date, locale: Locale): AnsweredLine[] {
  const words = wordsFor(locale);
  return rows.map((row) => {
    const { rule, count, state, daysLeft, daysUsed } = readClock(row, now);
    const answeredAt = row.respondedAt;
    if (!answeredAt) throw new Error(`request ${row.reference} is answered and does not say when`);
    return {
      id: row.id,
      reference: row.reference,
      kind: words(`requests.kind.${row.kind}`),
      received: dayOfInstantInWords(locale, row.receivedAt, row.timeZone),
      answered: dayOfInstantInWords(locale, answeredAt, row.timeZone),
      daysUsed,
      due: dateInWords(locale, count.effectiveDueDate),
      basis: rule.basis,
      onTime: state === 'met',
      distance: words(daysLeft < 0 ? 'requests.clock.daysLateAnswered' : 'requests.clock.daysToSpare', {
        days: Math.abs(daysLeft),
      }),
    };
  });
}

export interface ChainView {
  checkedAt: string;
  /** When it was last read from its start. */
  wholeAt: string;
  result:
    | { whole: true; events: number; headHash: string }
    | { whole: false; brokenAt: string; why: 'changed' | 'unlinked' | 'gap' }
    | { whole: false; brokenAt: string; until: string; why: 'rewritten' | 'cut' };
  /** Entries that tell another time than when they came. */
  oddTimes: { count: number; first: { sequence: string; at: string; recorded: string | null }[] };
  /** Entries that should have had their place in the chain long ago. */
  stalled: { count: number; since: string } | null;
  notes: {
    kept: 'none' | 'late' | 'inTime';
    newest: { sequence: string; at: string } | null;
    forged: number;
  };
}

/** Of entries that tell another time; `audit verify` names more. */
const mostOddTimes = 3;

/** The last check, and how sealing and the notes outside of the database stand now. */
export function chainView(
  { checkedAt, wholeAt, inspection, now }: ChainState,
  timeZone: string,
  locale: Locale,
): ChainView {
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  const { verdict, oddTimes, checkpoints } = inspection;
  const { newest, isLate } = now.checkpoint ?? { newest: null, isLate: true };
  return {
    checkedAt: at(checkedAt),
    wholeAt: at(wholeAt),
    result: resultView(verdict),
    oddTimes: {
      count: oddTimes.count,
      first: oddTimes.first.slice(0, mostOddTimes).map((one) => ({
        sequence: one.sequence.toString(),
        at: at(one.at),
        recorded: one.recordedAt && at(one.recordedAt),
      })),
    },
    stalled: now.stalled && { count: now.stalled.count, since: at(now.stalled.since) },
    notes: {
      kept: newest ? (isLate ? 'late' : 'inTime') : 'none',
      newest: newest && { sequence: newest.sequence.toString(), at: at(newest.at) },
      forged:
        checkpoints.kept === 'inFile' ? checkpoints.forged.length + Number(checkpoints.note === 'forged') : 0,
    },
  };
}

function resultView(verdict: ChainVerdict): ChainView['result'] {
  if (verdict.whole) return verdict;
  const brokenAt = verdict.brokenAt.toString();
  return 'until' in verdict
    ? { ...verdict, brokenAt, until: verdict.until.toString() }
    : { ...verdict, brokenAt };
}
