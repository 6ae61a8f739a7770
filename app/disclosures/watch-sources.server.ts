import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings, holidaysBetween } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { withSourcesOf } from './coverage.server.ts';
import { noSource, streamOfRun } from './sequence.ts';
import { isTooQuiet, type Place, type Rhythm } from './coverage.ts';
import { reportingSources } from './sources.server.ts';

/** A transaction that received a message earlier than this has ended, one way or the other (app/db/client.server.ts). */
const settledAfter = 60_000;

/**
 * Looks at what every source sent since the last look, also if that was days ago: notes each silence that is longer than the source's
 * rhythm allows, ends those after which something came, and tells the officers of each gap once.
 */
export async function watchSources(world: Pick<World, 'db' | 'clock'>): Promise<void> {
  const { db } = world;
  const now = world.clock();
  const facility = await facilitySettings(db);
  if (!facility) return;
  const sources = await reportingSources(db);
  const expected = await db.sourceRhythm.findMany({ select: { auditSourceId: true } });
  const ids = new Set([...sources, ...expected].map(({ auditSourceId }) => auditSourceId));
  for (const auditSourceId of [...ids].sort())
    await inTransaction(db, async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`source:${auditSourceId}`}, 0))`;
      await endSilence(tx, auditSourceId, now);
      await noteSilences(tx, auditSourceId, facility.timeZone, now);
      await countMessages(tx, auditSourceId, now);
    });
  await inTransaction(db, (tx) => tellOfGaps(tx, now));
}

async function countMessages(tx: Tx, auditSourceId: string, now: Date): Promise<void> {
  const countedTo = new Date(now.getTime() - settledAfter);
  await tx.$executeRaw`
    insert into source_heartbeat as held (audit_source_id, first_at, last_at, messages, counted_to)
    select ${auditSourceId}, min(received_at), max(received_at), count(*), ${countedTo}
      from audit_record
     where audit_source_id = ${auditSourceId} and received_at <= ${countedTo}
       and received_at > coalesce((select counted_to from source_heartbeat where audit_source_id = ${auditSourceId}), '-infinity')
    having count(*) > 0
    on conflict (audit_source_id) do update
       set last_at = greatest(held.last_at, excluded.last_at), messages = held.messages + excluded.messages,
           counted_to = excluded.counted_to`;
}

/** A silence ends with the first message after it. */
async function endSilence(tx: Tx, auditSourceId: string, now: Date): Promise<void> {
  const open = await tx.sourceGap.findFirst({
    where: { auditSourceId, kind: 'silence', toAt: null },
    select: { id: true, fromAt: true },
  });
  if (!open) return;
  const next = await tx.auditRecord.findFirst({
    where: { auditSourceId, receivedAt: { gt: open.fromAt, lte: now } },
    orderBy: { receivedAt: 'asc' },
    select: { receivedAt: true },
  });
  if (!next) return;
  await tx.sourceGap.update({
    where: { id: open.id },
    data: { toAt: next.receivedAt },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'source.gapEnded',
    actor: plainview,
    at: now,
    subject: { kind: 'auditSource', id: auditSourceId },
    after: { from: open.fromAt.toISOString(), to: next.receivedAt.toISOString() },
    visibleToPatient: false,
  });
}

async function noteSilences(tx: Tx, auditSourceId: string, timeZone: string, now: Date): Promise<void> {
  const row = await tx.sourceRhythm.findUnique({
    where: { auditSourceId },
    select: { everyHours: true, workFrom: true, workTo: true, since: true },
  });
  if (!row) return;
  const counted = await tx.sourceHeartbeat.findUnique({
    where: { auditSourceId },
    select: { lastAt: true },
  });
  const since = counted && counted.lastAt > row.since ? counted.lastAt : row.since;
  // What is shorter by the clock on the wall is shorter in working hours too.
  const quiet = await tx.$queryRaw<{ from: Date; to: Date | null }[]>`
    select "from", case when is_now then null else "to" end as "to"
      from (select received_at as "to", is_now, lag(received_at) over (order by received_at, is_now) as "from"
              from (select ${since}::timestamptz as received_at, false as is_now
                    union all
                    select received_at, false from audit_record
                     where audit_source_id = ${auditSourceId} and received_at > ${since} and received_at <= ${now}
                    union all
                    select ${now}::timestamptz, true) as seen) as pairs
     where "to" - "from" > make_interval(hours => ${row.everyHours}::int)
     order by "from"`;
  const [first] = quiet;
  if (!first) return;
  const rhythm: Rhythm = {
    everyHours: row.everyHours,
    working: row.workFrom === null || row.workTo === null ? null : { from: row.workFrom, to: row.workTo },
  };
  const holidays = await holidaysBetween(tx, {
    from: new Date(first.from.getTime() - 86_400_000),
    to: now,
    owner: 'promise',
  });
  const place: Place = { timeZone, holidays: new Set(holidays) };
  await tx.sourceGap.createMany({
    data: quiet
      .filter(({ from, to }) => isTooQuiet(from, to ?? now, rhythm, place))
      .map(({ from, to }) => ({ auditSourceId, kind: 'silence', fromAt: from, toAt: to })),
    skipDuplicates: true,
  });
}

/** Each gap is told once: an event of its own, and one mail to each officer for all that a look found. */
async function tellOfGaps(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('source gaps', 0))`;
  const found = await tx.sourceGap.findMany({
    where: { alertedAt: null, OR: [{ kind: 'silence' }, { missing: { gt: 0 } }] },
    orderBy: { fromAt: 'asc' },
    take: 500,
    select: {
      id: true,
      auditSourceId: true,
      kind: true,
      fromAt: true,
      toAt: true,
      missing: true,
      stream: true,
    },
  });
  if (found.length === 0) return;
  await tx.sourceGap.updateMany({
    where: { id: { in: found.map(({ id }) => id) } },
    data: { alertedAt: now },
  });
  for (const { auditSourceId, kind, fromAt, toAt, missing, stream } of await withSourcesOf(tx, found))
    await appendEvent(tx, {
      type: 'source.gapFound',
      actor: plainview,
      at: now,
      subject:
        auditSourceId === noSource
          ? { kind: 'sender', id: streamOfRun(stream) }
          : { kind: 'auditSource', id: auditSourceId },
      after: { kind, from: fromAt.toISOString(), to: toAt?.toISOString() ?? null, missing },
      visibleToPatient: false,
    });
  const officers = await tx.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    select: { id: true },
  });
  for (const { id: userId } of officers) await oweNotice(tx, { kind: 'sourceSilent', userId, now });
}
