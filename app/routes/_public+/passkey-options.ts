import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { contactOf } from '#app/people/contact.server.ts';
import { attemptFrom } from '#app/people/limits.server.ts';
import { authenticationOptions, registrationOptions } from '#app/people/passkeys.server.ts';
import { ownerOfPending } from '#app/people/sign-in.server.ts';
import { signUpSoFar } from '#app/people/sign-up.server.ts';
import { readCookie, setCookie } from '#app/web/cookies.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';

const schema = z.strictObject({
  purpose: z.enum(['signIn', 'stepUp', 'enrol', 'signUp', 'recover'], 'errors.choose'),
});

export function loader() {
  throw notFound();
}

/** What the browser is to ask a passkey for. The challenge is found again by a cookie, and is good for one answer. */
export async function action(args: ActionFunctionArgs) {
  const { world, address } = args.context;
  const wait = await attemptFrom(world, { kind: 'passkey', address });
  if (wait > 0) throw new Response(null, { status: 429, headers: { 'Retry-After': String(wait) } });
  const form = await readForm({ ...args, request: args.request.clone() }, { schema });
  if (!form.ok) throw new Response(null, { status: 400 });
  const { cookie, options } = await question(args, world, form.value.purpose);
  return Response.json({ options }, { headers: { 'Set-Cookie': await setCookie(world, 'passkey', cookie) } });
}

async function question(
  args: ActionFunctionArgs,
  world: World,
  purpose: z.infer<typeof schema>['purpose'],
): Promise<{ cookie: string; options: object }> {
  if (purpose === 'signIn') {
    const pending = await readCookie(world, args.request, 'pending');
    const userId = pending && (await ownerOfPending(world, pending));
    return authenticationOptions(world, { purpose, ...(userId ? { userId } : {}) });
  }
  // Whose account it is to be is checked with the answer: nobody learns here which accounts have passkeys.
  if (purpose === 'recover') return authenticationOptions(world, { purpose });
  if (purpose === 'signUp') {
    const proof = await readCookie(world, args.request, 'proof');
    const so = proof && (await signUpSoFar(world, proof));
    if (!so || !so.hasPassword) throw new Response(null, { status: 403 });
    const { id, email, displayName } = so;
    return registrationOptions(world, { userId: id, email, displayName: displayName ?? email, isNew: true });
  }
  const visit = await requirePerson(args, 'ownAccount.manage');
  const { id: userId } = visit.person;
  if (purpose === 'stepUp') return authenticationOptions(world, { purpose, userId });
  requireFreshFactor(args, visit);
  const { email, displayName } = await contactOf(world.db, userId);
  return registrationOptions(world, { userId, email, displayName });
}
