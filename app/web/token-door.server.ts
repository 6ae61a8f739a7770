import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import { attemptFrom } from '#app/people/limits.server.ts';
import { tradeAssertion } from '#app/people/machine-tokens.server.ts';
import type { DoorArgs } from './context.ts';
import { tokenPath } from './fhir/capability.ts';
import { readBytes } from './machine.server.ts';
import { told } from './told-refusal.server.ts';

const mostBytes = 32 * 1024;
const mostScopes = 50;
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

type TokenError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_scope'
  | 'unsupported_grant_type'
  | 'temporarily_unavailable'
  | 'server_error';

/** RFC 6749 §5.2 */
function no(
  error: TokenError,
  error_description: string,
  { status = 400, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return Response.json({ error, error_description }, { status, headers: { Pragma: 'no-cache', ...headers } });
}

/** Trades a signed assertion for a token (SMART Backend Services, RFC 7523). Whatever breaks, no token is given. */
export async function tokenDoor({ request, context }: DoorArgs): Promise<Response> {
  const { world, address } = context;
  try {
    const form = await formOf(request);
    if (typeof form === 'string') return no('invalid_request', form);
    if (form.get('grant_type') !== 'client_credentials')
      return no('unsupported_grant_type', 'grant_type is client_credentials.');
    if (form.get('client_assertion_type') !== assertionType)
      return no('invalid_request', `client_assertion_type is ${assertionType}.`);
    const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
    if (scopes.length === 0 || scopes.length > mostScopes)
      return no('invalid_scope', 'scope says what the token is for.');
    const audience = `${world.appOrigin}${tokenPath}`;
    const assertion = form.get('client_assertion') ?? '';
    const traded = await tradeAssertion(world, { assertion, scopes, audience });
    if (traded.ok)
      return Response.json(
        {
          access_token: traded.token,
          token_type: 'bearer',
          expires_in: traded.seconds,
          scope: traded.granted.join(' '),
        },
        { headers: { Pragma: 'no-cache' } },
      );
    if (traded.refusal === 'tooMany') return wait(traded.wait);
    if (traded.refusal === 'scope')
      return no('invalid_scope', 'The program may do nothing of what is asked for.');
    await told(context, request, 'wrongKey');
    const seconds = await attemptFrom(world, { kind: 'machineKey', address });
    if (seconds > 0) return wait(seconds);
    return traded.refusal === 'assertion'
      ? no('invalid_request', `The assertion cannot be taken. ${traded.why}`)
      : no(
          'invalid_client',
          'The program, its key or the signature is not known here, or the assertion was used before.',
          {
            status: 401,
            headers: { 'WWW-Authenticate': 'Bearer realm="plainview"' },
          },
        );
  } catch (error) {
    if (isDatabaseUnreachable(error))
      return no('temporarily_unavailable', 'Try again.', { status: 503, headers: { 'Retry-After': '5' } });
    context.logError(error);
    return no('server_error', 'It is in our log.', { status: 500 });
  }
}

function wait(seconds: number): Response {
  return no('temporarily_unavailable', 'Too many calls. Wait.', {
    status: 429,
    headers: { 'Retry-After': String(seconds) },
  });
}

/** The form of a call, each field once; in words what is wrong with it. */
async function formOf(request: Request): Promise<URLSearchParams | string> {
  const type = (request.headers.get('Content-Type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded') return 'Send application/x-www-form-urlencoded.';
  if (request.headers.has('Authorization'))
    return 'The assertion says who asks; send no Authorization header.';
  const { bytes, whole } = await readBytes(request, mostBytes);
  if (!whole) return `The body may have ${mostBytes} bytes.`;
  const form = new URLSearchParams(Buffer.from(bytes).toString('utf8'));
  const doubled = [...new Set(form.keys())].some((name) => form.getAll(name).length > 1);
  return doubled ? 'A field stands there more than once.' : form;
}
