import type { Person } from '#app/audit/actor.ts';
import { newPrintedCode, oneTimeCodeShape, readPrintedCode } from '#app/crypto/printed-codes.server.ts';
import { inTransaction, type CodeSetKind, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { traceCredentials } from './credentials.server.ts';
import { hashPassword, isPassword } from './passwords.server.ts';

/** How many codes a set of each kind has. */
export const codesInSet: Record<CodeSetKind, number> = { recovery: 10, sheet: 20 };

export interface NewCodes {
  /** As printed: shown once, and kept nowhere. */
  texts: string[];
  rows: { selector: string; codeHash: string }[];
}

/** Makes codes and their hashes; call it before the transaction that issues them, since hashing takes its time. @throws Busy */
export async function newCodes(count: number): Promise<NewCodes> {
  const codes = new Map<string, ReturnType<typeof newPrintedCode>>();
  while (codes.size < count) {
    const code = newPrintedCode(oneTimeCodeShape);
    codes.set(code.selector, code);
  }
  const made = [...codes.values()];
  const hashes: string[] = [];
  for (const { secret } of made) hashes.push(await hashPassword(secret));
  return {
    texts: made.map(({ text }) => text),
    rows: made.map(({ selector }, at) => ({ selector, codeHash: hashes[at] ?? '' })),
  };
}

export interface IssuedSet {
  /** An account, or the invitation that a sheet waits with. */
  owner: { userId: string } | { invitationId: string };
  kind: CodeSetKind;
  rows: NewCodes['rows'];
  /** Who handed a sheet out. */
  issuedById?: string;
  orderId?: string;
  now: Date;
}

/** Issues a new set of codes; the old one of its kind is dead from here on. Event and notice are the caller's. @returns the set's id */
export async function issueCodes(
  tx: Tx,
  { owner, kind, rows, issuedById, orderId, now }: IssuedSet,
): Promise<string> {
  const of = { userId: null, ...owner };
  await tx.codeSet.updateMany({ where: { ...of, kind, replacedAt: null }, data: { replacedAt: now } });
  const { id } = await tx.codeSet.create({
    data: {
      ...of,
      kind,
      issuedAt: now,
      issuedById: issuedById ?? null,
      orderId: orderId ?? null,
      codes: { createMany: { data: rows } },
    },
    select: { id: true },
  });
  return id;
}

/**
 * Spends a code that somebody typed from paper. Once: of twenty uses at one instant one wins. A recovery code also leaves an event and
 * a notice; a code of a sheet is the everyday factor of those without a phone, and is told of by what it opens.
 * @throws Busy
 */
export async function spendCode(
  world: World,
  userId: string,
  typed: string,
): Promise<'recoveryCode' | 'sheetCode' | null> {
  const found = await findCode(world.db, { userId }, typed);
  if (!found) return null;
  const { id, set } = found;
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (!(await markUsed(tx, id, now))) return null;
    if (set.kind === 'sheet') return 'sheetCode';
    const trace = { type: 'recoveryCode.used', notice: 'recoveryCodeUsed' } as const;
    await traceCredentials(tx, await ownerOf(tx, userId), trace, now);
    return 'recoveryCode';
  });
}

/** Which unused code of an account, or of an invitation's sheet, somebody typed. Costs a verification also where there is none. @throws Busy */
export async function findCode(db: Db, owner: IssuedSet['owner'], typed: string) {
  const read = readPrintedCode(typed, oneTimeCodeShape);
  if (!read) return null;
  const candidates = await db.oneTimeCode.findMany({
    where: {
      selector: read.selector,
      usedAt: null,
      set: { userId: null, ...owner, replacedAt: null },
    },
    select: { id: true, codeHash: true, set: { select: { id: true, kind: true } } },
  });
  // As a rule one; two where a sheet and a recovery set happen to share a selector. One hash is computed also where there is none.
  let found: (typeof candidates)[number] | undefined;
  for (const candidate of candidates.length > 0 ? candidates : [null]) {
    const right = await isPassword(candidate?.codeHash ?? null, read.secret);
    if (right && candidate) found ??= candidate;
  }
  return found ?? null;
}

/** @returns false when somebody else used it a moment ago, or its set was replaced */
export async function markUsed(tx: Tx, id: string, now: Date): Promise<boolean> {
  const { count } = await tx.oneTimeCode.updateMany({
    where: { id, usedAt: null, set: { replacedAt: null } },
    data: { usedAt: now },
  });
  return count === 1;
}

/** How many codes are left of the present set of each kind; null where there is no set. */
export async function codesLeft(
  db: Db | Tx,
  userId: string,
): Promise<{ recovery: number | null; sheet: number | null }> {
  const sets = await db.codeSet.findMany({
    where: { userId, replacedAt: null },
    select: { kind: true, _count: { select: { codes: { where: { usedAt: null } } } } },
  });
  const left = (kind: CodeSetKind) => sets.find((set) => set.kind === kind)?._count.codes ?? null;
  return { recovery: left('recovery'), sheet: left('sheet') };
}

async function ownerOf(tx: Tx, userId: string): Promise<Person> {
  const { displayName, role, patientId } = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', id: userId, name: displayName, role, patientId };
}
