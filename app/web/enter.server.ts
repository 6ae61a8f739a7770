import { redirect } from '@remix-run/node';
import { homeOf } from '#app/people/can.ts';
import { keptFormNamed } from '#app/people/kept-forms.server.ts';
import type { From, Started } from '#app/people/sign-in.server.ts';
import type { DoorArgs } from './context.ts';
import { dropCookie, readCookie, setCookie } from './cookies.server.ts';
import { safePath } from './paths.ts';

/** Where a sign-in comes from, as far as the server can tell. */
export async function fromOf({ request, context: { world, address } }: DoorArgs): Promise<From> {
  return {
    address,
    userAgent: request.headers.get('User-Agent') ?? '',
    device: await readCookie(world, request, 'device'),
  };
}

/** Lets somebody in whose session has just started: to a form that was kept for them, else to where they wanted to go. */
export async function enter(
  { request, context: { world } }: DoorArgs,
  { sessionId, device, person }: Started,
  next: unknown,
) {
  const headers = new Headers();
  headers.append('Set-Cookie', await dropCookie(world, 'pending'));
  headers.append('Set-Cookie', await dropCookie(world, 'passkey'));
  headers.append('Set-Cookie', await setCookie(world, 'session', sessionId));
  headers.append('Set-Cookie', await setCookie(world, 'device', device));
  const keptSecret = await readCookie(world, request, 'kept');
  const kept = keptSecret && (await keptFormNamed(world, person.id, keptSecret));
  if (!kept) return redirect(safePath(next, homeOf(person.role)), { headers });
  headers.append('Set-Cookie', await dropCookie(world, 'kept'));
  return redirect(`/kept?form=${kept}`, { headers });
}
