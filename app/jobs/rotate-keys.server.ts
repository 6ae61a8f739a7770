import { plainview } from '#app/audit/actor.ts';
import { z } from 'zod';
import { rotateKeys, type Rotation } from '#app/audit/rotation.server.ts';
import { sealedTables } from '#app/crypto/sealed-columns.ts';
import { enqueue, inTransaction, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

/** `to`: the key that seals everything in the end. The rest: where the job before ended. */
export const rotationPayload = z.object({
  to: z.string(),
  table: z.enum(sealedTables).optional(),
  after: z.string().optional(),
  resealed: z.coerce.number().int().optional(),
});
export type RotationPayload = z.infer<typeof rotationPayload>;

/** Values sealed in one job; then the queue gets its turn, and the next job goes on. */
const aJob = 2_000;

/**
 * Moves some of what older keys sealed to the current one, and queues the rest.
 * @throws when this process does not have the wanted key as its first, or values are left at the end: the queue tries again
 */
export async function rotateKeysJob(world: World, { to, table, after, resealed = 0 }: RotationPayload) {
  if (world.keys.currentId !== to) {
    throw new Error(
      `this process seals with ${world.keys.currentId}: start it anew with ${to} first in APP_KEYS`,
    );
  }
  const run = await rotateKeys(world, {
    actor: plainview,
    from: table ? { table, after: after ?? null } : null,
    resealedBefore: resealed,
    isEnough: (done) => done - resealed >= aJob,
  });
  if (run.next) await queueRotation(world.db, to, run);
  else if (run.left) {
    const broken = run.broken.map((value) => `${value.table} ${value.id}`).slice(0, 5);
    throw new Error(
      `older keys still hold ${run.left} values${broken.length > 0 ? `; these do not open: ${broken.join(', ')}` : ''}`,
    );
  }
}

/** @param run a run that ended before its end: the job goes on from there */
export async function queueRotation(db: Db, to: string, run?: Rotation): Promise<void> {
  const place = run?.next
    ? { table: run.next.table, ...(run.next.after === null ? {} : { after: run.next.after }) }
    : {};
  const payload = { to, ...place, resealed: String(run?.resealed ?? 0) };
  await inTransaction(db, (tx) => enqueue(tx, 'rotate-keys', payload, 'rotate-keys', { priority: 10 }));
}

/** A job that was under way when its process was killed stays locked for hours: at the next start it is queued anew. */
export async function resumeRotation(world: World): Promise<void> {
  const [killed] = await world.db.$queryRaw<{ there: boolean }[]>`
    select exists (select 1 from graphile_worker.jobs where task_identifier = 'rotate-keys' and locked_at is not null) as there`;
  if (killed?.there) await queueRotation(world.db, world.keys.currentId);
}
