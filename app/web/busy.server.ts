import { data, type HeadersFunction } from '@remix-run/node';
import { Busy } from '#app/people/passwords.server.ts';
import type { FormMistakes } from './mistakes.ts';

/**
 * For doors that check or make a password or a printed code: when too many wait for theirs, the answer is 503 and says when to come back.
 * @throws a 503 answer
 */
export async function orBusy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Busy)) throw error;
    throw new Response(null, {
      status: 503,
      headers: { 'Retry-After': String(error.retryAfterSeconds), 'Cache-Control': 'no-store' },
    });
  }
}

/** The answer to somebody who tried too often: 429, on the same form, with how long to wait. */
export function tooManyTries(waitSeconds: number, typed: Record<string, string[]> = {}) {
  const hours = waitSeconds / 3_600;
  const mistakes: FormMistakes =
    hours > 2
      ? { errors: { '': 'errors.tooManyTriesHours' }, values: { hours: Math.ceil(hours) }, typed }
      : { errors: { '': 'errors.tooManyTries' }, values: { minutes: Math.ceil(waitSeconds / 60) }, typed };
  return data({ mistakes }, { status: 429, headers: { 'Retry-After': String(waitSeconds) } });
}

/** For `export const headers` of routes that answer like this: an answer's own headers, also where it is a whole page. */
export const waitingHeaders: HeadersFunction = ({ actionHeaders, errorHeaders }) => {
  const wait = errorHeaders?.get('Retry-After') ?? actionHeaders.get('Retry-After');
  return wait ? { 'Retry-After': wait } : new Headers();
};
