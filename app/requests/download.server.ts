import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

/** Notes in the request's history that its answer, or all of it, left as a file, and in which language. */
export function recordDownload(
  world: World,
  {
    actor,
    requestId,
    patientId,
    locale,
    what,
  }: { actor: Person; requestId: string; patientId: string; locale: string; what: 'answer' | 'everything' },
): Promise<void> {
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: what === 'answer' ? 'accounting.downloaded' : 'request.downloaded',
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
