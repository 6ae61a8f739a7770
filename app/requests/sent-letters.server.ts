import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { locales } from '#app/words/locales.ts';
import type { AnswerLetter, ExtensionLetter } from './letter.ts';

const locale = z.enum(locales);
const shapes = {
  answer: z.object({
    locale,
    facility: z.object({ name: z.string(), phone: z.string(), email: z.string(), address: z.string() }),
    outcome: z.string(),
    text: z.string().nullable(),
    ground: z.object({ reason: z.string(), citation: z.string().nullable() }).nullable(),
    statements: z.array(z.string()),
  }) satisfies z.ZodType<AnswerLetter>,
  extension: z.object({
    locale,
    dates: z.string(),
    more: z.array(z.string()),
  }) satisfies z.ZodType<ExtensionLetter>,
};
type Letters = { answer: AnswerLetter; extension: ExtensionLetter };

/** Keeps what a letter says, in the transaction that sends it: no later change of words, address or place reaches it. */
export async function keepLetter<Use extends keyof Letters>(
  tx: Tx,
  keys: KeyRing,
  { requestId, use, letter, now }: { requestId: string; use: Use; letter: Letters[Use]; now: Date },
): Promise<void> {
  const id = randomUUID();
  await tx.sentLetter.create({
    data: {
      id,
      requestId,
      use,
      letterSealed: seal(keys, JSON.stringify(letter), boundTo('sent_letter', id)),
      sentAt: now,
    },
    select: { id: true },
  });
}

/** The letters of a request as they were sent. A request whose letters went out before they were kept has none. */
export async function sentLetters(
  { db, keys }: { db: Db; keys: KeyRing },
  requestId: string,
): Promise<{ answer: AnswerLetter | null; extension: ExtensionLetter | null }> {
  const rows = await db.sentLetter.findMany({
    where: { requestId },
    select: { id: true, use: true, letterSealed: true },
  });
  const read = (use: keyof Letters): unknown => {
    const row = rows.find((one) => one.use === use);
    return row && JSON.parse(open(keys, row.letterSealed, boundTo('sent_letter', row.id)).toString('utf8'));
  };
  return {
    answer: shapes.answer.nullable().parse(read('answer') ?? null),
    extension: shapes.extension.nullable().parse(read('extension') ?? null),
  };
}
