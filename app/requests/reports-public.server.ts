import type { Db } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import { localDate } from '#app/words/dates.ts';
import { requestKinds, type RequestKind } from './kinds/registry.ts';
import { bases, type Basis, type ReportLine } from './reports.ts';
import { leastShown, protectedCounts, publicSpans, type PublicSpan } from './reports-public.ts';
import { reportOf } from './reports.server.ts';

/** Figures of a span for the public. Null: fewer than 11; of a total: not shown. */
export interface PublicFigures extends PublicSpan {
  received: { kinds: { kind: RequestKind; count: number | null }[]; total: number | null };
  answers: PublicAnswers[];
  optOuts: { purpose: OptOutPurpose; denied: number | null; withdrawn: number | null }[];
}

/** How dates of the law were kept, or promises: never both in one figure. */
export interface PublicAnswers {
  basis: Basis;
  onTime: number | null;
  late: number | null;
  /** Not answered by the end of the span, the last day being past. */
  unanswered: number | null;
  total: number | null;
  /** Null where fewer than 11 were answered. */
  days: { median: number; ninetieth: number } | null;
}

// Choices have a table of their own, by purpose: counted here too, the two would tell of each other.
const countedKinds = requestKinds.filter((kind) => kind !== 'optOut' && kind !== 'optOutWithdrawal');

const keptFor = 10 * 60_000;
const kept = new WeakMap<Db, { until: number; report: Promise<PublicFigures[]> }>();

/** The public figures of whole years, the newest first, counted anew every ten minutes at most: whoever asks often costs no more than whoever asks once. */
export function publicReport(db: Db, now: Date): Promise<PublicFigures[]> {
  const held = kept.get(db);
  if (held && now.getTime() < held.until && now.getTime() >= held.until - keptFor) return held.report;
  const report = countPublic(db, now);
  kept.set(db, { until: now.getTime() + keptFor, report });
  report.catch(() => kept.delete(db));
  return report;
}

async function countPublic(db: Db, now: Date): Promise<PublicFigures[]> {
  const { timeZone } = await theFacility(db);
  const today = localDate(now, timeZone);
  const figures = [];
  for (const span of publicSpans(today)) figures.push(await figuresOf(db, span, { timeZone, now }));
  return figures;
}

async function figuresOf(
  db: Db,
  span: PublicSpan,
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<PublicFigures> {
  const { lines, optOuts } = await reportOf(db, { ...span, timeZone, now, onlyEnteredByThen: true });
  const received = protectedCounts(
    countedKinds.map((kind) =>
      lines.reduce((sum, line) => sum + (line.kind === kind ? line.received : 0), 0),
    ),
  );
  const shown = (count: number) => protectedCounts([count]).cells[0] ?? null;
  return {
    ...span,
    received: {
      kinds: countedKinds.map((kind, index) => ({ kind, count: received.cells[index] ?? null })),
      total: received.total,
    },
    answers: bases.map((basis) => {
      const line = lines.find((one) => one.kind === null && one.basis === basis);
      return { basis, ...answersOf(line) };
    }),
    optOuts: optOuts.map(({ purpose, denied, withdrawn }) => ({
      purpose,
      denied: shown(denied),
      withdrawn: shown(withdrawn),
    })),
  };
}

function answersOf(line: ReportLine | undefined): Omit<PublicAnswers, 'basis'> {
  const { cells, total } = protectedCounts([line?.onTime ?? 0, line?.late ?? 0, line?.unanswered ?? 0]);
  const [onTime = null, late = null, unanswered = null] = cells;
  const days =
    line && line.answered >= leastShown && line.medianDays !== null && line.ninetiethDays !== null
      ? { median: line.medianDays, ninetieth: line.ninetiethDays }
      : null;
  return { onTime, late, unanswered, total, days };
}
