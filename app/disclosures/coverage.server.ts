import type { Db, Tx } from '#app/db/client.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { coverageOfSource, daysOfGaps, type SourceCoverage } from './coverage.ts';
import { noSource, streamOfRun } from './sequence.ts';

interface Window {
  /** Facility-local dates, both included. */
  from: string;
  to: string;
}

/**
 * From when the reports of each source are complete, and where its gaps are: of every source that reported, has to, or has a gap.
 * @param window dates of the time zone, both included
 */
export async function coverageOf(
  tx: Tx | Db,
  window: Window,
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<SourceCoverage[]> {
  const [sources, rhythms, gaps] = [
    await tx.sourceHeartbeat.findMany({ select: { auditSourceId: true, firstAt: true } }),
    await tx.sourceRhythm.findMany({ select: { auditSourceId: true, since: true } }),
    await gapsSince(tx, startOfLocalDate(window.from, timeZone)),
  ];
  const ids = new Set([...sources, ...rhythms, ...gaps].map(({ auditSourceId }) => auditSourceId));
  ids.delete(noSource);
  return [...ids].sort().map((id) => {
    const isIts = ({ auditSourceId }: { auditSourceId: string }) => auditSourceId === id;
    return coverageOfSource(
      {
        auditSourceId: id,
        firstAt: sources.find(isIts)?.firstAt ?? null,
        watchedSince: rhythms.find(isIts)?.since ?? null,
        gaps: gaps.filter(isIts),
      },
      window,
      { timeZone, now },
    );
  });
}

/** The days of a window on which messages were lost of senders that no message tied to a source. @param window dates of the time zone */
export async function unnamedGapsIn(
  tx: Tx | Db,
  window: Window,
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<{ from: string; to: string }[]> {
  const gaps = await gapsSince(tx, startOfLocalDate(window.from, timeZone));
  return daysOfGaps(
    gaps.filter(({ auditSourceId }) => auditSourceId === noSource),
    window,
    { timeZone, now },
  );
}

async function gapsSince(tx: Tx | Db, since: Date) {
  const gaps = await tx.sourceGap.findMany({
    where: {
      OR: [{ kind: 'silence' }, { missing: { gt: 0 } }],
      AND: [{ OR: [{ toAt: null }, { toAt: { gte: since } }] }],
    },
    orderBy: { fromAt: 'asc' },
    select: { auditSourceId: true, fromAt: true, toAt: true, stream: true },
  });
  return withSourcesOf(tx, gaps);
}

/** Gaps with the source of each: of one that was found before its sender named a source, the source that the sender named since. */
export async function withSourcesOf<Gap extends { auditSourceId: string; stream: string }>(
  tx: Tx | Db,
  gaps: readonly Gap[],
): Promise<Gap[]> {
  const unnamed = gaps.filter(({ auditSourceId }) => auditSourceId === noSource);
  if (unnamed.length === 0) return [...gaps];
  const senders = await tx.sourceSequence.findMany({
    where: { stream: { in: [...new Set(unnamed.map(({ stream }) => streamOfRun(stream)))] } },
    select: { stream: true, auditSourceId: true },
  });
  const sourceOf = new Map(senders.map(({ stream, auditSourceId }) => [stream, auditSourceId]));
  return gaps.map((gap) => ({
    ...gap,
    auditSourceId: gap.auditSourceId || (sourceOf.get(streamOfRun(gap.stream)) ?? noSource),
  }));
}
