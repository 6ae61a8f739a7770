import { randomUUID } from 'node:crypto';
import { seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { enqueue, type Tx } from '#app/db/client.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { notices, type NoticeKind } from './notices.ts';

export interface OwedNotice {
  kind: NoticeKind;
  /** Whose account it is about. */
  userId: string;
  /** The request that its link opens. */
  requestId?: string;
  /** The event that its letter tells of. */
  eventId?: bigint;
  /** Goes to this address instead of the account's present one. */
  address?: string;
  /** The law wants it told in this case: it goes out also to somebody who chose no mail beyond what must be sent. */
  required?: boolean;
  now: Date;
}

/**
 * Records that a change owes a person a notice and queues its sending, in the transaction of that change: both happen, or neither.
 * Nothing is owed to somebody who chose no mail beyond what must be sent. @returns the id of the notice, if there is one
 */
export async function oweNotice(
  tx: Tx,
  { kind, userId, requestId, eventId, address, required = false, now }: OwedNotice,
): Promise<string | null> {
  if (!notices[kind].always && !required) {
    const user = await tx.user.findUniqueOrThrow({ where: { id: userId }, select: { noticeChoice: true } });
    if (user.noticeChoice === 'requiredOnly') return null;
  }
  const id = randomUUID();
  await tx.notice.create({
    data: {
      id,
      kind,
      userId,
      requestId: requestId ?? null,
      eventId: eventId ?? null,
      address: address ?? null,
      owedAt: now,
    },
    select: { id: true },
  });
  await enqueue(tx, 'send-notice', { noticeId: id }, `notice:${id}`);
  return id;
}

/** A letter to an address that may have no account, with details such as a code, which rest sealed. */
export async function oweLetter(
  tx: Tx,
  keys: KeyRing,
  letter: {
    kind: 'mailCode' | 'accountExists' | 'noAccount' | 'vendorNotice';
    address: string;
    locale: Locale;
    /** Is in a letter that brings one, and in no other; in a vendor's, the secret of its link. */
    code: string;
    now: Date;
  },
): Promise<string> {
  const id = randomUUID();
  const { kind, address, locale, code, now } = letter;
  const detailsSealed = seal(keys, JSON.stringify({ code }), boundTo('notice', id));
  await tx.notice.create({
    data: {
      id,
      kind,
      address,
      locale,
      detailsSealed: kind === 'mailCode' || kind === 'vendorNotice' ? detailsSealed : null,
      owedAt: now,
    },
    select: { id: true },
  });
  await enqueue(tx, 'send-notice', { noticeId: id }, `notice:${id}`);
  return id;
}

/** Forgets codes that wait in letters: what they were for has ended. Such a letter is not sent any more. */
export async function forgetCodes(tx: Tx): Promise<void> {
  await tx.notice.updateMany({
    where: { detailsSealed: { not: null }, kind: { not: 'vendorNotice' } },
    data: { detailsSealed: null },
  });
}
