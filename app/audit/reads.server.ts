import type { World } from '#app/db/world.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { Actor } from './actor.ts';
import { appendEvent } from './audit.server.ts';

/** One entry stands for all reads of a person within this many milliseconds: a reload is no second look. */
const oneReadFor = 10 * 60_000;

export interface RecordedRead {
  /** `request.read`: one request with its answer. `records.read`: other records of a patient. */
  type: 'request.read' | 'records.read';
  /** A person of the facility, or one of its programs. */
  actor: Exclude<Actor, { kind: 'system' }>;
  subject: { kind: string; id: string };
  patientId: string;
  requestId?: string;
}

/**
 * Writes into the chain that somebody at the facility looked at a patient's records; the patient sees it. At most one entry for one
 * person and subject in ten minutes, also when two pages are opened at once. @returns whether this call wrote one
 */
export async function recordRead(world: World, read: RecordedRead): Promise<boolean> {
  // A reload is told without a lock: entries do not go away.
  if (await wasRead(world.db, read, world.clock())) return false;
  const { type, actor, subject } = read;
  return inTransaction(world.db, async (tx) => {
    const reading = JSON.stringify([type, actor.id, subject.kind, subject.id]);
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`read:${reading}`}, 0))`;
    const now = world.clock();
    if (await wasRead(tx, read, now)) return false;
    await appendEvent(tx, { ...read, at: now, visibleToPatient: true });
    return true;
  });
}

async function wasRead(
  db: Db | Tx,
  { type, actor, subject, patientId }: RecordedRead,
  now: Date,
): Promise<boolean> {
  const before = await db.auditEvent.findFirst({
    where: {
      type,
      actorId: actor.id,
      subjectKind: subject.kind,
      subjectId: subject.id,
      patientId,
      at: { gt: new Date(now.getTime() - oneReadFor) },
    },
    select: { id: true },
  });
  return before !== null;
}
