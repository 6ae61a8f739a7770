import { Busy } from '#app/people/passwords.server.ts';

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
