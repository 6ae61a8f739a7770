import type { Db } from '#app/db/client.server.ts';
import type { Locale } from '#app/words/locales.ts';
import type { RequestKind } from './kinds/kind.ts';
import { isOutcome, type Outcome } from './moves.ts';

/** The facility's own words to start an answer from, by outcome: of each the newest that is not retired. */
export async function answerTemplates(
  db: Db,
  { kind, locale }: { kind: RequestKind; locale: Locale },
): Promise<Partial<Record<Outcome, string>>> {
  const rows = await db.answerTemplate.findMany({
    where: { kind, locale, retiredAt: null },
    orderBy: { version: 'asc' },
    select: { use: true, body: true },
  });
  return Object.fromEntries(rows.filter(({ use }) => isOutcome(use)).map(({ use, body }) => [use, body]));
}
