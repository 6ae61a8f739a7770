import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { endSession } from '#app/people/sessions.server.ts';
import { recordSessionEvent } from '#app/people/sign-in.server.ts';
import { dropCookie, readCookie } from '#app/web/cookies.server.ts';
import { notFound, whoIs } from '#app/web/guard.server.ts';

export function loader() {
  throw notFound();
}

export async function action(args: ActionFunctionArgs) {
  const { world } = args.context;
  const [sessionId, signedIn] = await Promise.all([readCookie(world, args.request, 'session'), whoIs(args)]);
  const now = world.clock();
  if (sessionId && signedIn) {
    await endSession(world.db, sessionId, now);
    await recordSessionEvent(world, signedIn.person, 'session.ended', now);
  }
  // What this browser kept of the pages goes with the session: on a shared computer "back" shows nothing.
  return redirect('/', {
    headers: { 'Set-Cookie': await dropCookie(world, 'session'), 'Clear-Site-Data': '"cache", "storage"' },
  });
}
