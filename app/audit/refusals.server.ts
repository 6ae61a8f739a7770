import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { plainview } from './actor.ts';
import { appendEvent } from './audit.server.ts';
import { refusalCounts, type RefusalReason } from './refusal-counts.ts';

/** Of each world that this process serves. */
const counts = new WeakMap<World['database'], ReturnType<typeof refusalCounts>>();

/**
 * Writes that a form of another site, a wrong key or the like was refused (ASVS 5.0.0 V16.3.2, V16.3.3): the first from a network in a
 * quarter of an hour, then each power of ten. @param network as addresses are counted (networkOf)
 */
export async function recordRefusal(
  world: World,
  { reason, network, path }: { reason: RefusalReason; network: string; path: string },
): Promise<void> {
  const count = counts.get(world.database) ?? refusalCounts();
  counts.set(world.database, count);
  const now = world.clock();
  const counted = count(reason, network, now);
  if (!counted) return;
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'access.denied',
      actor: plainview,
      at: now,
      subject: { kind: 'network', id: counted.network ?? '*' },
      after: {
        refused: reason,
        network: counted.network ?? '*',
        // Where several were counted, that of the last.
        path: path.slice(0, 200),
        times: counted.times,
      },
      visibleToPatient: false,
    }),
  );
}
