import type { AuditEventType } from '#app/audit/events.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';

export interface PatientEvent {
  id: bigint;
  at: Date;
  type: string;
  actorKind: string;
  requestId: string | null;
  after: Prisma.JsonValue;
}

/** The newest events of some kinds in a patient's history that the patient may see, newest first. */
export function eventsOfPatient(
  db: Db,
  patientId: string,
  types: readonly AuditEventType[],
  most: number,
): Promise<PatientEvent[]> {
  return db.auditEvent.findMany({
    where: { patientId, visibleToPatient: true, type: { in: [...types] } },
    orderBy: { id: 'desc' },
    take: most,
    select: { id: true, at: true, type: true, actorKind: true, requestId: true, after: true },
  });
}
