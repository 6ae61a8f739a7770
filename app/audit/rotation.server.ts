import { inTransaction } from '#app/db/client.server.ts';
import { resealSome, valuesByKey, type Place, type Resealed } from '#app/db/sealed-values.server.ts';
import type { World } from '#app/db/world.ts';
import type { Actor } from './actor.ts';
import { appendEvent } from './audit.server.ts';
import { writeCheckpoint } from './checkpoints.server.ts';

export interface RotationRun {
  actor: Actor;
  /** Where an earlier run ended, and how many values it had sealed by then. */
  from?: Place | null;
  resealedBefore?: number;
  /** Values at a time. */
  batch?: number;
  /** Called after each batch with the number of values so far; true ends the run. */
  isEnough?: (resealed: number) => boolean;
}

export interface Rotation {
  /** In this run and those before. */
  resealed: number;
  broken: Resealed['broken'];
  /** Where to go on; null when all tables were gone through. */
  next: Place | null;
  /** How many values older keys still hold: known once all tables were gone through. */
  left: number | null;
}

/**
 * Seals with the current key whatever an older one of the ring sealed. It can end at any point, also by a crash, and be run again: what
 * is done is done. When nothing is left, the checkpoints get a line signed with the current key, and the audit trail an event.
 */
export async function rotateKeys(
  world: World,
  { actor, from = null, resealedBefore = 0, batch = 200, isEnough = () => false }: RotationRun,
): Promise<Rotation> {
  let resealed = resealedBefore;
  const broken: Resealed['broken'] = [];
  let next = from;
  do {
    const done: Resealed = await resealSome(world.database, world.keys, next, batch);
    resealed += done.resealed;
    broken.push(...done.broken);
    next = done.next;
    if (next && isEnough(resealed)) return { resealed, broken, next, left: null };
  } while (next);

  const { currentId } = world.keys;
  const left = [...(await valuesByKey(world.database))]
    .filter(([key]) => key !== currentId)
    .reduce((sum, [, count]) => sum + count, 0);
  if (left === 0) await finish(world, actor, resealed);
  return { resealed, broken, next: null, left };
}

async function finish(world: World, actor: Actor, resealed: number): Promise<void> {
  const { currentId, keys } = world.keys;
  if (resealed > 0) {
    await inTransaction(world.db, (tx) =>
      appendEvent(tx, {
        type: 'keys.rotated',
        actor,
        at: world.clock(),
        subject: { kind: 'keys', id: currentId },
        before: { keys: [...keys.keys()].filter((id) => id !== currentId) },
        after: { key: currentId, resealed },
        visibleToPatient: false,
      }),
    );
  }
  // A file that cannot be written now gets its line from the running server; until then `keys status` keeps the old key.
  if (world.checkpointFile)
    await writeCheckpoint(world.db, world.keys, world.checkpointFile, world.clock()).catch(() => null);
}
