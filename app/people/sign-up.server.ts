import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person, Role } from '#app/audit/actor.ts';
import { inTransaction, isUniqueViolation, type FactorKind, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { passwordMistake } from './common-passwords.server.ts';
import { asThemselves, traceCredentials } from './credentials.server.ts';
import {
  InvitationSpent,
  invitationByCode,
  openInvitation,
  selectorOf,
  spendInvitation,
  type OpenInvitation,
} from './invitations.server.ts';
import {
  keptWithAccount,
  readFactor,
  type FactorRefusal,
  type FirstFactor,
  type ShownFactor,
} from './first-factor.server.ts';
import { settleSheet, SheetReplaced, spendSheetCode } from './invited-sheets.server.ts';
import { rememberDevice } from './known-devices.server.ts';
import { attempt, attemptFrom, forget, giveAddressBack, giveBack } from './limits.server.ts';
import { askProof, plainEmail, provedMail, takeProof, type MailProofFacts } from './mail-proofs.server.ts';
import type { PasswordMistake } from './password-rules.ts';
import { Busy, hashPassword } from './passwords.server.ts';
import { refusalToBind } from './record-account.server.ts';
import { recordRefusedTry } from './refused-tries.server.ts';
import { startSession } from './sessions.server.ts';
import type { From } from './sign-in.server.ts';

export type SignUpBegun =
  { ok: true; cookie: string } | { ok: false; refusal: 'invitation' } | { ok: false; wait: number };

/**
 * First step: the address of mail, and the code of an invitation if there is one. An address that has an account gets the same answer and
 * another letter. @throws Busy
 */
export async function beginSignUp(
  world: World,
  {
    email,
    invitation,
    locale,
    address,
  }: { email: string; invitation: string; locale: Locale; address: string },
): Promise<SignUpBegun> {
  let invitationId: string | null = null;
  if (invitation.trim() !== '') {
    const found = await tryInvitation(world, invitation, address);
    if ('wait' in found) return { ok: false, wait: found.wait };
    if (!found.invitation) return { ok: false, refusal: 'invitation' };
    invitationId = found.invitation.id;
  }
  const known = await world.db.user.findUnique({
    where: { email: plainEmail(email) },
    select: { id: true },
  });
  return askProof(world, {
    purpose: 'signUp',
    email,
    locale,
    address,
    invitationId,
    instead: known ? 'accountExists' : null,
  });
}

/** Which open invitation a typed code is, within the limits of guessing. @throws Busy */
export async function tryInvitation(
  world: World,
  typed: string,
  address: string,
): Promise<{ invitation: OpenInvitation | null } | { wait: number }> {
  const selector = selectorOf(typed);
  const limited = { kind: 'invitation', key: selector ?? '', address } as const;
  // What is no code at all is counted by its network alone: one door for all mistyped codes would be everybody's to shut.
  const tried = selector === null ? null : await attempt(world, limited);
  const wait = tried ? tried.wait : await attemptFrom(world, limited);
  if (wait > 0) return { wait };
  const invitation = await invitationByCode(world.db, typed, world.clock()).catch(async (error: unknown) => {
    if (error instanceof Busy)
      await (tried ? giveBack(world, limited, tried) : giveAddressBack(world, limited));
    throw error;
  });
  if (invitation) await forget(world, limited);
  else
    await recordRefusedTry(world, 'invitation', selector === null ? { address } : { invitation: selector });
  return { invitation };
}

/** How far a sign-up is: the address is proved; what it was invited to; whether its password is there. */
export interface SignUpSoFar {
  /** Will be the account's id. */
  id: string;
  email: string;
  displayName: string | null;
  hasPassword: boolean;
  /** What it was invited to; null without an invitation. `spent`: it was used, revoked or expired since. */
  invitation: OpenInvitation | 'spent' | null;
}

/** @returns null when the address is not proved, or too long ago */
export async function signUpSoFar(world: World, cookie: string): Promise<SignUpSoFar | null> {
  const proof = await provedMail(world, cookie, 'signUp');
  if (!proof) return null;
  const { id, email, displayName, passwordHash, invitationId } = proof;
  const invitation = invitationId && (await openInvitation(world.db, invitationId, world.clock()));
  return {
    id,
    email,
    displayName,
    hasPassword: passwordHash !== null,
    invitation: invitationId === null ? null : invitation || 'spent',
  };
}

/**
 * Third step: name and password wait with the proof; no account is there yet. Colleagues keep the name that they were invited by.
 * @returns a mistake of the password; `gone` when the proof is over @throws Busy
 */
export async function keepPassword(
  world: World,
  cookie: string,
  given: { displayName: string; password: string },
): Promise<PasswordMistake | 'gone' | null> {
  const so = await signUpSoFar(world, cookie);
  if (!so) return 'gone';
  const displayName = fixedName(so) ?? given.displayName;
  const { name: facilityName } = await theFacility(world.db);
  const mistake = passwordMistake(given.password, { email: so.email, displayName, facilityName });
  if (mistake) return mistake;
  const passwordHash = await hashPassword(given.password);
  const { count } = await world.db.mailProof.updateMany({
    where: { id: so.id, provedAt: { not: null }, expiresAt: { gt: world.clock() } },
    data: { displayName, passwordHash },
  });
  return count === 1 ? null : 'gone';
}

/** The name of somebody whom the facility invited as its own; null where people say it themselves. */
export function fixedName({ invitation }: SignUpSoFar): string | null {
  return invitation && invitation !== 'spent' && invitation.role !== 'patient'
    ? invitation.displayName
    : null;
}

export type SignedUp =
  | { ok: true; sessionId: string; device: string; person: Person }
  /** `startAgain`: the proof is over or was used. `expired`: the picture of the authenticator is too old. */
  | {
      ok: false;
      refusal: FactorRefusal | 'startAgain' | 'invitation';
    }
  | { ok: false; wait: number };

/**
 * Last step: the second factor is proved, and only now there is an account, whole: password, factor, what the invitation gives, events,
 * notice and session in one transaction. Of twenty forms that come at once one makes it.
 */
export async function finishSignUp(
  world: World,
  given: { cookie: string; factor: FirstFactor; locale: Locale; from: From },
): Promise<SignedUp> {
  const so = await signUpSoFar(world, given.cookie);
  if (!so?.hasPassword) return { ok: false, refusal: 'startAgain' };
  const invitationId = so.invitation === 'spent' ? null : (so.invitation?.id ?? null);
  const limited = {
    kind: 'signUp',
    key: `sheet|${invitationId ?? ''}`,
    address: given.from.address,
  } as const;
  const ofSheet = given.factor.kind === 'sheet' && invitationId !== null;
  const tried = ofSheet ? await attempt(world, limited) : null;
  if (tried && tried.wait > 0) return { ok: false, wait: tried.wait };
  const shown = await readFactor(world, { userId: so.id, invitationId }, given.factor).catch(
    async (error: unknown) => {
      if (tried && error instanceof Busy) await giveBack(world, limited, tried);
      throw error;
    },
  );
  if (typeof shown === 'string') {
    if (ofSheet) await recordRefusedTry(world, 'sheetCode', { invitation: invitationId });
    return { ok: false, refusal: shown };
  }
  if (ofSheet) await forget(world, limited);
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      if (shown.factor === 'sheetCode' && !(await spendSheetCode(tx, shown.sheet, now)))
        return { ok: false, refusal: 'wrongSheetCode' };
      const proof = await takeProof(tx, { cookie: given.cookie, purpose: 'signUp', now });
      if (!proof?.passwordHash || !proof.displayName) throw new ProofGone('the proof is gone');
      const invitation = proof.invitationId ? await openInvitation(tx, proof.invitationId, now) : null;
      if (proof.invitationId && !invitation) throw new InvitationSpent('the invitation is not open');
      const person = await openAccount(world, tx, { proof, invitation, shown, locale: given.locale, now });
      return { ok: true, ...(await firstSession(tx, person, shown.factor, given.from, now)), person };
    });
  } catch (error) {
    if (error instanceof InvitationSpent) return { ok: false, refusal: 'invitation' };
    if (error instanceof SheetReplaced) return { ok: false, refusal: 'wrongSheetCode' };
    if (error instanceof ProofGone) return { ok: false, refusal: 'startAgain' };
    // Somebody else made an account with this address, or bound the record, a moment ago.
    if (isUniqueViolation(error)) return { ok: false, refusal: 'startAgain' };
    throw error;
  }
}

/** The proof of the address was used or is over: what was done in its transaction is not kept. */
class ProofGone extends Error {
  override name = 'ProofGone';
}

interface Opening {
  proof: MailProofFacts;
  invitation: OpenInvitation | null;
  shown: ShownFactor;
  locale: Locale;
  now: Date;
}

async function openAccount(
  world: World,
  tx: Tx,
  { proof, invitation, shown, locale, now }: Opening,
): Promise<Person> {
  const { id, email, displayName, passwordHash } = proof;
  const role: Role = invitation?.role ?? 'patient';
  const patientId = invitation?.patientId ?? null;
  if (patientId && (await refusalToBind(tx, patientId)))
    throw new InvitationSpent('the record has an account');
  const person: Person = { kind: 'person', id, name: displayName ?? email, role, patientId };
  await tx.user.create({
    data: {
      id,
      email,
      displayName: person.name,
      role,
      locale,
      passwordHash: passwordHash ?? '',
      patientId,
      createdAt: now,
      lastSignInAt: now,
      passwordChangedAt: now,
      ...keptWithAccount(world, shown, id, now),
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'user.created',
    ...asThemselves(person),
    at: now,
    subject: { kind: 'user', id },
    after: { role },
    visibleToPatient: role === 'patient',
  });
  if (shown.factor !== 'sheetCode') {
    const type = shown.factor === 'totp' ? 'totp.enrolled' : 'passkey.added';
    await traceCredentials(tx, person, { type, notice: null }, now);
  }
  if (invitation) {
    const invitationId = invitation.id;
    await spendInvitation(tx, { invitationId, person, now });
    const sheet = shown.factor === 'sheetCode' ? shown.sheet : null;
    await settleSheet(tx, { invitationId, person, shown: sheet, now });
  }
  await oweNotice(tx, { kind: 'accountOpened', userId: id, now });
  return person;
}

async function firstSession(
  tx: Tx,
  person: Person,
  factor: FactorKind,
  { address, userAgent, device }: From,
  now: Date,
): Promise<{ sessionId: string; device: string }> {
  const known = await rememberDevice(tx, person.id, device, now);
  const sessionId = await startSession(tx, person.id, { address, userAgent, factor }, now);
  await appendEvent(tx, {
    type: 'session.started',
    ...asThemselves(person),
    at: now,
    subject: { kind: 'user', id: person.id },
    after: { factor },
    visibleToPatient: person.role === 'patient',
  });
  return { sessionId, device: known.secret };
}
