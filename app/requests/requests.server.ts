import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { audienceOf, stillActs } from '#app/people/acting-for.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { decide, type AnswerDraft, type Move, type MoveRefusal, type RequestState } from './decide.ts';
import { clockFields, keptClock } from './kept-clock.server.ts';
import { isOutcome, type MoveRule } from './moves.ts';
import { clockFacts, countKept, type KeptClock } from './request-clock.ts';
import { dateColumn } from './start-clock.server.ts';

export type Moved =
  | { ok: true; status: RequestState['status']; version: number }
  | { ok: false; refusal: MoveRefusal | 'notFound' };

/** Moves a request: see `moveWithin`. */
export function moveRequest(world: World, requestId: string, move: Move, actor: Person): Promise<Moved> {
  return inTransaction(world.db, (tx) => moveWithin(tx, world, requestId, move, actor));
}

const stateFields = {
  ...clockFields,
  kind: true,
  patientId: true,
  status: true,
  resolution: true,
  version: true,
  assigneeId: true,
  filedById: true,
  feeNotice: { select: { choice: true } },
  response: { select: { resolution: true, ground: true, contains: true, draftedById: true, sentAt: true } },
} as const satisfies Prisma.PrivacyRequestSelect;

type StateRow = Prisma.PrivacyRequestGetPayload<{ select: typeof stateFields }>;

/** What `decide` judges, from a row. */
function stateOf(row: StateRow, now: Date): RequestState & { filedById: string } {
  const { kind, patientId, status, resolution, version, filedById, response } = row;
  const draft: AnswerDraft | null = response && {
    outcome: isOutcome(response.resolution) ? response.resolution : null,
    ground: response.ground,
    contains: response.contains,
    draftedById: response.draftedById,
  };
  const clock = clockFacts(keptClock(row), now);
  const feeUnanswered = row.feeNotice?.choice === null;
  return { kind, patientId, status, resolution, version, filedById, draft, feeUnanswered, clock };
}

/** A request as a page asks what can be done with it. @returns null when there is no such request */
export async function requestState(
  { db }: Pick<World, 'db'>,
  requestId: string,
  now: Date,
): Promise<RequestState | null> {
  const row = await db.privacyRequest.findUnique({ where: { id: requestId }, select: stateFields });
  return row && stateOf(row, now);
}

/**
 * The one door through which a request changes: locks its row, decides, and writes the state, what it is to the clock, the audit event
 * and the notices that the move owes, in the caller's transaction. A refusal writes nothing.
 */
export async function moveWithin(
  tx: Tx,
  { keys, clock }: Pick<World, 'keys' | 'clock'>,
  requestId: string,
  move: Move,
  actor: Person,
): Promise<Moved> {
  const now = clock();
  // Not `for update`: an event about this request, appended meanwhile by somebody else, refers to this row while it holds the chain's lock.
  await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
  const row = await tx.privacyRequest.findUnique({ where: { id: requestId }, select: stateFields });
  if (!row) return { ok: false, refusal: 'notFound' };
  const state = stateOf(row, now);
  const { patientId, filedById } = state;
  if (!(await stillActs(tx, actor, now))) return { ok: false, refusal: 'notYours' };
  // A request of a record that was merged with theirs is their own.
  const isOwn = actor.patientId !== null && (await recordGroup(tx, patientId)).includes(actor.patientId);
  const decision = decide(state, move, isOwn ? { ...actor, patientId } : actor, now);
  if (!decision.ok) return decision;

  const due = decision.clockEvent
    ? await tellClock(tx, keys, {
        requestId,
        kept: keptClock(row),
        type: decision.clockEvent,
        move,
        actor,
        now,
      })
    : null;
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: {
      ...decision.next,
      ...(due ? { dueOn: dateColumn(due) } : {}),
      ...(actor.role === 'patient' || row.assigneeId ? {} : { assigneeId: actor.id }),
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    ...decision.event,
    ...(due ? { after: { ...decision.event.after, dueOn: due } } : {}),
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId,
    requestId,
  });
  if (decision.notices.length > 0) {
    const readers = await audienceOf(tx, { patientId, filedById, now });
    for (const kind of decision.notices)
      for (const userId of readers) await oweNotice(tx, { kind, userId, requestId, now });
  }
  const { status, version } = decision.next;
  return { ok: true, status, version };
}

/** Adds what happened to the clock's own history. @returns the last day after it, `YYYY-MM-DD` */
async function tellClock(
  tx: Tx,
  keys: KeyRing,
  {
    requestId,
    kept,
    type,
    move,
    actor,
    now,
  }: {
    requestId: string;
    kept: KeptClock;
    type: NonNullable<MoveRule['clockEvent']>;
    move: Move;
    actor: Person;
    now: Date;
  },
): Promise<string> {
  const id = randomUUID();
  const newDueOn = type === 'extensionNoticeSent' ? (move.newDueOn ?? null) : null;
  await tx.requestClockEvent.create({
    data: {
      id,
      requestId,
      type,
      at: now,
      reasonSealed:
        type === 'extensionNoticeSent' && move.reason
          ? seal(keys, move.reason, boundTo('request_clock_event', id))
          : null,
      newDueOn: newDueOn && dateColumn(newDueOn),
      recordedById: actor.id,
    },
    select: { id: true },
  });
  const clockEvents = [...kept.clockEvents, { type, at: now, newDueOn }];
  return countKept({ ...kept, clockEvents }).effectiveDueDate;
}
