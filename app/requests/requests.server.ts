import { plainview, type Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { hasBlanks } from '#app/facility/templates.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { audienceOf, stillActs } from '#app/people/acting-for.server.ts';
import { endRecall } from '#app/optouts/vendor-notices/owe.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { localDate } from '#app/words/dates.ts';
import { appealedFrom } from './appeals.server.ts';
import { whoWorksOn } from './assign.server.ts';
import { decide, type Decision, type MoveRefusal } from './decide.ts';
import type { AnswerDraft, Move, Mover, RequestState, Twin } from './request-state.ts';
import { clockFields, countedColumns, dateText, keptClock } from './kept-clock.server.ts';
import { isOutcome } from './moves.ts';
import { clockFacts, countKept } from './request-clock.ts';
import { recountCorrected, recountReopened } from './recount.server.ts';
import { tellClock } from './tell-clock.server.ts';
import { stopsOncePosted, writtenInstead } from './told-by-post.ts';

export type Moved =
  | { ok: true; status: RequestState['status']; version: number }
  | { ok: false; refusal: MoveRefusal | 'notFound' };

/** A move as it is asked for: of the request that one is the same as, the number. */
export type AskedMove = Omit<Move, 'twin'> & { twinReference?: string };

/** Moves a request: see `moveWithin`. */
export function moveRequest(world: World, requestId: string, move: AskedMove, actor: Person): Promise<Moved> {
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
  details: true,
  followsAs: true,
  followsId: true,
  channel: true,
  receivedTimeKnown: true,
  receivedOn: true,
  dueOn: true,
  patient: { select: { bornOn: true } },
  clockEvents: {
    ...clockFields.clockEvents,
    select: { ...clockFields.clockEvents.select, recordedById: true },
  },
  feeNotice: { select: { choice: true } },
  response: {
    select: {
      resolution: true,
      ground: true,
      contains: true,
      draftedById: true,
      filesById: true,
      noteSealed: true,
    },
  },
} as const satisfies Prisma.PrivacyRequestSelect;

type StateRow = Prisma.PrivacyRequestGetPayload<{ select: typeof stateFields }>;

/** What `decide` judges, from a row. @param appealedFrom who decided what it appeals from */
function stateOf(
  row: StateRow,
  { id, keys, now, appealedFrom }: { id: string; keys: KeyRing; now: Date; appealedFrom: string[] },
): RequestState & { filedById: string } {
  const { kind, patientId, status, resolution, version, filedById, response, details, receivedAt } = row;
  const text = response?.noteSealed
    ? open(keys, response.noteSealed, boundTo('request_response', id)).toString('utf8')
    : '';
  const kept = keptClock(row);
  const asked = row.clockEvents
    .filter(({ type }) => type === 'identityInfoRequested' || type === 'identityInfoWritten')
    .at(-1);
  const draft: AnswerDraft | null = response && {
    outcome: isOutcome(response.resolution) ? response.resolution : null,
    ground: response.ground,
    contains: response.contains,
    draftedById: response.draftedById,
    filesById: response.filesById,
    hasText: text.trim() !== '',
    blanksLeft: hasBlanks(text),
  };
  const facts = clockFacts(kept, now);
  const isWritten = row.clockEvents.some(({ type }) => type === 'extensionNoticeWritten');
  const clock = { ...facts, extended: facts.extended || isWritten };
  const { asking } = kept;
  const feeUnanswered = row.feeNotice?.choice === null;
  return {
    ...{ kind, patientId, status, resolution, version, filedById, draft, feeUnanswered, clock },
    ...{ details, receivedAt, receivedTimeKnown: row.receivedTimeKnown },
    entered: row.channel === 'portal' ? null : { bornOn: dateText(row.patient.bornOn) },
    asking: asking && { status: asking.status, on: localDate(asking.at, row.timeZone) },
    identityAskedById: asked?.recordedById ?? null,
    appealedFrom,
  };
}

/** A request as a page asks what can be done with it. @returns null when there is no such request */
export async function requestState(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  requestId: string,
  now: Date,
): Promise<RequestState | null> {
  const row = await db.privacyRequest.findUnique({ where: { id: requestId }, select: stateFields });
  return row && stateOf(row, { id: requestId, keys, now, appealedFrom: await appealedFrom(db, row) });
}

/**
 * The one door through which a request changes: locks its row, decides, and writes the state, what it is to the clock, the audit event
 * and the notices that the move owes, in the caller's transaction. A refusal writes nothing.
 */
export async function moveWithin(
  tx: Tx,
  { keys, clock }: Pick<World, 'keys' | 'clock'>,
  requestId: string,
  { twinReference, ...made }: AskedMove,
  actor: Mover,
): Promise<Moved> {
  const now = clock();
  const twinId = twinReference ? await idOf(tx, twinReference) : null;
  // Not `for update`: an event about this request, appended meanwhile by somebody else, refers to this row while it holds the chain's lock.
  await tx.$executeRaw`select 1 from privacy_request where id in (${requestId}::uuid, ${twinId ?? requestId}::uuid)
    order by id for no key update`;
  const row = await tx.privacyRequest.findUnique({ where: { id: requestId }, select: stateFields });
  if (!row) return { ok: false, refusal: 'notFound' };
  const state = stateOf(row, { id: requestId, keys, now, appealedFrom: await appealedFrom(tx, row) });
  const { patientId, filedById } = state;
  const person = actor.kind === 'person' ? actor : null;
  if (person && !(await stillActs(tx, person, now))) return { ok: false, refusal: 'notYours' };
  // A request of a record that was merged with theirs is their own.
  const isOwn =
    person !== null &&
    person.patientId !== null &&
    (await recordGroup(tx, patientId)).includes(person.patientId);
  const twin = twinId ? await readTwin(tx, twinId, { requestId, patientId }) : null;
  const move = { ...made, ...(twin ? { twin } : {}) };
  const decision = decide(state, move, person && isOwn ? { ...person, patientId } : actor, now);
  if (!decision.ok) return decision;

  const mayOwe = decision.notices.length > 0 || decision.clockEvent !== null || row.ackRuleId !== null;
  const readers = mayOwe ? await audienceOf(tx, { patientId, filedById, now }) : [];
  // An extension counts from when the patient is told of it (45 CFR 164.524(b)(2)(iii), GDPR Art. 12(3)), and what is asked stops a clock
  // from when it is asked (UK GDPR Art. 12A, DPA 2018 s.54(3C)): by post, when that is posted.
  const written =
    decision.clockEvent && readers.length === 0 ? writtenInstead[decision.clockEvent] : undefined;
  const told =
    decision.clockEvent && person
      ? await tellClock(tx, keys, {
          requestId,
          patientId,
          kept: keptClock(row),
          type: written ?? decision.clockEvent,
          cameOn: decision.cameOn,
          move,
          actor: person,
          now,
        })
      : null;
  const count = told && countKept(told);
  const byPost = written === 'extensionNoticeWritten' || (told !== null && stopsOncePosted(told, now));
  // It stood still, and whoever waits was promised to be told the last day when it runs again.
  const countsOn = count !== null && state.clock.paused && count.openPause === null;
  const owed: readonly NoticeKind[] = [...decision.notices, ...(countsOn ? (['lastDayTold'] as const) : [])];
  const confirms = confirming(row, { next: decision.next, notices: owed }, readers);
  const { acknowledgedAt, extendedAt, ...next } = decision.next;
  const isSaid = acknowledgedAt !== undefined && (row.ackRuleId === null || readers.length > 0);
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: {
      ...next,
      ...(isSaid ? { acknowledgedAt } : {}),
      ...(extendedAt && !written ? { extendedAt } : {}),
      ...(count ? countedColumns(count) : {}),
      ...(confirms.firstSaid ? { acknowledgedAt: now } : {}),
      ...(!person || person.role === 'patient' || row.assigneeId ? {} : { assigneeId: person.id }),
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    ...decision.event,
    ...(count
      ? {
          after: {
            ...decision.event.after,
            dueOn: count.effectiveDueDate,
            ...(countsOn ? { countsOn } : {}),
            ...(byPost ? { because: 'byPost' } : {}),
          },
        }
      : {}),
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId,
    requestId,
  });
  if (row.kind === 'recall' && decision.next.resolution === 'withdrawn') await endRecall(tx, requestId, now);
  for (const kind of [...owed, ...confirms.owes])
    for (const userId of readers)
      await oweNotice(tx, { kind, userId, requestId, required: isConfirmation(kind, row), now });
  if (decision.event.type === 'request.reopened') await recountReopened(tx, requestId, now);
  if (next.receivedAt) await recountCorrected(tx, requestId, now);
  const toStaff = tellsStaff[move.name];
  if (toStaff)
    for (const userId of await whoWorksOn(tx, row.assigneeId))
      await oweNotice(tx, { kind: toStaff, userId, requestId, now });
  if (decision.next.resolution === 'withdrawn') await reopenAnsweredWith(tx, { keys, clock }, requestId);
  const { status, version } = decision.next;
  return { ok: true, status, version };
}

/** Of moves that staff do not make: what tells whoever has the request. */
const tellsStaff: Partial<Record<Move['name'], NoticeKind>> = {
  notADuplicate: 'patientReplied',
  otherEnded: 'duplicateReopened',
};

/** Nobody answers this request any more: what was closed because it was to answer that too goes on. */
async function reopenAnsweredWith(
  tx: Tx,
  world: Pick<World, 'keys' | 'clock'>,
  requestId: string,
): Promise<void> {
  const closed = await tx.privacyRequest.findMany({
    where: { duplicateOfId: requestId, resolution: 'duplicate' },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  for (const { id } of closed) await reopenDuplicate(tx, world, id, 'otherEnded');
}

/** Opens a request again that was closed as the same as another, because of what became of the other one: by Plainview itself. */
export async function reopenDuplicate(
  tx: Tx,
  world: Pick<World, 'keys' | 'clock'>,
  id: string,
  because: NonNullable<Move['because']>,
): Promise<void> {
  await tx.$executeRaw`select 1 from privacy_request where id = ${id}::uuid for no key update`;
  const { version } = await tx.privacyRequest.findUniqueOrThrow({ where: { id }, select: { version: true } });
  const move = { name: 'otherEnded', expectedVersion: version, because } as const;
  const moved = await moveWithin(tx, world, id, move, plainview);
  // Somebody opened it again meanwhile.
  if (!moved.ok && moved.refusal !== 'notFromThisStatus') throw new Error(`${id}: ${moved.refusal}`);
}

async function idOf(tx: Tx, reference: string): Promise<string | null> {
  const row = await tx.privacyRequest.findUnique({ where: { reference }, select: { id: true } });
  return row?.id ?? null;
}

/** What a request is said to be the same as: never itself. */
async function readTwin(
  tx: Tx,
  id: string,
  { requestId, patientId }: { requestId: string; patientId: string },
): Promise<Twin | null> {
  if (id === requestId) return null;
  const row = await tx.privacyRequest.findUnique({
    where: { id },
    select: { patientId: true, kind: true, receivedAt: true, respondedAt: true, status: true },
  });
  if (!row) return null;
  const isTheirs = (await recordGroup(tx, patientId)).includes(row.patientId);
  const { kind, receivedAt, respondedAt: answeredAt, status } = row;
  return { id, isTheirs, kind, receivedAt, answeredAt, closed: status === 'closed' };
}

/** Where the law wants the patient told that it arrived, a notice that says so is no matter of what mail they chose. */
const isConfirmation = (kind: NoticeKind, row: StateRow) =>
  kind === 'requestAcknowledged' && row.ackRuleId !== null;

/**
 * Where the law wants the patient told that it arrived: the first thing that they are told of it does that, and work that begins before
 * anything was said says so by itself. Where nobody reads it, they are told when the letter is posted (`posted.server.ts`).
 */
function confirming(
  row: StateRow,
  { next, notices }: Pick<Extract<Decision, { ok: true }>, 'next' | 'notices'>,
  readers: readonly string[],
): { firstSaid: boolean; owes: readonly NoticeKind[] } {
  const isSettled = row.ackRuleId === null || row.acknowledgedAt !== null || next.status === 'closed';
  if (isSettled || readers.length === 0) return { firstSaid: false, owes: [] };
  return { firstSaid: true, owes: notices.length > 0 ? [] : ['requestAcknowledged'] };
}
