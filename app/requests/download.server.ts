import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

const eventOf = {
  answer: 'accounting.downloaded',
  everything: 'request.downloaded',
  evidencePack: 'request.packTaken',
} as const;

/** Notes in the request's history that its answer, or all of it, left as a file, and in which language. */
export function recordDownload(
  world: World,
  {
    actor,
    requestId,
    patientId,
    locale,
    what,
  }: { actor: Person; requestId: string; patientId: string; locale: string; what: keyof typeof eventOf },
): Promise<void> {
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: eventOf[what],
      actor,
      at: world.clock(),
      subject: { kind: 'request', id: requestId },
      patientId,
      requestId,
      after: { locale },
      visibleToPatient: true,
    }),
  );
}
