import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { longestPasskeyAnswer } from '#app/people/passkey-answers.ts';
import { signInWithPasskey } from '#app/people/sign-in.server.ts';
import { readCookie } from '#app/web/cookies.server.ts';
import { enter, fromOf } from '#app/web/enter.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound, requireNobody } from '#app/web/guard.server.ts';
import { safePath } from '#app/web/paths.ts';

const schema = z.strictObject({
  passkey: z.string('errors.required').max(longestPasskeyAnswer, 'errors.tooLong'),
  next: z.string().optional(),
});

export function loader() {
  throw notFound();
}

export async function action(args: ActionFunctionArgs) {
  const { world } = args.context;
  await requireNobody(args);
  const form = await readForm(args, { schema, secret: ['passkey'] });
  if (!form.ok) throw new Response(null, { status: 400 });
  const { passkey: response, next } = form.value;
  const cookie = await readCookie(world, args.request, 'passkey');
  const step = await signInWithPasskey(world, { cookie: cookie ?? '', response }, await fromOf(args));
  if (step.outcome === 'tooMany')
    throw new Response(null, { status: 429, headers: { 'Retry-After': String(step.retryAfterSeconds) } });
  if (step.outcome === 'signedIn') return enter(args, step, next);
  const path = safePath(next, '');
  return redirect(`/sign-in?problem=passkey${path ? `&next=${encodeURIComponent(path)}` : ''}`);
}
