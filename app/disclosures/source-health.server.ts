import { Temporal } from 'temporal-polyfill';
import type { Db } from '#app/db/client.server.ts';
import { facilitySettings, holidaysBetween } from '#app/facility/facility.server.ts';
import { localDateAt, startOfLocalDate } from '#app/facility/local-date.ts';
import { withSourcesOf } from './coverage.server.ts';
import { noSource, pastRunOf } from './sequence.ts';
import { sourceStandings, standingOf, type SourceStanding } from './source-rules.ts';
import { sourceSettings, type SourceSettings } from './source-settings.server.ts';

export interface SourceHealth extends SourceSettings {
  standing: SourceStanding;
  /** Messages, as far as they were counted. */
  messages: number;
}

export interface SourceGapRow {
  id: string;
  /** Empty: its sender named none (sequence.ts). */
  auditSourceId: string;
  kind: 'silence' | 'sequence';
  fromAt: Date;
  /** Null while nothing came after it. */
  toAt: Date | null;
  /** Of a sequence: how many numbers did not come. */
  missing: number;
  alertedAt: Date | null;
  /** Of a sequence: the run of numbers. */
  stream: string;
}

/** All sources, those that need somebody first, then by name. */
export async function sourcesHealth(db: Db, now: Date): Promise<SourceHealth[]> {
  const [sources, beats, facility] = await Promise.all([
    sourceSettings(db),
    db.sourceHeartbeat.findMany({ select: { auditSourceId: true, messages: true } }),
    facilitySettings(db),
  ]);
  if (!facility) return [];
  const earliest = Math.min(
    now.getTime(),
    ...sources.map(({ lastAt }) => lastAt?.getTime() ?? now.getTime()),
  );
  const holidays = await holidaysBetween(db, {
    from: new Date(earliest - 86_400_000),
    to: now,
    owner: 'promise',
  });
  const place = { timeZone: facility.timeZone, holidays: new Set(holidays) };
  const counts = new Map(beats.map(({ auditSourceId, messages }) => [auditSourceId, Number(messages)]));
  return sources
    .map((source) => ({
      ...source,
      standing: standingOf(source, now, place),
      messages: counts.get(source.auditSourceId) ?? 0,
    }))
    .sort((a, b) => sourceStandings.indexOf(a.standing) - sourceStandings.indexOf(b.standing));
}

/** Times in which reports may be missing, newest first. @param of one source; all without it, and those of senders without one */
export async function sourceGaps(
  db: Db,
  { since, of, most }: { since: Date; of?: string; most: number },
): Promise<SourceGapRow[]> {
  const gaps = await db.sourceGap.findMany({
    where: {
      OR: [{ kind: 'silence' }, { missing: { gt: 0 } }],
      AND: [
        { OR: [{ toAt: null }, { toAt: { gte: since } }] },
        ...(of === undefined ? [] : [{ OR: [{ auditSourceId: of }, ...(await runsBeforeNamed(db, of))] }]),
      ],
    },
    orderBy: [{ fromAt: 'desc' }, { id: 'desc' }],
    take: most,
    select: {
      id: true,
      auditSourceId: true,
      kind: true,
      fromAt: true,
      toAt: true,
      missing: true,
      alertedAt: true,
      stream: true,
    },
  });
  return withSourcesOf(db, gaps);
}

/** Gaps of senders of a source, from before a message of theirs named it. */
async function runsBeforeNamed(db: Db, auditSourceId: string) {
  const senders = await db.sourceSequence.findMany({ where: { auditSourceId }, select: { stream: true } });
  return senders.flatMap(({ stream }) => [
    { auditSourceId: noSource, stream },
    { auditSourceId: noSource, stream: { startsWith: pastRunOf(stream, '') } },
  ]);
}

/** The last `count` facility-local dates, today's the last. */
export function lastDays(now: Date, timeZone: string, count: number): string[] {
  const today = Temporal.PlainDate.from(localDateAt(now, timeZone));
  return Array.from({ length: count }, (_, at) => today.subtract({ days: count - 1 - at }).toString());
}

/** On which of these days messages of each source came. One look in the index for each day: as quick for ten million messages. */
export async function daysReported(
  db: Db,
  auditSourceIds: readonly string[],
  days: readonly string[],
  timeZone: string,
): Promise<Map<string, Set<string>>> {
  const reported = new Map(auditSourceIds.map((id) => [id, new Set<string>()]));
  const starts = days.map((day) => startOfLocalDate(day, timeZone).toISOString());
  const ends = days.map((day) =>
    startOfLocalDate(Temporal.PlainDate.from(day).add({ days: 1 }).toString(), timeZone).toISOString(),
  );
  const rows = await db.$queryRaw<{ source: string; day: string }[]>`
    select source, day
      from unnest(${[...auditSourceIds]}::text[]) as source
     cross join unnest(${[...days]}::text[], ${starts}::timestamptz[], ${ends}::timestamptz[]) as span (day, begins, ends)
     where exists (select 1 from audit_record
                    where audit_source_id = source and received_at >= begins and received_at < ends)`;
  for (const { source, day } of rows) reported.get(source)?.add(day);
  return reported;
}

export interface SourceSet {
  id: string;
  at: Date;
  by: string;
  after: unknown;
}

/** Who set what for a source, newest first. */
export async function sourceHistory(db: Db, auditSourceId: string, most = 10): Promise<SourceSet[]> {
  const events = await db.auditEvent.findMany({
    where: { subjectKind: 'auditSource', subjectId: auditSourceId, type: 'source.set' },
    orderBy: { id: 'desc' },
    take: most,
    select: { id: true, at: true, actorName: true, after: true },
  });
  return events.map(({ id, at, actorName: by, after }) => ({ id: `${id}`, at, by, after }));
}
