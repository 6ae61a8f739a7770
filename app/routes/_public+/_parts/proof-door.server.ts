import { redirect } from '@remix-run/node';
import type { DoorArgs } from '#app/web/context.ts';
import { readCookie } from '#app/web/cookies.server.ts';
import { oneMistake } from '#app/web/forms.server.ts';
import type { Why } from './start-again.tsx';

/** The cookie of a mail proof. @throws a redirect to the first step when the browser has none */
export async function proofCookieOf(
  { request, context }: DoorArgs,
  start: '/sign-up' | '/recover',
): Promise<string> {
  const cookie = await readCookie(context.world, request, 'proof');
  if (!cookie) throw redirect(start);
  return cookie;
}

/** To the first step, which says why. */
export function startAgain(start: '/sign-up' | '/recover', why: Why = 'over') {
  return redirect(`${start}?why=${why}`);
}

/** The answer to one try too many: nothing was looked at. */
export function tooMany(wait: number, typed: Record<string, string[]> = {}) {
  return oneMistake('', 'errors.tooManyTries', {
    typed,
    values: { minutes: Math.ceil(wait / 60) },
    status: 429,
  });
}
