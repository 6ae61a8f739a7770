import { Prisma } from './client.server.ts';

/**
 * What was typed as a question to `to_tsvector('simple', plain_letters(…))`: every word but the last as a whole, the last as a beginning, for
 * somebody is still typing it. Accents and case say nothing. Nothing is found by signs alone.
 */
export function wordsTyped(text: string): Prisma.Sql {
  const words = wordsOf(text);
  const last = words.pop();
  if (last === undefined) return Prisma.sql`''::tsquery`;
  if (words.length === 0) return beginning(last);
  return Prisma.sql`(websearch_to_tsquery('simple', plain_letters(${words.join(' ')})) && ${beginning(last)})`;
}

/** The same where each word may be a beginning. @param most words that count; the others are left out */
export function beginningsTyped(text: string, most: number): Prisma.Sql {
  const [first, ...others] = wordsOf(text).slice(0, most).map(beginning);
  return first ? Prisma.sql`(${Prisma.join([first, ...others], ' && ')})` : Prisma.sql`''::tsquery`;
}

const wordsOf = (text: string) => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word));

function beginning(word: string): Prisma.Sql {
  // Inside quotes the parser takes the signs of its own language as text, but for the quote itself and the backslash.
  const quoted = `'${word.replace(/['\\]/g, ' ').trim()}':*`;
  return Prisma.sql`to_tsquery('simple', plain_letters(${quoted}))`;
}
