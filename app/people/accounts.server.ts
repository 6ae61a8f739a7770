import { appendEvent } from '#app/audit/audit.server.ts';
import type { Actor, Role } from '#app/audit/actor.ts';
import { inTransaction, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { Locale } from '#app/words/locales.ts';
import { randomUUID } from 'node:crypto';
import { hashPassword } from './passwords.server.ts';
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
}

/** Makes an account that can sign in. @returns its id */
export async function createAccount(world: World, account: NewAccount, actor: Actor): Promise<string> {
  const id = randomUUID();
  const email = account.email.trim().toLowerCase();
  const now = world.clock();
  const passwordHash = await hashPassword(account.password);
  await inTransaction(world.db, async (tx) => {
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
      after: { role: account.role },
      visibleToPatient: account.role === 'patient',
    });
  });
  return id;
}

/** Shuts an account and ends its sessions, half-done sign-ins too. @returns false when no open account has this address */
export async function disableAccount(world: World, email: string, actor: Actor): Promise<boolean> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const [user] = await tx.user.updateManyAndReturn({
      where: { email: email.trim().toLowerCase(), disabledAt: null },
      data: { disabledAt: now },
      select: { id: true, role: true, patientId: true },
    });
    if (!user) return false;
    await tx.session.deleteMany({ where: { userId: user.id } });
    await tx.pendingSignIn.deleteMany({ where: { userId: user.id } });
    await appendEvent(tx, {
      type: 'user.disabled',
      actor,
      at: now,
      subject: { kind: 'user', id: user.id },
      ...(user.patientId ? { patientId: user.patientId } : {}),
      before: { role: user.role },
      visibleToPatient: user.role === 'patient',
    });
    return true;
  });
}

/** The language of an account's mail and pages. */
export async function setLocale(db: Db, userId: string, locale: Locale): Promise<void> {
  await db.user.updateMany({ where: { id: userId }, data: { locale } });
}
