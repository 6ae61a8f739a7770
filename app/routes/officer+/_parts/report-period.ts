import { z } from 'zod';
import type { MessageId } from '#app/words/words.ts';

const date = z.iso.date().refine((text) => text >= '2000-01-01' && text <= '2199-12-31');

export type AskedPeriod =
  | { ok: true; from: string; to: string }
  | { ok: false; from: string; to: string; errors: { from?: MessageId; to?: MessageId } };

/** The period that an address asks for; without one, this year up to today. @param today facility-local date */
export function askedPeriod(search: URLSearchParams, today: string): AskedPeriod {
  const from = search.get('from') ?? `${today.slice(0, 4)}-01-01`;
  const to = search.get('to') ?? today;
  const isDate = (text: string) => date.safeParse(text).success;
  const errors: { from?: MessageId; to?: MessageId } = {
    ...(isDate(from) ? {} : { from: 'oversight.report.badDate' }),
    ...(isDate(to) ? {} : { to: 'oversight.report.badDate' }),
  };
  if (Object.keys(errors).length === 0 && from > to) errors.to = 'oversight.report.order';
  return Object.keys(errors).length === 0
    ? { ok: true, from, to }
    : { ok: false, from: from.slice(0, 40), to: to.slice(0, 40), errors };
}
