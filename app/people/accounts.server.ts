import type { Role } from '#app/audit/actor.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import type { Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { Locale } from '#app/words/locales.ts';
import { randomUUID } from 'node:crypto';
import { hashPassword } from './passwords.server.ts';
import { totpSealedFor } from './sign-in.server.ts';

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
export async function createAccount(world: World, account: NewAccount): Promise<string> {
  const id = randomUUID();
  await world.db.user.create({
    data: {
      id,
      email: account.email.trim().toLowerCase(),
      displayName: account.displayName,
      role: account.role,
      locale: account.locale,
      passwordHash: await hashPassword(account.password),
      totpSecretSealed: seal(world.keys, account.totpSecret, totpSealedFor(id)),
      patientId: account.patientId ?? null,
      createdAt: world.clock(),
    },
  });
  return id;
}

/** The language of an account's mail and pages. */
export async function setLocale(db: Db, userId: string, locale: Locale): Promise<void> {
  await db.user.updateMany({ where: { id: userId }, data: { locale } });
}
