import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, isUniqueViolation, type Db, type NoticeChoice } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { changeCredentials, asThemselves, refuse, type CredentialChange } from './credentials.server.ts';
import { askProof, plainEmail, takeProof, type ProofAsked } from './mail-proofs.server.ts';

/** How an account is written to. */
export function contactOf(db: Db, userId: string) {
  return db.user.findUniqueOrThrow({
    where: { id: userId },
    select: { email: true, displayName: true, locale: true, noticeChoice: true },
  });
}

/**
 * Mails a code to an address that is to become the account's. An address that has an account already gets another letter and no code is
 * right; the page says the same.
 */
export async function askNewEmail(
  world: World,
  asked: { person: Person; email: string; locale: Locale; address: string },
): Promise<ProofAsked | { ok: false; refusal: 'same' }> {
  const email = plainEmail(asked.email);
  const holder = await world.db.user.findUnique({ where: { email }, select: { id: true } });
  if (holder?.id === asked.person.id) return { ok: false, refusal: 'same' };
  return askProof(world, {
    purpose: 'changeEmail',
    email,
    locale: asked.locale,
    address: asked.address,
    userId: asked.person.id,
    instead: holder ? 'accountExists' : null,
  });
}

/** Makes a proved address the account's. Letters go to the old one and the new one; other sessions end. */
export async function changeEmail(
  world: World,
  who: { person: Person; session: { id: string }; cookie: string },
): Promise<CredentialChange> {
  const { person, cookie } = who;
  try {
    return await changeCredentials(world, who, async (tx, now) => {
      const proof = await takeProof(tx, { cookie, purpose: 'changeEmail', now });
      if (!proof || proof.userId !== person.id) refuse('expired');
      const { email: before } = await tx.user.findUniqueOrThrow({
        where: { id: person.id },
        select: { email: true },
      });
      await tx.user.update({
        where: { id: person.id },
        data: { email: proof.email },
        select: { id: true },
      });
      await oweNotice(tx, { kind: 'emailChanged', userId: person.id, address: before, now });
      return { type: 'email.changed', notice: 'emailChanged' };
    });
  } catch (error) {
    // Somebody opened an account with this address while the code was on its way.
    if (isUniqueViolation(error)) return { ok: false, refusal: 'alreadyThere' };
    throw error;
  }
}

/** Whether letters that no law asks for are mailed too. @returns false when it was so before */
export function chooseNotices(
  world: World,
  { person, choice }: { person: Person; choice: NoticeChoice },
): Promise<boolean> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: person.id, noticeChoice: { not: choice } },
      data: { noticeChoice: choice },
    });
    if (count === 0) return false;
    await appendEvent(tx, {
      type: 'noticeChoice.changed',
      ...asThemselves(person),
      at: now,
      subject: { kind: 'user', id: person.id },
      after: { noticeChoice: choice },
      visibleToPatient: person.role === 'patient',
    });
    return true;
  });
}
