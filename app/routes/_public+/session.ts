import type { ActionFunctionArgs } from '@remix-run/node';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { sessionEnd } from '#app/web/site.server.ts';

export function loader() {
  throw notFound();
}

/** "Stay signed in": the guard has noted that somebody is there; the answer says until when. */
export async function action(args: ActionFunctionArgs) {
  const { session, now } = await requirePerson(args, 'ownAccount.manage');
  return Response.json(sessionEnd(session, now));
}
