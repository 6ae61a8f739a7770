import { randomUUID } from 'node:crypto';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { recordGroup } from './records.server.ts';
import {
  mayAsk,
  mayMove,
  patientMayEnd,
  type RepresentationBasis,
  type RepresentationScope,
} from './representation-rules.ts';

/** What somebody says who asks to act for a patient. */
export interface Asking {
  givenName: string;
  familyName: string;
  /** `YYYY-MM-DD` */
  bornOn: string;
  /** Null when they do not know it. */
  patientNumber: string | null;
  relationship: string;
  basis: RepresentationBasis;
  scope: RepresentationScope;
}

/** A document as it was sent; its kind was read from its bytes. */
export interface Document {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** So many requests of one account may wait at a time. */
const mostAsked = 5;
const mostDocuments = 5;

/**
 * Keeps that somebody asks to act for a patient, with the document that proves it, sealed. Nothing is told of any record: the answer is the
 * same whether there is such a patient. A patient with an account whose name, birth date and number all agree is told that somebody asked.
 */
export async function askToRepresent(
  world: World,
  { actor, asking, document }: { actor: Person; asking: Asking; document: Document | null },
): Promise<{ ok: true; id: string } | { ok: false; refusal: 'notYours' | 'tooMany' }> {
  if (!mayAsk(actor)) return { ok: false, refusal: 'notYours' };
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await tx.$queryRaw`select 1 from user_account where id = ${actor.id}::uuid for no key update`;
    const { bornOn, ...said } = asking;
    // The same sent twice is one; a document that comes with it is added.
    const same = await tx.representation.findFirst({
      where: { ...said, bornOn: dateColumn(bornOn), representativeId: actor.id, state: 'asked' },
      select: { id: true, evidence: { select: { sha256: true } } },
    });
    if (same) {
      const isNew = document && same.evidence.every(({ sha256 }) => sha256 !== sha256Hex(document.bytes));
      if (isNew && same.evidence.length < mostDocuments)
        await keepDocument(tx, world, same.id, document, now);
      return { ok: true, id: same.id };
    }
    const waiting = await tx.representation.count({ where: { representativeId: actor.id, state: 'asked' } });
    if (waiting >= mostAsked) return { ok: false, refusal: 'tooMany' };
    const { id } = await tx.representation.create({
      data: { ...said, bornOn: dateColumn(bornOn), representativeId: actor.id, state: 'asked', askedAt: now },
      select: { id: true },
    });
    if (document) await keepDocument(tx, world, id, document, now);
    await appendEvent(tx, {
      type: 'representation.asked',
      actor: asThemselves(actor),
      at: now,
      subject: { kind: 'representation', id },
      after: { basis: asking.basis, scope: asking.scope, document: document !== null },
      visibleToPatient: false,
    });
    const patientUser = await accountThatIsMeant(tx, asking);
    if (patientUser && patientUser !== actor.id)
      await oweNotice(tx, { kind: 'representativeAsked', userId: patientUser, now });
    return { ok: true, id };
  });
}

async function keepDocument(
  tx: Tx,
  world: World,
  representationId: string,
  { bytes, ...document }: Document,
  now: Date,
): Promise<void> {
  const id = randomUUID();
  await tx.representativeEvidence.create({
    data: {
      id,
      representationId,
      ...document,
      byteCount: bytes.length,
      sha256: sha256Hex(bytes),
      bytesSealed: seal(world.keys, bytes, boundTo('representative_evidence', id)),
      addedAt: now,
    },
    select: { id: true },
  });
}

async function accountThatIsMeant(tx: Tx, asking: Asking): Promise<string | null> {
  if (!asking.patientNumber) return null;
  const { issuer } = await theFacility(tx);
  const record = await tx.patient.findFirst({
    where: {
      identifiers: { some: { issuer, value: asking.patientNumber } },
      givenName: { equals: asking.givenName, mode: 'insensitive' },
      familyName: { equals: asking.familyName, mode: 'insensitive' },
      bornOn: dateColumn(asking.bornOn),
    },
    select: { id: true },
  });
  return record ? ((await accountsOf(tx, record.id))[0]?.id ?? null) : null;
}

/** Accounts that are bound to a patient's records. */
export async function accountsOf(tx: Tx, patientId: string) {
  return tx.user.findMany({
    where: { patientId: { in: await recordGroup(tx, patientId) } },
    select: { id: true },
  });
}

export type MoveRefused = { ok: false; refusal: 'notFound' | 'notFromThisState' | 'notByPatient' };

/** Says no to what was asked, with the reason that the asker reads. */
export function refuseRepresentation(
  world: World,
  { actor, representationId, reason }: { actor: Person; representationId: string; reason: string },
): Promise<{ ok: true } | MoveRefused> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const asked = await held(tx, representationId);
    if (!asked) return { ok: false, refusal: 'notFound' };
    if (!mayMove(asked.state, 'refused')) return { ok: false, refusal: 'notFromThisState' };
    await tx.representation.update({
      where: { id: representationId },
      data: { state: 'refused', reason, decidedById: actor.id, decidedAt: now },
      select: { id: true },
    });
    const after = { state: 'refused' };
    await tell(tx, { type: 'representation.refused', actor, now, representationId, after, reason });
    await oweNotice(tx, { kind: 'representativeDecided', userId: asked.representativeId, now });
    return { ok: true };
  });
}

/**
 * Ends an authority, from this commit on. @param by the patient, whose own wish it rested on (`patientIds`: their records); or the
 * facility, for all others
 */
export function endRepresentation(
  world: World,
  input: {
    actor: Person;
    representationId: string;
    reason: string | null;
    by: 'facility' | { patientIds: string[] };
  },
): Promise<{ ok: true } | MoveRefused> {
  const { actor, representationId, reason, by } = input;
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const granted = await held(tx, representationId);
    if (!granted?.patientId) return { ok: false, refusal: 'notFound' };
    const { patientId } = granted;
    if (by !== 'facility' && !by.patientIds.includes(patientId)) return { ok: false, refusal: 'notFound' };
    if (!mayMove(granted.state, 'ended')) return { ok: false, refusal: 'notFromThisState' };
    if (by !== 'facility' && !patientMayEnd(granted.basis)) return { ok: false, refusal: 'notByPatient' };
    await tx.representation.update({
      where: { id: representationId },
      data: { state: 'ended', endedAt: now, endReason: reason },
      select: { id: true },
    });
    const after = { state: 'ended' };
    await tell(tx, {
      type: 'representation.ended',
      actor: asThemselves(actor),
      now,
      representationId,
      patientId,
      after,
      ...(reason ? { reason } : {}),
    });
    const told = new Set([
      granted.representativeId,
      ...(await accountsOf(tx, patientId)).map(({ id }) => id),
    ]);
    told.delete(actor.id);
    for (const userId of told) await oweNotice(tx, { kind: 'representativeDecided', userId, now });
    return { ok: true };
  });
}

/** The row, held until the transaction ends: of two who decide at once one comes second and sees what the first did. */
export async function held(tx: Tx, representationId: string) {
  await tx.$queryRaw`select 1 from representation where id = ${representationId}::uuid for no key update`;
  return tx.representation.findUnique({
    where: { id: representationId },
    select: {
      state: true,
      basis: true,
      representativeId: true,
      patientId: true,
      givenName: true,
      familyName: true,
      bornOn: true,
      patientNumber: true,
      _count: { select: { evidence: true } },
    },
  });
}

interface Telling {
  type: 'representation.granted' | 'representation.refused' | 'representation.ended';
  actor: Person;
  now: Date;
  representationId: string;
  patientId?: string;
  after: AuditFacts;
  reason?: string;
}

/** The event of a decision. Until a record is known, no patient sees it. */
export function tell(tx: Tx, { now, representationId, ...event }: Telling): Promise<void> {
  return appendEvent(tx, {
    ...event,
    at: now,
    subject: { kind: 'representation', id: representationId },
    visibleToPatient: event.patientId !== undefined,
  });
}

/** What an account does about itself it does in nobody's name. */
export function asThemselves({ onBehalfOf: _, ...person }: Person): Person {
  return person;
}

export function dateColumn(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}

export function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
