import type { Db } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import { localDate } from '#app/words/dates.ts';
import { requestKinds, type RequestKind } from './kinds/kind.ts';
import { leastShown, protectedCounts, publicSpans, type PublicSpan } from './reports-public.ts';
import { reportOf } from './reports.server.ts';

/** Figures of a span for the public. Null: fewer than 11; of a total: not shown. */
export interface PublicFigures extends PublicSpan {
  received: { kinds: { kind: RequestKind; count: number | null }[]; total: number | null };
  answers: { onTime: number | null; late: number | null; total: number | null };
  /** Null where fewer than 11 were answered. */
  days: { median: number; ninetieth: number } | null;
  optOuts: { purpose: OptOutPurpose; denied: number | null; withdrawn: number | null }[];
}

export interface PublicReport {
  lastYear: PublicFigures;
  thisYear: PublicFigures | null;
}

// Choices have a table of their own, by purpose: counted here too, the two would tell of each other.
const countedKinds = requestKinds.filter((kind) => kind !== 'optOut' && kind !== 'optOutWithdrawal');

const keptFor = 10 * 60_000;
const kept = new WeakMap<Db, { until: number; report: Promise<PublicReport> }>();

/** The public figures, counted anew every ten minutes at most: whoever asks often costs no more than whoever asks once. */
export function publicReport(db: Db, now: Date): Promise<PublicReport> {
  const held = kept.get(db);
  if (held && now.getTime() < held.until && now.getTime() >= held.until - keptFor) return held.report;
  const report = countPublic(db, now);
  kept.set(db, { until: now.getTime() + keptFor, report });
  report.catch(() => kept.delete(db));
  return report;
}

async function countPublic(db: Db, now: Date): Promise<PublicReport> {
  const { timeZone } = await theFacility(db);
  const { lastYear, thisYear } = publicSpans(localDate(now, timeZone));
  return {
    lastYear: await figuresOf(db, lastYear, timeZone),
    thisYear: thisYear && (await figuresOf(db, thisYear, timeZone)),
  };
}

async function figuresOf(db: Db, span: PublicSpan, timeZone: string): Promise<PublicFigures> {
  const { lines, optOuts } = await reportOf(db, { ...span, timeZone });
  const all = lines.find(({ kind }) => kind === null);
  const received = protectedCounts(
    countedKinds.map((kind) => lines.find((line) => line.kind === kind)?.received ?? 0),
  );
  const answers = protectedCounts([all?.onTime ?? 0, all?.late ?? 0]);
  const shown = (count: number) => protectedCounts([count]).cells[0] ?? null;
  const { medianDays, ninetiethDays, answered } = all ?? {
    medianDays: null,
    ninetiethDays: null,
    answered: 0,
  };
  return {
    ...span,
    received: {
      kinds: countedKinds.map((kind, index) => ({ kind, count: received.cells[index] ?? null })),
      total: received.total,
    },
    answers: { onTime: answers.cells[0] ?? null, late: answers.cells[1] ?? null, total: answers.total },
    days:
      answered >= leastShown && medianDays !== null && ninetiethDays !== null
        ? { median: medianDays, ninetieth: ninetiethDays }
        : null,
    optOuts: optOuts.map(({ purpose, denied, withdrawn }) => ({
      purpose,
      denied: shown(denied),
      withdrawn: shown(withdrawn),
    })),
  };
}
