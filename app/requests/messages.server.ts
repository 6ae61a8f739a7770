import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { hasBlanks } from '#app/facility/templates.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { audienceOf, stillActs } from '#app/people/acting-for.server.ts';
import { can, mayAct } from '#app/people/can.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { keepAttachment, mostAttachments, mostFromPatient, type Document } from './attachments.server.ts';
import { whoWorksOn } from './assign.server.ts';
import type { MoveRefusal } from './decide.ts';
import { dropDraft, oneAtATime, placeOf, type DraftPlace } from './drafts.server.ts';
import { identityNotShown, saysNo } from './kinds/kind.ts';
import { kindDefinition, type RequestKind } from './kinds/registry.ts';
import { isOutcome, isOpenStatus, type RequestResolution } from './moves.ts';
import { moveWithin } from './requests.server.ts';

export interface NewMessage {
  requestId: string;
  actor: Person;
  text: string;
  documents: readonly Document[];
  /** Made when the form was shown: the same form sent twice is one message. */
  submissionKey: string;
}

export type MessageRefusal = MoveRefusal | 'notFound' | 'ended' | 'tooManyFiles' | 'noRoomForFiles';
export type Written = { ok: true; messageId: string } | { ok: false; refusal: MessageRefusal };

export class MessageRefused extends Error {
  constructor(readonly refusal: MessageRefusal) {
    super(refusal);
  }
}

/**
 * A patient writes about a request of theirs. Where the facility waits for them, that is the answer it waited for: the request goes on.
 * Refused once it was answered or closed: there the page offers to have it looked at again.
 */
export function writeAsPatient(world: World, message: NewMessage): Promise<Written> {
  return inOneTurn(world, message, (tx, now) => writeWithin(tx, world, message, now));
}

/** The same in the caller's transaction, which knows that this form was not sent before. @throws MessageRefused */
export async function writeWithin(tx: Tx, world: World, message: NewMessage, now: Date): Promise<string> {
  const { requestId } = message;
  const row = await ownRow(tx, message, now);
  if (!isOpenStatus(row.status)) throw new MessageRefused('ended');
  const sent =
    message.documents.length && (await tx.attachment.count({ where: { requestId, use: 'fromPatient' } }));
  if (sent + message.documents.length > mostFromPatient) throw new MessageRefused('noRoomForFiles');
  const id = await keep(tx, world, message, { audience: 'patient', byFacility: false, now });
  await endDraft(tx, message, { kind: row.kind, of: 'message' });
  if (row.status === 'waitingOnPatient')
    await move(tx, world, message, { name: 'patientReply', expectedVersion: row.version });
  for (const userId of await whoWorksOn(tx, row.assigneeId))
    await oweNotice(tx, { kind: 'patientReplied', userId, requestId, now });
  await tell(tx, message, { type: 'request.messageWritten', patientId: row.patientId, id, now });
  return id;
}

/** Keeps what somebody said who has no account, as staff enter it, with its scan: it is the patient's, under the name of who entered it. */
export async function keepTheirWord(
  tx: Tx,
  world: World,
  message: NewMessage & { patientId: string },
  now: Date,
): Promise<void> {
  const id = await keep(tx, world, message, { audience: 'patient', byFacility: false, now });
  await tell(tx, message, { type: 'request.messageWritten', patientId: message.patientId, id, now });
}

/** The request of a patient who may write about it. @throws MessageRefused */
async function ownRow(tx: Tx, { requestId, actor }: NewMessage, now: Date) {
  if (!mayAct(actor, 'ownRequests.file') || !actor.patientId) throw new MessageRefused('notYours');
  const row = await lockedRow(tx, requestId);
  const group = await recordGroup(tx, actor.patientId);
  if (!row || !group.includes(row.patientId)) throw new MessageRefused('notFound');
  if (!(await stillActs(tx, actor, now))) throw new MessageRefused('notYours');
  if (actor.onBehalfOf?.scope === 'file' && row.filedById !== actor.id) throw new MessageRefused('notFound');
  return row;
}

/**
 * Staff write to the patient.
 * @param message.waits the facility needs an answer before it can go on: the request waits for the patient
 */
export function writeToPatient(
  world: World,
  message: NewMessage & { waits: { expectedVersion: number } | null },
): Promise<Written> {
  return inOneTurn(world, message, async (tx, now) => {
    const { requestId, actor, waits } = message;
    if (!can(actor.role, 'requests.process')) throw new MessageRefused('notYours');
    const row = await lockedRow(tx, requestId);
    if (!row) throw new MessageRefused('notFound');
    if (hasBlanks(message.text)) throw new MessageRefused('blanksLeft');
    const id = await keep(tx, world, message, { audience: 'patient', byFacility: true, now });
    if (waits) await move(tx, world, message, { name: 'askPatient', ...waits });
    else
      for (const userId of await audienceOf(tx, { ...row, now }))
        await oweNotice(tx, { kind: 'messageReceived', userId, requestId, now });
    await tell(tx, message, { type: 'request.messageWritten', patientId: row.patientId, id, now });
    return id;
  });
}

/** Whether a patient may put on record that they disagree: an amendment was denied, all or in part (45 CFR 164.526(d)(2)). */
export function mayDisagree(
  { kind, resolution }: { kind: RequestKind; resolution: RequestResolution | null },
  ground: string | null,
): boolean {
  return kind === 'amendment' && ground !== identityNotShown.id && saysNoTo(resolution);
}

const saysNoTo = (resolution: RequestResolution | null) =>
  isOutcome(resolution) && saysNo(kindDefinition('amendment'), resolution);

/**
 * Keeps a patient's statement that they disagree with a denial: as they write it, or as staff enter what came on paper, with its scan. It
 * stays with the request, and goes along when what it is about is given out.
 */
export function stateDisagreement(world: World, message: NewMessage): Promise<Written> {
  return inOneTurn(world, message, async (tx, now) => {
    const { requestId, actor } = message;
    const byFacility = can(actor.role, 'requests.process');
    const row = byFacility ? await lockedRow(tx, requestId) : await ownRow(tx, message, now);
    if (!row) throw new MessageRefused('notFound');
    if (!mayDisagree(row, row.response?.ground ?? null)) throw new MessageRefused('notFromThisStatus');
    const kept = { audience: 'patient', byFacility, isStatement: true, now } as const;
    const id = await keep(tx, world, message, kept);
    await endDraft(tx, message, { kind: row.kind, of: 'disagree' });
    if (!byFacility)
      for (const userId of await whoWorksOn(tx, row.assigneeId))
        await oweNotice(tx, { kind: 'patientReplied', userId, requestId, now });
    await tell(tx, message, { type: 'request.disagreed', patientId: row.patientId, id, now });
    return id;
  });
}

/** The denied amendments of a patient, in all records that are theirs, with which they have put on record that they disagree. */
export async function disagreementsOf(
  db: Db,
  patientId: string,
): Promise<{ id: string; reference: string }[]> {
  return db.privacyRequest.findMany({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      kind: 'amendment',
      messages: { some: { isStatement: true } },
    },
    orderBy: { receivedAt: 'asc' },
    select: { id: true, reference: true },
  });
}

/** A note of staff for staff. The patient does not see it, nor that there is one. */
export function writeNote(world: World, message: NewMessage): Promise<Written> {
  return inOneTurn(world, message, async (tx, now) => {
    const { requestId, actor } = message;
    if (!can(actor.role, 'requests.process')) throw new MessageRefused('notYours');
    const row = await lockedRow(tx, requestId);
    if (!row) throw new MessageRefused('notFound');
    const id = await keep(tx, world, message, { audience: 'internal', byFacility: true, now });
    await tell(tx, message, { type: 'request.noteWritten', patientId: row.patientId, id, now });
    return id;
  });
}

/** What was kept of it while it was typed goes. */
async function endDraft(
  tx: Tx,
  { actor, requestId }: NewMessage,
  { kind, of }: { kind: RequestKind; of: DraftPlace },
): Promise<void> {
  if (!actor.patientId) return;
  await dropDraft(tx, { actor, patientId: actor.patientId, kind, place: placeOf(of, requestId) });
}

/** Runs one turn in one transaction; the same form sent again finds what it left before. */
async function inOneTurn(
  world: World,
  { actor, submissionKey, documents }: NewMessage,
  work: (tx: Tx, now: Date) => Promise<string>,
): Promise<Written> {
  if (documents.length > mostAttachments) return { ok: false, refusal: 'tooManyFiles' };
  try {
    return await inTransaction(world.db, async (tx) => {
      await oneAtATime(tx, submissionKey);
      const before = await tx.requestMessage.findUnique({
        where: { authorId_submissionKey: { authorId: actor.id, submissionKey } },
        select: { id: true },
      });
      if (before) return { ok: true, messageId: before.id };
      return { ok: true, messageId: await work(tx, world.clock()) };
    });
  } catch (error) {
    if (error instanceof MessageRefused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function lockedRow(tx: Tx, id: string) {
  await tx.$executeRaw`select 1 from privacy_request where id = ${id}::uuid for no key update`;
  return tx.privacyRequest.findUnique({
    where: { id },
    select: {
      patientId: true,
      kind: true,
      status: true,
      resolution: true,
      version: true,
      filedById: true,
      assigneeId: true,
      response: { select: { ground: true } },
    },
  });
}

async function move(
  tx: Tx,
  world: World,
  { requestId, actor }: NewMessage,
  made: { name: 'patientReply' | 'askPatient'; expectedVersion: number },
): Promise<void> {
  const moved = await moveWithin(tx, world, requestId, made, actor);
  if (!moved.ok) throw new MessageRefused(moved.refusal);
}

async function keep(
  tx: Tx,
  world: World,
  { requestId, actor, text, documents, submissionKey }: NewMessage,
  {
    audience,
    byFacility,
    isStatement = false,
    now,
  }: { audience: 'patient' | 'internal'; byFacility: boolean; isStatement?: boolean; now: Date },
): Promise<string> {
  const id = randomUUID();
  await tx.requestMessage.create({
    data: {
      id,
      requestId,
      authorId: actor.id,
      audience,
      byFacility,
      isStatement,
      bodySealed: seal(world.keys, text, boundTo('request_message', id)),
      writtenAt: now,
      submissionKey,
    },
    select: { id: true },
  });
  // What staff enter of a patient's statement is a scan of it, not something that went to them.
  const fromFacility = isStatement ? 'scan' : 'toPatient';
  const use = audience === 'internal' ? 'internal' : byFacility ? fromFacility : 'fromPatient';
  for (const document of documents)
    await keepAttachment(tx, world, { document, place: { requestId, messageId: id }, use, actor, now });
  return id;
}

function tell(
  tx: Tx,
  { requestId, actor, documents }: NewMessage,
  event: {
    type: 'request.messageWritten' | 'request.noteWritten' | 'request.disagreed';
    patientId: string;
    id: string;
    now: Date;
  },
): Promise<unknown> {
  return appendEvent(tx, {
    type: event.type,
    actor,
    at: event.now,
    subject: { kind: 'message', id: event.id },
    patientId: event.patientId,
    requestId,
    after: { files: documents.length },
    visibleToPatient: event.type !== 'request.noteWritten',
  });
}

/** When a patient's first word came since they were asked for something; null: none came. */
export async function firstWordSince(db: Db, requestId: string, since: Date): Promise<Date | null> {
  const first = await db.requestMessage.findFirst({
    where: { requestId, audience: 'patient', byFacility: false, writtenAt: { gte: since } },
    orderBy: { writtenAt: 'asc' },
    select: { writtenAt: true },
  });
  return first?.writtenAt ?? null;
}

export interface ReadMessage {
  id: string;
  audience: 'patient' | 'internal';
  byFacility: boolean;
  /** A statement of disagreement. */
  isStatement: boolean;
  author: { id: string; name: string; role: Person['role'] };
  text: string;
  writtenAt: Date;
}

/** What was written about a request, oldest first. @param reader `patient`: without what staff write for staff */
export async function messagesOf(
  world: Pick<World, 'db' | 'keys'>,
  requestId: string,
  reader: 'patient' | 'staff',
): Promise<ReadMessage[]> {
  const rows = await world.db.requestMessage.findMany({
    where: { requestId, ...(reader === 'patient' ? { audience: 'patient' } : {}) },
    orderBy: [{ writtenAt: 'asc' }, { id: 'asc' }],
    select: {
      id: true,
      audience: true,
      byFacility: true,
      isStatement: true,
      bodySealed: true,
      writtenAt: true,
      author: { select: { id: true, displayName: true, role: true } },
    },
  });
  return rows.map(({ bodySealed, author, ...row }) => ({
    ...row,
    author: { id: author.id, name: author.displayName, role: author.role },
    text: open(world.keys, bodySealed, boundTo('request_message', row.id)).toString('utf8'),
  }));
}
