import type { Tx } from '#app/db/client.server.ts';
import { planForMany } from '#app/db/plan-for-many.server.ts';

/** One decision at a time changes what messages are matched with, and no message is between reading that and standing in the queue. */
export async function lockRegisters(tx: Tx): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('matching', 0))`;
}

/** For whoever matches messages: what it is matched with stands still until the end of the transaction. */
export async function holdRegisters(tx: Tx): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock_shared(hashtextextended('matching', 0)), ${planForMany}`;
}
