import { redirect } from '@remix-run/node';
import type { World } from '#app/db/world.ts';
import type { CredentialChange, CredentialRefusal } from '#app/people/credentials.server.ts';
import { dropCookie, setCookie } from '#app/web/cookies.server.ts';
import type { MessageId } from '#app/words/words.ts';

/** What is said beside a form whose change was refused. */
export const credentialRefusals: Record<Exclude<CredentialRefusal, 'sessionEnded'>, MessageId> = {
  wrongPassword: 'errors.wrongPassword',
  wrongCode: 'errors.wrongCode',
  expired: 'errors.tookTooLong',
  notFound: 'errors.changedMeanwhile',
  lastFactor: 'errors.lastFactor',
  tooMany: 'errors.passkeyTooMany',
  passkey: 'errors.passkeyNotMade',
  alreadyThere: 'errors.passkeyThere',
};

/**
 * After a change that was made: the session goes on under a new id. After one whose session is over: to sign in.
 * @returns the refusal to show, for any other
 */
export async function afterChange(
  world: World,
  change: CredentialChange,
  to: string,
): Promise<Response | Exclude<CredentialRefusal, 'sessionEnded'>> {
  if (change.ok)
    return redirect(to, { headers: { 'Set-Cookie': await setCookie(world, 'session', change.sessionId) } });
  if (change.refusal !== 'sessionEnded') return change.refusal;
  return redirect('/sign-in', { headers: { 'Set-Cookie': await dropCookie(world, 'session') } });
}
