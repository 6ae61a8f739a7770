import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { holdRegisters, placeInQueue } from './matching-queue.server.ts';
import { readKept } from './matching-records.server.ts';

const atOnce = 200;

/**
 * Puts held records into the queue that neither wait there nor were settled: those that came before there was one. Nothing is found twice,
 * and a record that cannot be read again stops it with an error, for somebody to look. @returns how many were found
 */
export async function placeMissed(world: World): Promise<number> {
  let found = 0;
  for (;;) {
    const placed = await inTransaction(world.db, async (tx) => {
      await holdRegisters(tx);
      const missed = await tx.auditRecord.findMany({
        where: {
          state: { in: ['unmapped', 'quarantined'] },
          waiting: { is: null },
          settlements: { none: {} },
        },
        orderBy: { id: 'asc' },
        take: atOnce,
        select: { id: true, state: true, reason: true },
      });
      const kept = new Map(
        (
          await readKept(
            tx,
            world.keys,
            missed.map(({ id }) => id),
          )
        ).map((one) => [one.id, one]),
      );
      await placeInQueue(
        tx,
        missed.flatMap(({ id, state, reason }) => {
          const record = kept.get(id);
          if (!record || (state !== 'unmapped' && state !== 'quarantined')) return [];
          const { reading, receivedAt } = record;
          return [{ recordId: id, reading, state, reason: reason ?? '', receivedAt }];
        }),
        world.clock(),
      );
      return missed.length;
    });
    found += placed;
    if (placed < atOnce) return found;
  }
}
