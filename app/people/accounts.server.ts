import { appendEvent } from '#app/audit/audit.server.ts';
import type { Actor, Role } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { randomUUID } from 'node:crypto';
import { hashPassword } from './passwords.server.ts';
import { hasOpenAccount, lockRecordGroup, refusalToBind, type BindRefusal } from './record-account.server.ts';
import { endSessionsOf } from './sessions.server.ts';
import { sealedTotpSecret } from './totp-enrolment.server.ts';

export interface NewAccount {
  email: string;
  displayName: string;
  role: Role;
  locale: Locale;
  password: string;
  /** Base 32. There is no account without a second factor. */
  totpSecret: string;
  /** The one patient record that a patient's account is bound to. */
  patientId?: string;
  /** A colleague's: the two who answer for it. The first officer has none, nor has the demo. */
  people?: { askedBy: string; approvedBy: string };
}

/** The record that an account was to be bound to cannot be: nothing was made. */
export class RecordNotFree extends Error {
  override name = 'RecordNotFree';
  constructor(readonly refusal: BindRefusal) {
    super(`The record cannot be bound to: ${refusal}`);
  }
}

/** Makes an account that can sign in. @returns its id @throws RecordNotFree */
export async function createAccount(world: World, account: NewAccount, actor: Actor): Promise<string> {
  const id = randomUUID();
  const email = account.email.trim().toLowerCase();
  const now = world.clock();
  const passwordHash = await hashPassword(account.password);
  await inTransaction(world.db, async (tx) => {
    const refusal = account.patientId ? await refusalToBind(tx, account.patientId) : null;
    if (refusal) throw new RecordNotFree(refusal);
    await tx.user.create({
      data: {
        id,
        email,
        displayName: account.displayName,
        role: account.role,
        locale: account.locale,
        passwordHash,
        totpSecretSealed: sealedTotpSecret(world.keys, account.totpSecret, id),
        patientId: account.patientId ?? null,
        createdAt: now,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'user.created',
      actor,
      at: now,
      subject: { kind: 'user', id },
      ...(account.patientId ? { patientId: account.patientId } : {}),
      after: { role: account.role, ...account.people },
      visibleToPatient: account.role === 'patient',
    });
  });
  return id;
}

/** Which account is meant, where it can be named in two ways. */
export type WhichAccount = { id: string } | { email: string };

const whereIs = (which: WhichAccount) =>
  'id' in which ? { id: which.id } : { email: which.email.trim().toLowerCase() };

/** Shuts an account and ends its sessions, half-done sign-ins too. @returns false when no open account is meant */
export async function disableAccount(world: World, email: string, actor: Actor): Promise<boolean> {
  return inTransaction(world.db, (tx) => disableWithin(tx, { which: { email }, actor, now: world.clock() }));
}

/** The same in somebody's own transaction. */
export async function disableWithin(
  tx: Tx,
  { which, actor, now }: { which: WhichAccount; actor: Actor; now: Date },
): Promise<boolean> {
  const [user] = await tx.user.updateManyAndReturn({
    where: { ...whereIs(which), disabledAt: null },
    data: { disabledAt: now },
    select: accountFields,
  });
  if (!user) return false;
  await endSessionsOf(tx, user.id);
  await noteAccountChange(tx, { user, type: 'user.disabled', actor, now, before: { role: user.role } });
  return true;
}

export type Enabled = { ok: true } | { ok: false; refusal: 'notShut' | 'recordHasAccount' };

/**
 * Opens a shut account again; whoever it belongs to signs in anew. Refused while another account on the same person's records is open: those
 * records may be of two people, and each would read the other's.
 */
export async function enableAccount(world: World, which: WhichAccount, actor: Actor): Promise<Enabled> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const shut = await tx.user.findFirst({
      where: { ...whereIs(which), disabledAt: { not: null } },
      select: accountFields,
    });
    if (!shut) return { ok: false, refusal: 'notShut' };
    if (shut.patientId) {
      const group = await lockRecordGroup(tx, shut.patientId);
      if (await hasOpenAccount(tx, group, { userId: shut.id }))
        return { ok: false, refusal: 'recordHasAccount' };
    }
    // The record that was held is the one it has: another one was not bound to it meanwhile.
    const [user] = await tx.user.updateManyAndReturn({
      where: { id: shut.id, patientId: shut.patientId, disabledAt: { not: null } },
      data: { disabledAt: null },
      select: accountFields,
    });
    if (!user) return { ok: false, refusal: 'notShut' };
    await endSessionsOf(tx, user.id);
    await noteAccountChange(tx, { user, type: 'user.enabled', actor, now, after: { role: user.role } });
    return { ok: true };
  });
}

export const accountFields = { id: true, role: true, patientId: true } as const;

/** The event and the letter of something that was done to an account by somebody else. */
export async function noteAccountChange(
  tx: Tx,
  change: {
    user: { id: string; role: Role; patientId: string | null };
    type: AuditEventType;
    actor: Actor;
    now: Date;
    before?: AuditFacts;
    after?: AuditFacts;
  },
): Promise<void> {
  const { user, type, actor, now, before, after } = change;
  await appendEvent(tx, {
    type,
    actor,
    at: now,
    subject: { kind: 'user', id: user.id },
    ...(user.patientId ? { patientId: user.patientId } : {}),
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    visibleToPatient: user.role === 'patient',
  });
  await oweNotice(tx, { kind: 'accountChanged', userId: user.id, now });
}

/** The language of an account's mail and pages. */
export async function setLocale(db: Db, userId: string, locale: Locale): Promise<void> {
  await db.user.updateMany({ where: { id: userId }, data: { locale } });
}
