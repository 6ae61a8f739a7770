import type { Person } from '#app/audit/actor.ts';
import type { Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import {
  changeCredentials,
  lockAccount,
  refuse,
  traceCredentials,
  type CredentialChange,
} from './credentials.server.ts';
import { passwordMistake } from './common-passwords.server.ts';
import { forgetDevices } from './known-devices.server.ts';
import { attempt, forgetKey, giveBack } from './limits.server.ts';
import type { AboutAccount, PasswordMistake } from './password-rules.ts';
import { Busy, hashPassword, isPassword } from './passwords.server.ts';
import { endSessionsOf } from './sessions.server.ts';

export type PasswordChange =
  | CredentialChange
  | { ok: false; refusal: 'mistake'; mistake: PasswordMistake }
  | { ok: false; wait: number };

/** Changes the person's own password. They give the present one; wrong ones count towards the limits of this account's confirmations. @throws Busy */
export async function changePassword(
  world: World,
  given: {
    person: Person;
    session: { id: string };
    current: string;
    next: string;
    about: AboutAccount;
    /** Network address of the browser. */
    address: string;
  },
): Promise<PasswordChange> {
  const { person, current, next, about, address } = given;
  const mistake = passwordMistake(next, about);
  if (mistake) return { ok: false, refusal: 'mistake', mistake };
  const limited = { kind: 'confirm', key: person.id, address } as const;
  const tried = await attempt(world, limited);
  if (tried.wait > 0) return { ok: false, wait: tried.wait };
  const { passwordHash: before } = await world.db.user.findUniqueOrThrow({
    where: { id: person.id },
    select: { passwordHash: true },
  });
  const right = await isPassword(before, current).catch(async (error: unknown) => {
    if (error instanceof Busy) await giveBack(world, limited, tried);
    throw error;
  });
  if (!right) return { ok: false, refusal: 'wrongPassword' };
  await giveBack(world, limited, tried);
  const passwordHash = await hashPassword(next);
  const change = await changeCredentials(world, given, async (tx, now) => {
    const { count } = await tx.user.updateMany({
      where: { id: person.id, passwordHash: before },
      data: { passwordHash, passwordChangedAt: now },
    });
    if (count === 0) refuse('wrongPassword');
    return { type: 'password.changed', notice: 'passwordChanged' };
  });
  if (change.ok) await forgetKey(world.db, limited);
  return change;
}

/**
 * Sets a new password in the transaction of a recovery, which proved the account in other ways. Every session ends, and no browser is
 * known any more. @param reset.passwordHash from `hashPassword`, made before the transaction
 */
export async function resetPassword(
  tx: Tx,
  { person, passwordHash, now }: { person: Person; passwordHash: string; now: Date },
): Promise<void> {
  await lockAccount(tx, person.id);
  await tx.user.update({
    where: { id: person.id },
    data: { passwordHash, passwordChangedAt: now },
    select: { id: true },
  });
  await traceCredentials(tx, person, { type: 'password.changed', notice: 'passwordChanged' }, now);
  await endSessionsOf(tx, person.id);
  await forgetDevices(tx, person.id);
}
