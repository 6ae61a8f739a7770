import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { MoveRefusal } from './decide.ts';
import { clockFields } from './kept-clock.server.ts';
import { MessageRefused, type MessageRefusal } from './messages.server.ts';
import { isOpenStatus } from './moves.ts';
import type { NarrowingGap } from './narrowing.ts';

export type FeeRefusal =
  | MoveRefusal
  | MessageRefusal
  | NarrowingGap
  /** Nothing may be asked for an answer of this kind. */
  | 'noFee'
  /** The first accounting in 12 months costs nothing. */
  | 'stillFree'
  /** Access is free by law; no ground is given on which this one is not. */
  | 'feeGroundMissing'
  | 'toldAlready'
  | 'chosenAlready'
  /** Another cost was told since the one that is answered. */
  | 'costChanged'
  /** The same, said to the facility. */
  | 'chosenByPatient'
  | 'paidInFuture'
  /** Before the patient was told of it. */
  | 'paidBeforeTold'
  | 'wordsMissing';
export type FeeDone = { ok: true } | { ok: false; refusal: FeeRefusal };

/** Rolls a fee's transaction back. */
export class Refused extends Error {
  constructor(readonly refusal: FeeRefusal) {
    super(refusal);
  }
}

/** One transaction of a fee: what is refused leaves nothing. */
export async function inOneTurn(world: World, work: (tx: Tx, now: Date) => Promise<void>): Promise<FeeDone> {
  try {
    await inTransaction(world.db, (tx) => work(tx, world.clock()));
    return { ok: true };
  } catch (error) {
    if (error instanceof Refused || error instanceof MessageRefused)
      return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** An open request, whose row is held from now on. @throws Refused */
export async function lockedRow(tx: Tx, id: string) {
  await tx.$executeRaw`select 1 from privacy_request where id = ${id}::uuid for no key update`;
  const row = await tx.privacyRequest.findUnique({
    where: { id },
    select: {
      ...clockFields,
      kind: true,
      details: true,
      patientId: true,
      filedById: true,
      assigneeId: true,
      status: true,
      version: true,
      receivedOn: true,
      dueOn: true,
      follows: { select: { resolution: true } },
      feeNotice: { select: { choice: true, toldAt: true } },
    },
  });
  if (!row) throw new Refused('notFound');
  if (!isOpenStatus(row.status)) throw new Refused('ended');
  return row;
}
