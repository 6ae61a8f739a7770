import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

/** Notes in the request's history that its answer left as a file, and in which language. */
export function recordDownload(
  world: World,
  {
    actor,
    requestId,
    patientId,
    locale,
  }: { actor: Person; requestId: string; patientId: string; locale: string },
): Promise<void> {
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'accounting.downloaded',
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
