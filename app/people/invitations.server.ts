import { appendEvent } from '#app/audit/audit.server.ts';
import type { Actor, Person, Role } from '#app/audit/actor.ts';
import { invitationShape, newPrintedCode, readPrintedCode } from '#app/crypto/printed-codes.server.ts';
import { inTransaction, type Db, type InvitationDelivery, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { hashPassword, isPassword } from './passwords.server.ts';
import { refusalToBind } from './record-account.server.ts';

const days = 24 * 3_600_000;

/** How long an invitation can be used. */
const invitationFor = 14 * days;

export type Invited =
  | {
      ok: true;
      id: string;
      /** As printed. Shown once: only its hash is kept. */
      code: string;
      expiresAt: Date;
    }
  | { ok: false; refusal: 'notFound' | 'mergedAway' | 'hasAccount' };

/** What else is done in the transaction that makes an invitation, such as asking for a sheet of codes. */
type Also = (tx: Tx, invitationId: string, now: Date) => Promise<unknown>;

/**
 * Makes the code with which somebody opens an account for one patient record. An earlier code for the record that is still open ends
 * with it. Refused when the record, or one merged with it, has an account.
 * @param input.displayName how the person is greeted; the record's name when absent
 */
export async function inviteToRecord(
  world: World,
  input: { actor: Actor & Person; patientId: string; displayName?: string; delivery: InvitationDelivery },
  also?: Also,
): Promise<Invited> {
  const { actor, patientId, delivery } = input;
  const now = world.clock();
  const code = await newInvitationCode();
  return inTransaction(world.db, async (tx) => {
    const refusal = await refusalToBind(tx, patientId);
    if (refusal) return { ok: false, refusal };
    const open = await tx.invitation.findMany({
      where: { patientId, ...openAt(now) },
      select: { id: true },
    });
    for (const { id } of open) await revokeWithin(tx, { actor, invitationId: id, now });
    const { givenName, familyName } = await tx.patient.findUniqueOrThrow({
      where: { id: patientId },
      select: { givenName: true, familyName: true },
    });
    const displayName = input.displayName?.trim() || `${givenName} ${familyName}`;
    const issued = await issueWithin(tx, {
      role: 'patient',
      patientId,
      displayName,
      delivery,
      actor,
      code,
      now,
    });
    await also?.(tx, issued.id, now);
    return issued;
  });
}

/**
 * Makes the code with which somebody opens an account who has no record here: they act for a patient. It shows nothing of anybody: whom they
 * may act for is asked with the account, and decided as everybody's.
 */
export async function inviteRepresentative(
  world: World,
  input: { actor: Person; displayName: string; delivery: InvitationDelivery },
  also?: Also,
): Promise<Invited> {
  const { actor, displayName, delivery } = input;
  const now = world.clock();
  const code = await newInvitationCode();
  return inTransaction(world.db, async (tx) => {
    const issued = await issueWithin(tx, {
      role: 'patient',
      patientId: null,
      displayName: displayName.trim(),
      delivery,
      actor,
      code,
      now,
    });
    await also?.(tx, issued.id, now);
    return issued;
  });
}

type InvitationCode = Awaited<ReturnType<typeof newInvitationCode>>;

/** The code of an invitation. Its hash takes its time, so it is made before the transaction. @throws Busy */
export async function newInvitationCode() {
  const code = newPrintedCode(invitationShape);
  return { ...code, hash: await hashPassword(code.secret) };
}

/** The invitation with which a colleague opens an account with a role, in the transaction of the order that two officers gave. */
export async function inviteColleagueWithin(
  tx: Tx,
  input: {
    actor: Person;
    role: Exclude<Role, 'patient'>;
    displayName: string;
    code: InvitationCode;
    now: Date;
  },
): Promise<{ id: string; code: string; expiresAt: Date }> {
  const { actor, role, displayName, code, now } = input;
  return issueWithin(tx, {
    role,
    patientId: null,
    displayName: displayName.trim(),
    delivery: 'desk',
    actor,
    code,
    now,
  });
}

interface Issuing {
  actor: Person;
  role: Role;
  patientId: string | null;
  displayName: string;
  delivery: InvitationDelivery;
  code: InvitationCode;
  now: Date;
}

async function issueWithin(tx: Tx, { actor, now, code, ...row }: Issuing) {
  const expiresAt = new Date(now.getTime() + invitationFor);
  const { id } = await tx.invitation.create({
    data: {
      ...row,
      selector: code.selector,
      codeHash: code.hash,
      invitedById: actor.id,
      invitedAt: now,
      expiresAt,
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'invitation.issued',
    actor,
    at: now,
    subject: { kind: 'invitation', id },
    ...(row.patientId ? { patientId: row.patientId } : {}),
    after: { role: row.role, delivery: row.delivery },
    visibleToPatient: row.patientId !== null,
  });
  return { ok: true as const, id, code: code.text, expiresAt };
}

/** Whom an invitation is for: one record, somebody who acts for a patient and has no record here, or a colleague. */
export type InvitedTo = { patientId: string } | 'representative' | 'colleague';

function invitedTo(to: InvitedTo) {
  if (typeof to === 'object') return { patientId: to.patientId };
  return { patientId: null, role: to === 'colleague' ? { not: 'patient' as const } : ('patient' as const) };
}

/** Ends an invitation that was not used yet. @param input.to only one for them @returns false when there is no such open invitation */
export function revokeInvitation(
  world: World,
  input: { actor: Actor & Person; invitationId: string; to?: InvitedTo },
): Promise<boolean> {
  const now = world.clock();
  return inTransaction(world.db, (tx) => revokeWithin(tx, { ...input, now }));
}

async function revokeWithin(
  tx: Tx,
  { actor, invitationId, to, now }: { actor: Person; invitationId: string; to?: InvitedTo; now: Date },
): Promise<boolean> {
  const [revoked] = await tx.invitation.updateManyAndReturn({
    where: { id: invitationId, ...openAt(now), ...(to ? invitedTo(to) : {}) },
    data: { revokedAt: now },
    select: { role: true, patientId: true },
  });
  if (!revoked) return false;
  await appendEvent(tx, {
    type: 'invitation.revoked',
    actor,
    at: now,
    subject: { kind: 'invitation', id: invitationId },
    ...(revoked.patientId ? { patientId: revoked.patientId } : {}),
    before: { role: revoked.role },
    visibleToPatient: revoked.patientId !== null,
  });
  return true;
}

/** What an invitation must be to be used. */
function openAt(now: Date) {
  return { usedAt: null, revokedAt: null, expiresAt: { gt: now } };
}

const listed = {
  id: true,
  role: true,
  displayName: true,
  delivery: true,
  invitedAt: true,
  expiresAt: true,
  invitedBy: { select: { displayName: true } },
} as const;

/** Invitations that can still be used, newest first. */
export function openInvitationsOf(db: Db, to: InvitedTo, now: Date) {
  return db.invitation.findMany({
    where: { ...invitedTo(to), ...openAt(now) },
    orderBy: { invitedAt: 'desc' },
    take: 100,
    select: listed,
  });
}

export interface OpenInvitation {
  id: string;
  role: Role;
  /** The record that a patient's account will be bound to; null for colleagues. */
  patientId: string | null;
  displayName: string;
}

const usable = { id: true, role: true, patientId: true, displayName: true } as const;

/**
 * Which open invitation a typed code belongs to. Costs one verification, also when there is none. Count tries before
 * (limits.server.ts). @returns null for what is no code, unknown, used, revoked or expired
 */
export async function invitationByCode(db: Db, typed: string, now: Date): Promise<OpenInvitation | null> {
  const code = readPrintedCode(typed, invitationShape);
  const row =
    code &&
    (await db.invitation.findFirst({
      where: { selector: code.selector, ...openAt(now) },
      select: { ...usable, codeHash: true },
    }));
  const right = await isPassword(row?.codeHash ?? null, code?.secret ?? 'no code');
  if (!right || !row) return null;
  const { id, role, patientId, displayName } = row;
  return { id, role, patientId, displayName };
}

/** What tries of a typed code are counted by: which invitation it would be. @returns null for what is no code */
export function selectorOf(typed: string): string | null {
  return readPrintedCode(typed, invitationShape)?.selector ?? null;
}

/** An invitation that was shown before and can still be used. */
export function openInvitation(db: Db | Tx, id: string, now: Date): Promise<OpenInvitation | null> {
  return db.invitation.findFirst({ where: { id, ...openAt(now) }, select: usable });
}

/** An invitation was used, revoked or expired meanwhile, or its record has an account: the transaction is undone. */
export class InvitationSpent extends Error {
  override name = 'InvitationSpent';
}

/**
 * Uses an invitation up, once, in the transaction that gives its account the role or the record.
 * @throws InvitationSpent when somebody else was first, and the caller's transaction must not be kept
 */
export async function spendInvitation(
  tx: Tx,
  { invitationId, person, now }: { invitationId: string; person: Person; now: Date },
): Promise<void> {
  const [used] = await tx.invitation.updateManyAndReturn({
    where: { id: invitationId, ...openAt(now) },
    data: { usedAt: now, usedById: person.id },
    select: { role: true, patientId: true },
  });
  if (!used) throw new InvitationSpent('the invitation is not open');
  await appendEvent(tx, {
    type: 'invitation.used',
    actor: person,
    at: now,
    subject: { kind: 'invitation', id: invitationId },
    ...(used.patientId ? { patientId: used.patientId } : {}),
    after: { role: used.role },
    visibleToPatient: used.patientId !== null,
  });
}
