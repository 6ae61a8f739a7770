import type { Db, Tx } from '#app/db/client.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { coverageOfSource, type SourceCoverage } from './coverage.ts';

/**
 * From when the reports of each source are complete, and where its gaps are: of every source that reported, has to, or has a gap.
 * @param window dates of the time zone, both included
 */
export async function coverageOf(
  tx: Tx | Db,
  window: { from: string; to: string },
  { timeZone, now }: { timeZone: string; now: Date },
): Promise<SourceCoverage[]> {
  const [sources, rhythms, gaps] = [
    await tx.sourceHeartbeat.findMany({ select: { auditSourceId: true, firstAt: true } }),
    await tx.sourceRhythm.findMany({ select: { auditSourceId: true, since: true } }),
    await tx.sourceGap.findMany({
      where: {
        OR: [{ kind: 'silence' }, { missing: { gt: 0 } }],
        AND: [{ OR: [{ toAt: null }, { toAt: { gte: startOfLocalDate(window.from, timeZone) } }] }],
      },
      orderBy: { fromAt: 'asc' },
      select: { auditSourceId: true, fromAt: true, toAt: true },
    }),
  ];
  const ids = new Set([...sources, ...rhythms, ...gaps].map(({ auditSourceId }) => auditSourceId));
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
