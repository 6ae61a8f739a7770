import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from '#app/people/can.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { hasOpenAccount } from '#app/people/record-account.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { localDate } from '#app/words/dates.ts';
import type { Document } from './attachments.server.ts';
import type { MoveRefusal } from './decide.ts';
import { oneAtATime } from './drafts.server.ts';
import { keepFeeChoice, type FeeChoice } from './fees.server.ts';
import { enterRequest, type FilingRefusal } from './filing.server.ts';
import { followsAs } from './follows.ts';
import { kindDefinition } from './kinds/registry.ts';
import { keepTheirWord } from './messages.server.ts';
import { isOpenStatus } from './moves.ts';
import { keepNarrowed } from './narrowing.server.ts';
import { narrow, type AskedTime, type NarrowingGap } from './narrowing.ts';
import { dateText } from './kept-clock.server.ts';
import { moveWithin } from './requests.server.ts';

/** What somebody can say of a request of theirs without an account: take it back, settle its cost, have it looked at again. */
export const theirWords = ['withdraw', 'feeGoOn', 'feeChange', 'feeStop', 'again'] as const;
export type TheirWord = (typeof theirWords)[number];

export interface EnteredWord {
  requestId: string;
  expectedVersion: number;
  actor: Person;
  said: TheirWord;
  channel: 'paper' | 'phone' | 'desk';
  /** When the facility truly got it, and the facility-local day of that. */
  receivedAt: Date;
  receivedTimeKnown: boolean;
  receivedOn: string;
  text: string;
  /** Of a changed list: the time that it is to be about; as it is, or null: it stays. */
  time?: AskedTime | null;
  documents: readonly Document[];
  submissionKey: string;
}

export type WordRefusal =
  | MoveRefusal
  | FilingRefusal
  | NarrowingGap
  | 'notFound'
  | 'noFee'
  | 'chosenAlready'
  /** They have an account, and say it there themselves. */
  | 'hasAccount'
  /** It came before the request it is about. */
  | 'beforeRequest'
  /** Nobody agrees to a cost before they were told of it. */
  | 'saidBeforeTold'
  | 'wordsOfTheirsMissing';
export type WordEntered = { ok: true; requestId: string } | { ok: false; refusal: WordRefusal };

class Refused extends Error {
  constructor(readonly refusal: WordRefusal) {
    super(refusal);
  }
}

const asked = {
  patientId: true,
  kind: true,
  status: true,
  version: true,
  resolution: true,
  receivedOn: true,
  details: true,
  timeZone: true,
  feeNotice: { select: { choice: true, toldAt: true } },
  response: { select: { ground: true } },
} as const;

/** What may be entered of a request now; nothing where its patient has an account. */
export function wordsThatMayBeEntered(world: World, requestId: string): Promise<TheirWord[]> {
  return inTransaction(world.db, async (tx) => {
    const row = await tx.privacyRequest.findUnique({ where: { id: requestId }, select: asked });
    if (!row || (await hasOpenAccount(tx, await recordGroup(tx, row.patientId)))) return [];
    const definition = kindDefinition(row.kind);
    if (row.status === 'responded') return definition.answer === 'confirmation' ? [] : ['again'];
    if (!isOpenStatus(row.status)) return [];
    return [
      ...(definition.canWithdraw ? (['withdraw'] as const) : []),
      ...(row.feeNotice && row.feeNotice.choice === null
        ? (['feeGoOn', 'feeChange', 'feeStop'] as const)
        : []),
    ];
  });
}

/**
 * Enters what a patient without an account said about a request of theirs, with how and when it came: what the patient's own page would
 * have done, in one transaction. A request that is to be looked at again is a new one, with its clock from the day it came.
 */
export async function enterWord(world: World, word: EnteredWord): Promise<WordEntered> {
  if (!can(word.actor.role, 'requests.process')) return { ok: false, refusal: 'notYours' };
  if (word.said === 'again' && word.text.trim() === '') return { ok: false, refusal: 'wordsOfTheirsMissing' };
  try {
    const follows = await inTransaction(world.db, (tx) => enterWithin(tx, world, word));
    if (!follows) return { ok: true, requestId: word.requestId };
    const { kind, patientId, details, as, locale } = follows;
    return await enterRequest(world, {
      actor: word.actor,
      kind,
      details: kindDefinition(kind).details.parse(details),
      statement: { reason: word.text },
      documents: kindDefinition(kind).takesFiles ? word.documents : [],
      submissionKey: word.submissionKey,
      locale,
      patientId,
      channel: word.channel,
      receivedAt: word.receivedAt,
      receivedTimeKnown: word.receivedTimeKnown,
      follows: { id: word.requestId, as },
    });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** @returns the request that is to be looked at again; null where all is done */
async function enterWithin(tx: Tx, world: World, word: EnteredWord) {
  const { requestId, actor, said, channel, receivedOn, expectedVersion, submissionKey } = word;
  await oneAtATime(tx, submissionKey);
  const before = await tx.requestMessage.findUnique({
    where: { authorId_submissionKey: { authorId: actor.id, submissionKey } },
    select: { id: true },
  });
  if (before) return null;
  await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
  const row = await tx.privacyRequest.findUnique({ where: { id: requestId }, select: asked });
  if (!row) throw new Refused('notFound');
  const { patientId, kind, details, resolution } = row;
  if (await hasOpenAccount(tx, await recordGroup(tx, patientId))) throw new Refused('hasAccount');
  if (receivedOn < dateText(row.receivedOn)) throw new Refused('beforeRequest');
  const now = world.clock();
  if (said === 'again') {
    if (kindDefinition(kind).answer === 'confirmation') throw new Refused('notReviewable');
    const as = followsAs({ resolution, ground: row.response?.ground ?? null });
    return { kind, patientId, details, as, locale: await localeOfPatient(tx, patientId) };
  }
  if (said !== 'withdraw') {
    if (!isOpenStatus(row.status)) throw new Refused('notFromThisStatus');
    if (!row.feeNotice || row.feeNotice.choice === 'takenBack') throw new Refused('noFee');
    if (row.feeNotice.choice) throw new Refused('chosenAlready');
    if (receivedOn < localDate(row.feeNotice.toldAt, row.timeZone)) throw new Refused('saidBeforeTold');
    const choice = (
      { feeGoOn: 'goOn', feeChange: 'change', feeStop: 'stop' } as const satisfies Record<
        typeof said,
        FeeChoice
      >
    )[said];
    const change = choice === 'change' ? narrow(row, { time: word.time ?? null, text: word.text }) : null;
    if (change && !change.ok) throw new Refused(change.refusal);
    const how = { channel, receivedOn };
    await keepFeeChoice(tx, { requestId, patientId, actor, choice, now, word: how });
    if (change?.time) await keepNarrowed(tx, { requestId, row, time: change.time, actor, now, word: how });
  }
  if (said === 'withdraw' || said === 'feeStop') {
    const move = { name: 'enterWithdrawal' as const, expectedVersion, word: { channel, receivedOn } };
    const moved = await moveWithin(tx, world, requestId, move, actor);
    if (!moved.ok) throw new Refused(moved.refusal);
  }
  if (word.text.trim() !== '' || word.documents.length > 0)
    await keepTheirWord(
      tx,
      world,
      { requestId, patientId, actor, text: word.text, documents: word.documents, submissionKey },
      now,
    );
  return null;
}
