import { appendEvent } from '#app/audit/audit.server.ts';
import type { Actor, Role } from '#app/audit/actor.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { AccountOrderKind } from './credential-orders.ts';
import { lockAccount } from './credentials.server.ts';
import { forgetDevices } from './known-devices.server.ts';
import { forgetKey } from './limits.server.ts';
import { forgetRecoveryLetters } from './mail-proofs.server.ts';
import { codesInSet, issueCodes, newCodes, type NewCodes } from './one-time-codes.server.ts';
import { endSessionsOf } from './sessions.server.ts';
import { forgetRefusals } from './sign-in.server.ts';

/** The hashes take their time, so they are made before the transaction. @throws Busy */
export function codeSheetFor(): Promise<NewCodes> {
  return newCodes(codesInSet.sheet);
}

/** What goes to the person on paper. */
export interface HandedOut {
  codes: string[];
  person: { displayName: string; locale: string };
}

interface GivenFactors {
  user: {
    id: string;
    displayName: string;
    email: string;
    role: Role;
    locale: string;
    patientId: string | null;
  };
  kind: AccountOrderKind;
  newEmail: string | null;
  sheet: NewCodes;
  /** None at the server's command line. */
  order?: { id: string; reason: string };
  /** Both, always: nobody gets into another person's account alone. */
  people: { askedBy: string; approvedBy: string };
  actor: Actor;
  issuedById?: string;
  now: Date;
}

/**
 * Gives an account a new code sheet, in the transaction of the order for it. Every session has ended, as with any change of a factor.
 * `resetFactors`: everything else that proved a second factor is gone, no browser is known any more, and the address changes where that was asked for. With both, the doors that strangers' guesses shut
 * are open again: two people saw who it is, and the browser that the sheet is used in may be new. Letters go to every address.
 */
export async function giveNewFactors(tx: Tx, given: GivenFactors): Promise<HandedOut> {
  const { user, kind, newEmail, sheet, order, people, actor, issuedById, now } = given;
  const event = {
    actor,
    at: now,
    subject: { kind: 'user', id: user.id },
    ...(user.patientId ? { patientId: user.patientId } : {}),
    visibleToPatient: user.role === 'patient',
  };
  const removed = {
    ...(kind === 'resetFactors' ? await removeFactors(tx, user.id, now) : {}),
    sessions: await endSessionsOf(tx, user.id),
  };
  const setId = await issueCodes(tx, {
    owner: { userId: user.id },
    kind: 'sheet',
    rows: sheet.rows,
    ...(issuedById ? { issuedById } : {}),
    ...(order ? { orderId: order.id } : {}),
    now,
  });
  await appendEvent(tx, {
    ...event,
    type: 'credentialOrder.carriedOut',
    after: { kind, ...people, ...(order ? { order: order.id } : {}), removed },
    ...(order ? { reason: order.reason } : {}),
  });
  await appendEvent(tx, {
    ...event,
    type: 'codeSheet.issued',
    after: { sheet: setId, codes: sheet.rows.length, ...people },
  });
  const addresses: (string | undefined)[] = [undefined];
  if (newEmail) {
    await tx.user.update({ where: { id: user.id }, data: { email: newEmail }, select: { id: true } });
    await appendEvent(tx, { ...event, type: 'email.changed', after: people });
    addresses.push(user.email);
  }
  // Without an address a letter goes to the account's present one.
  for (const address of addresses) {
    const to = { userId: user.id, now, ...(address ? { address } : {}) };
    await oweNotice(tx, { kind: 'codeSheetIssued', ...to });
    if (kind === 'resetFactors') await oweNotice(tx, { kind: 'factorRemoved', ...to });
    if (newEmail) await oweNotice(tx, { kind: 'emailChanged', ...to });
  }
  for (const email of newEmail ? [user.email, newEmail] : [user.email]) {
    await forgetRefusals(tx, email);
    await forgetRecoveryLetters(tx, email);
  }
  await forgetKey(tx, { kind: 'recover', key: user.id });
  return { codes: sheet.texts, person: { displayName: user.displayName, locale: user.locale } };
}

async function removeFactors(tx: Tx, userId: string, now: Date) {
  const { totpSecretSealed: app } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { totpSecretSealed: true },
  });
  await tx.user.update({
    where: { id: userId },
    data: { totpSecretSealed: null, totpLastStep: null, totpEnrolledAt: null },
    select: { id: true },
  });
  const passkeys = await tx.passkey.deleteMany({ where: { userId } });
  const sets = await tx.codeSet.updateMany({
    where: { userId, replacedAt: null },
    data: { replacedAt: now },
  });
  // What somebody with the old factors or the old mailbox had begun does not go on.
  await tx.passkeyChallenge.deleteMany({ where: { userId } });
  await tx.mailProof.deleteMany({ where: { userId } });
  await forgetDevices(tx, userId);
  return { app: app !== null, passkeys: passkeys.count, codeSets: sets.count };
}

/**
 * The same at the server's own command line, for the case that nobody can sign in who could approve. Two people are named and recorded.
 * @returns null when no open account has this address
 */
export async function resetFactorsAtCommandLine(
  world: World,
  input: { email: string; actor: Actor; by: string; and: string },
): Promise<HandedOut | null> {
  const email = input.email.trim().toLowerCase();
  const sheet = await codeSheetFor();
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const found = await tx.user.findUnique({ where: { email }, select: { id: true } });
    if (!found) return null;
    await lockAccount(tx, found.id);
    const user = await tx.user.findUniqueOrThrow({
      where: { id: found.id },
      select: {
        id: true,
        displayName: true,
        email: true,
        role: true,
        locale: true,
        patientId: true,
        disabledAt: true,
      },
    });
    if (user.disabledAt || user.email !== email) return null;
    return giveNewFactors(tx, {
      user,
      kind: 'resetFactors',
      newEmail: null,
      sheet,
      people: { askedBy: input.by, approvedBy: input.and },
      actor: input.actor,
      now,
    });
  });
}
