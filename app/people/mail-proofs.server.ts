import { randomUUID, timingSafeEqual } from 'node:crypto';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newPrintedCode, readPrintedCode, type PrintedCodeShape } from '#app/crypto/printed-codes.server.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type MailProofPurpose, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweLetter } from '#app/notices/owe.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { knownDevice } from './known-devices.server.ts';
import { attempt, countLetter, forget, forgetLetters, type Limited } from './limits.server.ts';
import { networkOf } from './networks.ts';
import { recordRefusedTry } from './refused-tries.server.ts';

const minutes = 60_000;

/** How long a mailed code can be typed. */
const mailCodeFor = 30 * minutes;
/** How long what it opened stays open. */
const provedFor = 60 * minutes;
const triesACode = 5;

/** Eight characters in two groups: 40 bits, five tries, half an hour. */
const mailCodeShape: PrintedCodeShape = { selectorLength: 0, secretLength: 8 };

export interface AskedProof {
  purpose: MailProofPurpose;
  email: string;
  locale: Locale;
  /** Network address of the browser. */
  address: string;
  /** The browser's cookie by which accounts know it. */
  device?: string | null;
  /** Whose account it is about (recover, changeEmail); signUp: the account that the address has already. */
  userId?: string | null;
  invitationId?: string | null;
  /** When no code is to be right: what the address is told instead. It takes as long, and the page says the same. */
  instead?: 'accountExists' | 'noAccount' | null;
}

export type ProofAsked = { ok: true; cookie: string } | { ok: false; wait: number };

/**
 * Mails a code to an address, to be typed into the browser that gets the cookie `plainview_proof`. It proves that somebody reads the mail
 * of the address, and is never a second factor. Letters are counted by address of mail and by who asks (a network, a known browser, an
 * invitation): a stranger who knows the address does not keep its owner from getting one. @returns seconds to wait when there were too many
 */
export async function askProof(world: World, asked: AskedProof): Promise<ProofAsked> {
  const email = plainEmail(asked.email);
  const { limited, isKnown } = await limitOf(world, { ...asked, email });
  const { wait } = await attempt(world, limited);
  if (wait > 0) return { ok: false, wait };
  const waitOfAll = isKnown ? 0 : await countLetter(world, ofAll(asked.purpose, email));
  if (waitOfAll > 0) return { ok: false, wait: waitOfAll };
  const now = world.clock();
  const cookie = newSecret();
  const id = randomUUID();
  const { text: code } = newPrintedCode(mailCodeShape);
  const { purpose, locale, userId, invitationId, instead } = asked;
  // Made and sealed also where none is right: it takes as long.
  const codeSealed = seal(world.keys, code, boundTo('mail_proof', id));
  await inTransaction(world.db, async (tx) => {
    await tx.mailProof.deleteMany({ where: { expiresAt: { lte: now } } });
    await tx.mailProof.create({
      data: {
        id,
        idHash: sha256Hex(cookie),
        purpose,
        email,
        locale,
        userId: userId ?? null,
        invitationId: invitationId ?? null,
        codeSealed: instead ? null : codeSealed,
        createdAt: now,
        expiresAt: new Date(now.getTime() + mailCodeFor),
      },
      select: { id: true },
    });
    await oweLetter(tx, world.keys, { kind: instead ?? 'mailCode', code, address: email, locale, now });
  });
  return { ok: true, cookie };
}

export interface MailProofFacts {
  id: string;
  email: string;
  userId: string | null;
  invitationId: string | null;
  displayName: string | null;
  passwordHash: string | null;
}

const facts = {
  id: true,
  email: true,
  userId: true,
  invitationId: true,
  displayName: true,
  passwordHash: true,
} as const;

export type ProofTried = 'proved' | 'wrong' | 'startAgain';

/**
 * Judges a typed code. Tries are counted before they are judged; after five, or half an hour, a new code is needed. Once it was right, it
 * does not matter that the same form comes again.
 */
export async function tryProof(
  world: World,
  {
    cookie,
    purpose,
    typed,
    address,
    device,
  }: { cookie: string; purpose: MailProofPurpose; typed: string } & Pick<AskedProof, 'address' | 'device'>,
): Promise<ProofTried> {
  const now = world.clock();
  const idHash = sha256Hex(cookie);
  const counted = await world.db.mailProof.updateManyAndReturn({
    where: { idHash, purpose, provedAt: null, expiresAt: { gt: now }, attempts: { lt: triesACode } },
    data: { attempts: { increment: 1 } },
    select: { id: true, email: true, userId: true, invitationId: true, codeSealed: true },
  });
  const [proof] = counted;
  if (!proof) return (await provedMail(world, cookie, purpose)) ? 'proved' : 'startAgain';
  const read = readPrintedCode(typed, mailCodeShape);
  const expected =
    proof.codeSealed === null
      ? null
      : readPrintedCode(
          open(world.keys, proof.codeSealed, boundTo('mail_proof', proof.id)).toString(),
          mailCodeShape,
        );
  if (!read || !expected || !isSame(read.secret, expected.secret)) {
    await recordRefusedTry(world, 'mailCode', { email: proof.email });
    return 'wrong';
  }
  const { count } = await world.db.mailProof.updateMany({
    where: { idHash, provedAt: null, expiresAt: { gt: now } },
    data: { provedAt: now, codeSealed: null, expiresAt: new Date(now.getTime() + provedFor) },
  });
  if (count === 0) return (await provedMail(world, cookie, purpose)) ? 'proved' : 'startAgain';
  const { email, userId, invitationId } = proof;
  const { limited } = await limitOf(world, { purpose, email, userId, invitationId, address, device });
  await forget(world, limited);
  return 'proved';
}

/** The address that a browser asked a code for; null when it asked for none, or too long ago. */
export async function askedAddress(
  world: World,
  cookie: string,
  purpose: MailProofPurpose,
): Promise<string | null> {
  const found = await world.db.mailProof.findFirst({
    where: { idHash: sha256Hex(cookie), purpose, expiresAt: { gt: world.clock() } },
    select: { email: true },
  });
  return found?.email ?? null;
}

/** What a browser has proved; null when it has not, or too long ago. */
export function provedMail(
  world: World,
  cookie: string,
  purpose: MailProofPurpose,
): Promise<MailProofFacts | null> {
  return world.db.mailProof.findFirst({
    where: provedBy(sha256Hex(cookie), purpose, world.clock()),
    select: facts,
  });
}

/**
 * Uses a proof up in the transaction of what it was for. Of twenty forms that come at once one gets it.
 * @returns null when it is gone: the caller changes nothing
 */
export async function takeProof(
  tx: Tx,
  { cookie, purpose, now }: { cookie: string; purpose: MailProofPurpose; now: Date },
): Promise<MailProofFacts | null> {
  const where = provedBy(sha256Hex(cookie), purpose, now);
  const proof = await tx.mailProof.findFirst({ where, select: facts });
  const { count } = await tx.mailProof.deleteMany({ where });
  return count === 1 ? proof : null;
}

function provedBy(idHash: string, purpose: MailProofPurpose, now: Date) {
  return { idHash, purpose, provedAt: { not: null }, expiresAt: { gt: now } };
}

/** What strangers had mailed to an address to recover its account no longer keeps the next code from it. */
export function forgetRecoveryLetters(db: Db | Tx, email: string): Promise<void> {
  return forgetLetters(db, ofAll('recover', plainEmail(email)));
}

function ofAll(purpose: MailProofPurpose, email: string) {
  return { kind: 'mailCode' as const, key: `${purpose}:${email}` };
}

/** An address of mail as accounts keep it. */
export function plainEmail(email: string): string {
  return email.trim().toLowerCase();
}

/** One purpose does not shut the door of another, nor a network that of another one, nor any of them that of a browser the account knows. */
async function limitOf(
  world: World,
  asked: Pick<AskedProof, 'purpose' | 'email' | 'address' | 'userId' | 'device' | 'invitationId'>,
): Promise<{ limited: Limited; isKnown: boolean }> {
  const { purpose, email, address, invitationId } = asked;
  // Whoever shows an invitation is nobody's stranger: others do not use their letters up.
  if (invitationId)
    return {
      limited: { kind: 'mailCode', key: `${purpose}:${email}|invitation:${invitationId}`, address },
      isKnown: true,
    };
  const known = await knownDevice(world.db, asked.userId ?? null, asked.device, world.clock());
  const key = `${purpose}:${email}|${known ?? networkOf(address)}`;
  return { limited: { kind: 'mailCode', key, address }, isKnown: known !== null };
}

/** Both of the shape's length. */
function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
