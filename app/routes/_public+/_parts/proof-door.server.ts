import { redirect } from '@remix-run/node';
import { askedAddress, tryProof } from '#app/people/mail-proofs.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { readCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { mailCodeForm } from './proof-forms.ts';
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

/** Whose mail is proved at which door, and where it leads. */
export const codeDoors = {
  signUp: { purpose: 'signUp', start: '/sign-up', next: '/sign-up/password' },
  recover: { purpose: 'recover', start: '/recover', next: '/recover/second-step' },
} as const;

type CodeDoor = (typeof codeDoors)[keyof typeof codeDoors];

/** The step where the mailed code is typed: the address that it went to. */
export async function loadCodeStep(args: DoorArgs, { purpose, start }: CodeDoor) {
  const cookie = await proofCookieOf(args, start);
  const email = await askedAddress(args.context.world, cookie, purpose);
  if (!email) throw startAgain(start);
  return { email };
}

export async function takeCodeStep(args: DoorArgs, { purpose, start, next }: CodeDoor) {
  const { world, address } = args.context;
  const cookie = await proofCookieOf(args, start);
  const form = await readForm(args, { schema: mailCodeForm, secret: ['code'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const device = await readCookie(world, args.request, 'device');
  const tried = await tryProof(world, { cookie, purpose, typed: form.value.code, address, device });
  if (tried === 'wrong') return oneMistake('code', 'errors.wrongMailCode');
  return tried === 'startAgain' ? startAgain(start) : redirect(next);
}
