import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { countClock } from '#app/clocks/count.ts';
import { clockRule } from '#app/clocks/rules.ts';
import { newReference } from '#app/crypto/tokens.server.ts';
import { inTransaction, isUniqueViolation, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { holidaysBetween, theFacility } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { mayAct } from '#app/people/can.ts';
import { audienceOf, stillActs } from '#app/people/acting-for.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { decide, type Move, type MoveRefusal, type RequestState } from './decide.ts';
import { effectOfFiling, type EffectRefusal } from './effects.server.ts';
import type { RequestKind } from './kinds/kind.ts';
import { kindDefinition, type DetailsOf } from './kinds/registry.ts';

export interface Submission<K extends RequestKind> {
  actor: Person;
  kind: K;
  details: DetailsOf<K>;
  /** Made when the form was shown: the same form sent twice is one request. */
  submissionKey: string;
  locale: Locale;
}

export type Submitted =
  { ok: true; requestId: string; reference: string } | { ok: false; refusal: 'notYours' | EffectRefusal };

/**
 * Files a request: the request with its clock, what the kind does at once (an opt-out counts from this commit), the audit events and
 * the notice owed, in one transaction.
 */
export async function submitRequest<K extends RequestKind>(
  world: World,
  submission: Submission<K>,
): Promise<Submitted> {
  const { actor } = submission;
  if (!mayAct(actor, 'ownRequests.file') || !actor.patientId) return { ok: false, refusal: 'notYours' };
  try {
    return await fileOnce(world, submission, actor.patientId);
  } catch (error) {
    // Two of one form at one moment, or a reference that was drawn before: the second try sees what the first left.
    if (!isUniqueViolation(error)) throw error;
    return fileOnce(world, submission, actor.patientId);
  }
}

class EffectRefused extends Error {
  constructor(readonly refusal: EffectRefusal) {
    super(refusal);
  }
}

async function fileOnce<K extends RequestKind>(
  world: World,
  submission: Submission<K>,
  patientId: string,
): Promise<Submitted> {
  const { actor, kind, submissionKey } = submission;
  const now = world.clock();
  const details = kindDefinition(kind).details.parse(submission.details) as AuditFacts;
  try {
    return await inTransaction(world.db, async (tx) => {
      const before = await tx.privacyRequest.findUnique({
        where: { filedById_submissionKey: { filedById: actor.id, submissionKey } },
        select: { id: true, reference: true },
      });
      if (before) return { ok: true, requestId: before.id, reference: before.reference };
      if (!(await stillActs(tx, actor, now))) return { ok: false, refusal: 'notYours' };

      const clock = await startClock(tx, kind, now);
      const { id: requestId, reference } = await tx.privacyRequest.create({
        data: {
          reference: newReference(),
          kind,
          patientId,
          filedById: actor.id,
          channel: 'portal',
          status: 'submitted',
          details,
          receivedAt: now,
          submissionKey,
          ...clock,
        },
        select: { id: true, reference: true },
      });
      await appendEvent(tx, {
        type: 'request.submitted',
        actor,
        at: now,
        subject: { kind: 'request', id: requestId },
        patientId,
        requestId,
        after: {
          kind,
          status: 'submitted',
          reference,
          ruleId: clock.ruleId,
          dueOn: clock.dueOn.toISOString().slice(0, 10),
        },
        visibleToPatient: true,
      });
      const refusal = await effectOfFiling(tx, {
        actor,
        patientId,
        requestId,
        now,
        locale: submission.locale,
        kind,
        details,
      });
      if (refusal) throw new EffectRefused(refusal);
      await oweNotice(tx, { kind: 'requestReceived', userId: actor.id, requestId, now });
      return { ok: true, requestId, reference };
    });
  } catch (error) {
    if (error instanceof EffectRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Counts the kind's clock from the facility's local day of receipt, and keeps everything it was counted with. */
async function startClock(tx: Tx, kind: RequestKind, receivedAt: Date) {
  const { timeZone } = await theFacility(tx);
  const rule = clockRule(kindDefinition(kind).rule);
  const aYearAndMore = new Date(receivedAt.getTime() + 400 * 24 * 3_600_000);
  const holidays = await holidaysBetween(tx, receivedAt, aYearAndMore);
  const count = countClock({
    rule: rule.id,
    version: rule.version,
    receivedAt: receivedAt.toISOString(),
    timeZone,
    holidays,
    events: [],
  });
  return {
    timeZone,
    ruleId: rule.id,
    ruleVersion: rule.version,
    holidays: holidays.map(dateColumn),
    receivedOn: dateColumn(count.startDate),
    dueOn: dateColumn(count.effectiveDueDate),
  };
}

function dateColumn(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

export type Moved = { ok: true; state: RequestState } | { ok: false; refusal: MoveRefusal | 'notFound' };

/** Moves a request: see `moveWithin`. */
export function moveRequest(world: World, requestId: string, move: Move, actor: Person): Promise<Moved> {
  return inTransaction(world.db, (tx) => moveWithin(tx, world.clock(), requestId, move, actor));
}

/**
 * The one door through which a request changes: locks its row, decides, and writes the state, the audit event and the notices that
 * the move owes, in the caller's transaction. A refusal writes nothing.
 */
export async function moveWithin(
  tx: Tx,
  now: Date,
  requestId: string,
  move: Move,
  actor: Person,
): Promise<Moved> {
  // Not `for update`: an event about this request, appended meanwhile by somebody else, refers to this row while it holds the chain's lock.
  await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
  const row = await tx.privacyRequest.findUnique({
    where: { id: requestId },
    select: {
      kind: true,
      patientId: true,
      status: true,
      resolution: true,
      version: true,
      assigneeId: true,
      filedById: true,
      response: { select: { requestId: true } },
    },
  });
  if (!row) return { ok: false, refusal: 'notFound' };
  const { response, filedById, assigneeId, ...state } = row;
  if (!(await stillActs(tx, actor, now))) return { ok: false, refusal: 'notYours' };
  // A request of a record that was merged with theirs is their own.
  const isOwn =
    actor.patientId !== null && (await recordGroup(tx, state.patientId)).includes(actor.patientId);
  const mover = isOwn ? { ...actor, patientId: state.patientId } : actor;
  const decision = decide({ ...state, hasAnswer: response !== null, filedById }, move, mover, now);
  if (!decision.ok) return decision;

  await tx.privacyRequest.update({
    where: { id: requestId },
    data: { ...decision.next, ...(actor.role === 'patient' || assigneeId ? {} : { assigneeId: actor.id }) },
  });
  await appendEvent(tx, {
    ...decision.event,
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId: state.patientId,
    requestId,
  });
  if (decision.notices.length > 0) {
    const readers = await audienceOf(tx, { patientId: state.patientId, filedById, now });
    for (const kind of decision.notices)
      for (const userId of readers) await oweNotice(tx, { kind, userId, requestId, now });
  }
  const { status, resolution, version } = decision.next;
  return { ok: true, state: { ...state, status, resolution, version, hasAnswer: response !== null } };
}
