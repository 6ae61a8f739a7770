import type { World } from '#app/db/world.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { Person } from './actor.ts';
import { appendEvent } from './audit.server.ts';

/** One entry stands for all reads of a person within this many milliseconds: a reload is no second look. */
const oneReadFor = 10 * 60_000;

export interface RecordedRead {
  /** `request.read`: one request with its answer. `records.read`: other records of a patient. */
  type: 'request.read' | 'records.read';
  actor: Person;
  subject: { kind: string; id: string };
  patientId: string;
  requestId?: string;
}

/**
 * Writes into the chain that somebody at the facility looked at a patient's records; the patient sees it. At most one entry for one
 * person and subject in ten minutes, also when two pages are opened at once. @returns whether this call wrote one
 */
export function recordRead(world: World, read: RecordedRead): Promise<boolean> {
  const { type, actor, subject } = read;
  return inTransaction(world.db, async (tx) => {
    const reading = JSON.stringify([type, actor.id, subject.kind, subject.id]);
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`read:${reading}`}, 0))`;
    const now = world.clock();
    const before = await tx.auditEvent.findFirst({
      where: {
        type,
        actorId: actor.id,
        subjectKind: subject.kind,
        subjectId: subject.id,
        patientId: read.patientId,
        at: { gt: new Date(now.getTime() - oneReadFor) },
      },
      select: { id: true },
    });
    if (before) return false;
    await appendEvent(tx, { ...read, at: now, visibleToPatient: true });
    return true;
  });
}
