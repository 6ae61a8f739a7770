import type { Db, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { coverageOfSource, type SourceCoverage } from './coverage.ts';

/**
 * From when the reports of each source are complete, and where its gaps are.
 * @param window facility-local dates, both included
 */
export async function coverageOf(
  tx: Tx | Db,
  window: { from: string; to: string },
  now: Date,
): Promise<SourceCoverage[]> {
  const { timeZone } = await theFacility(tx);
  const [sources, gaps] = [
    await tx.sourceHeartbeat.findMany({
      orderBy: { auditSourceId: 'asc' },
      select: { auditSourceId: true, firstAt: true },
    }),
    await tx.sourceGap.findMany({
      where: {
        OR: [{ kind: 'silence' }, { missing: { gt: 0 } }],
        AND: [{ OR: [{ toAt: null }, { toAt: { gte: startOfLocalDate(window.from, timeZone) } }] }],
      },
      orderBy: { fromAt: 'asc' },
      select: { auditSourceId: true, fromAt: true, toAt: true },
    }),
  ];
  return sources.map((source) =>
    coverageOfSource(
      { ...source, gaps: gaps.filter(({ auditSourceId }) => auditSourceId === source.auditSourceId) },
      window,
      { timeZone, now },
    ),
  );
}
