import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newReference } from '#app/crypto/tokens.server.ts';
import { inTransaction, isUniqueViolation, type RequestChannel, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { stillActs } from '#app/people/acting-for.server.ts';
import { can, mayAct } from '#app/people/can.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { keepAttachment, tooMuch, type AttachmentRefusal, type Document } from './attachments.server.ts';
import { oneAtATime, placeOf } from './drafts.server.ts';
import { effectOfFiling, type EffectRefusal } from './effects.server.ts';
import { followsAs, type FollowsAs } from './follows.ts';
import { kindDefinition, type DetailsOf, type RequestKind } from './kinds/registry.ts';
import { startClock } from './start-clock.server.ts';

export interface Submission<K extends RequestKind> {
  actor: Person;
  kind: K;
  details: DetailsOf<K>;
  /** Answers in the patient's own words, by the name of their field. Kept sealed. */
  statement?: Record<string, string>;
  /** Made when the form was shown: the same form sent twice is one request. */
  submissionKey: string;
  locale: Locale;
  /** Files that were chosen with it. */
  documents?: readonly Document[];
  /** What was typed and kept before it was sent goes, and its files go with the request. */
  takesDraft?: boolean;
  /** The answered request that this one asks to look at again. */
  follows?: { id: string; as: FollowsAs };
}

export type FilingRefusal =
  'notYours' | 'notReviewable' | 'followedAlready' | AttachmentRefusal | EffectRefusal;
export type Submitted =
  { ok: true; requestId: string; reference: string } | { ok: false; refusal: FilingRefusal };

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
  const now = world.clock();
  return fileOnce(world, submission, {
    patientId: actor.patientId,
    channel: 'portal',
    receivedAt: now,
    receivedTimeKnown: true,
    now,
  });
}

export interface Entry<K extends RequestKind> extends Submission<K> {
  patientId: string;
  channel: Exclude<RequestChannel, 'portal'>;
  /** When the facility truly got it: the clock runs from there. Not in the future. */
  receivedAt: Date;
  /** False where only the day of it is known. */
  receivedTimeKnown?: boolean;
}

/** Enters what came on paper, by phone or at the desk: the same request, with the same clock, from the day it came. */
export async function enterRequest<K extends RequestKind>(
  world: World,
  { patientId, channel, receivedAt, receivedTimeKnown = true, ...submission }: Entry<K>,
): Promise<Submitted> {
  const now = world.clock();
  if (!can(submission.actor.role, 'requests.process') || receivedAt > now)
    return { ok: false, refusal: 'notYours' };
  return fileOnce(world, submission, { patientId, channel, receivedAt, receivedTimeKnown, now });
}

class EffectRefused extends Error {
  constructor(readonly refusal: FilingRefusal) {
    super(refusal);
  }
}

interface Arrival {
  patientId: string;
  channel: RequestChannel;
  receivedAt: Date;
  receivedTimeKnown: boolean;
  now: Date;
}

async function fileOnce<K extends RequestKind>(
  world: World,
  submission: Submission<K>,
  arrival: Arrival,
): Promise<Submitted> {
  try {
    return await file(world, submission, arrival).catch((error: unknown) => {
      // Two of one form at one moment, or a reference that was drawn before: the second try sees what the first left.
      if (!isUniqueViolation(error)) throw error;
      return file(world, submission, arrival);
    });
  } catch (error) {
    if (error instanceof EffectRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function file<K extends RequestKind>(
  world: World,
  submission: Submission<K>,
  { patientId, channel, receivedAt, receivedTimeKnown, now }: Arrival,
): Promise<Submitted> {
  const { actor, kind, submissionKey, follows } = submission;
  const details = kindDefinition(kind).details.parse(submission.details) as AuditFacts;
  const requestId = randomUUID();
  const reference = newReference();
  return inTransaction(world.db, async (tx) => {
    await oneAtATime(tx, submissionKey);
    const before = await tx.privacyRequest.findUnique({
      where: { filedById_submissionKey: { filedById: actor.id, submissionKey } },
      select: { id: true, reference: true },
    });
    if (before) return { ok: true, requestId: before.id, reference: before.reference };
    if (!(await stillActs(tx, actor, now))) throw new EffectRefused('notYours');
    const first = follows && (await mayFollow(tx, { ...follows, kind, patientId }));

    const clock = await startClock(tx, { kind, receivedAt, isAppeal: follows?.as === 'appeal' });
    const statement = submission.statement ?? {};
    await tx.privacyRequest.create({
      data: {
        id: requestId,
        reference,
        kind,
        patientId,
        filedById: actor.id,
        channel,
        status: 'submitted',
        details,
        statementSealed:
          Object.keys(statement).length === 0
            ? null
            : seal(world.keys, JSON.stringify(statement), boundTo('privacy_request', requestId)),
        receivedAt,
        receivedTimeKnown,
        enteredAt: now,
        submissionKey,
        followsId: follows?.id ?? null,
        followsAs: follows?.as ?? null,
        searchText: await searchText(tx, reference, patientId),
        ...clock,
        ...(first && follows?.as === 'appeal' ? { jurisdiction: first.jurisdiction } : {}),
      },
      select: { id: true },
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
        ...(channel === 'portal' ? {} : { channel, receivedOn: clock.receivedOn.toISOString().slice(0, 10) }),
        ...(follows ? { followsAs: follows.as } : {}),
      },
      visibleToPatient: true,
    });
    const refused = await keepFiles(tx, world, submission, { requestId, patientId, now });
    if (refused) throw new EffectRefused(refused);
    const { locale } = submission;
    const refusal = await effectOfFiling(tx, { actor, patientId, requestId, now, locale, kind, details });
    if (refusal) throw new EffectRefused(refusal);
    const reader = channel === 'portal' ? actor.id : await accountOf(tx, patientId);
    if (reader)
      await oweNotice(tx, {
        kind: follows ? 'requestReopened' : 'requestReceived',
        userId: reader,
        requestId,
        now,
      });
    return { ok: true, requestId, reference };
  });
}

/** An answered request of the same patient and kind is looked at again once at a time; an appeal is of a denial. @returns whose law it was answered by */
async function mayFollow(
  tx: Tx,
  { id, as, kind, patientId }: { id: string; as: FollowsAs; kind: RequestKind; patientId: string },
): Promise<{ jurisdiction: string }> {
  await tx.$executeRaw`select 1 from privacy_request where id = ${id}::uuid for no key update`;
  const first = await tx.privacyRequest.findFirst({
    where: { id, kind, patientId: { in: await recordGroup(tx, patientId) }, status: 'responded' },
    select: {
      resolution: true,
      jurisdiction: true,
      response: { select: { ground: true } },
      followedBy: { where: { status: { notIn: ['responded', 'closed'] } }, select: { id: true }, take: 1 },
    },
  });
  if (!first) throw new EffectRefused('notYours');
  const { jurisdiction, resolution, response } = first;
  if (as === 'appeal' && followsAs({ resolution, ground: response?.ground ?? null }) !== 'appeal')
    throw new EffectRefused('notReviewable');
  if (first.followedBy.length > 0) throw new EffectRefused('followedAlready');
  return { jurisdiction };
}

/** Keeps the files of the form. What was typed and kept before goes; its files become the request's. */
async function keepFiles<K extends RequestKind>(
  tx: Tx,
  world: World,
  { actor, kind, documents = [], takesDraft, follows }: Submission<K>,
  { requestId, patientId, now }: { requestId: string; patientId: string; now: Date },
): Promise<AttachmentRefusal | null> {
  if (takesDraft) {
    const place = follows ? placeOf('again', follows.id) : '';
    const mine = { userId: actor.id, patientId, kind, place };
    await tx.attachment.updateMany({ where: { draft: mine }, data: { requestId, draftId: null } });
    await tx.requestDraft.deleteMany({ where: mine });
  }
  const use = actor.role === 'patient' ? 'fromPatient' : 'scan';
  for (const document of documents)
    await keepAttachment(tx, world, { document, place: { requestId }, use, actor, now });
  return tooMuch(await tx.attachment.findMany({ where: { requestId }, select: { byteCount: true } }));
}

async function accountOf(tx: Tx, patientId: string): Promise<string | null> {
  const group = await recordGroup(tx, patientId);
  const account = await tx.user.findFirst({
    where: { patientId: { in: group }, disabledAt: null },
    select: { id: true },
  });
  return account?.id ?? null;
}

/** Reference, names and patient numbers of all records of the patient: what staff look for. The database keeps it as they change. */
async function searchText(tx: Tx, reference: string, patientId: string): Promise<string> {
  const records = await tx.patient.findMany({
    where: { id: { in: await recordGroup(tx, patientId) } },
    orderBy: [{ mergedIntoId: { sort: 'asc', nulls: 'first' } }, { id: 'asc' }],
    select: { givenName: true, familyName: true, identifiers: { select: { value: true } } },
  });
  const names = records.flatMap(({ givenName, familyName }) => [givenName, familyName]);
  const numbers = records.flatMap(({ identifiers }) => identifiers.map(({ value }) => value)).sort();
  const [row] = await tx.$queryRaw<{ text: string }[]>`
    select plain_letters(${[reference, ...names, ...numbers].join(' ')}) as text`;
  return row!.text;
}
