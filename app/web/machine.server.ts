import type { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import { admit, type Admitted } from '#app/people/admission.server.ts';
import { noteDeniedCall, type MachineClientIdentity } from '#app/people/machine-clients.server.ts';
import { grantCovers } from '#app/people/smart-scopes.ts';
import { attemptFrom, type LimitedKind } from '#app/people/limits.server.ts';
import { callsAMinute, vendorScopes } from '#app/people/machine-keys.ts';
import type { MachineCall } from './calls/call.ts';
import type { DoorArgs } from './context.ts';
import { refuseAt, type ProblemMembers, type ProblemType, type Refuse } from './problem.server.ts';
import { parseStrictJson } from './strict-json.ts';
import { told } from './told-refusal.server.ts';

/** What a machine's call is answered with when it stops half-way; thrown, and sent by `machineDoor`. */
export class ProblemAnswer extends Error {
  constructor(
    readonly type: ProblemType,
    readonly more: ProblemMembers,
  ) {
    super('problem');
  }
}

/**
 * The door of every machine call: key, scope, and an honest answer when something breaks. A database that cannot be reached is 503:
 * no caller may read it as a permit.
 */
export async function machineDoor(
  { request, context }: DoorArgs,
  { method, path, scope, smart }: MachineCall,
  work: (call: {
    world: World;
    client: Admitted;
    request: Request;
    now: Date;
    /** In the form that this call's errors have. */
    refuse: Refuse;
  }) => Promise<Response>,
  /** Where the caller can send no header: the key that stands in the address. It works from the networks alone that it is bound to. */
  addressKey?: string,
): Promise<Response> {
  const { world } = context;
  const refuse = refuseAt(path);
  // HEAD asks what GET asks, without the body.
  if (request.method !== method && !(request.method === 'HEAD' && method === 'GET')) {
    return refuse('method-not-allowed', { detail: `Use ${method}.` }, { Allow: method });
  }
  if (hasKeyInAddress(request)) {
    await told(context, request, 'keyInAddress');
    const detail =
      'Addresses are kept in logs on the way. Revoke this key, and send the next one as "Authorization: Bearer KEY".';
    return refuse('key-in-address', { detail }, { 'WWW-Authenticate': 'Bearer realm="plainview"' });
  }
  return orProblem(context, refuse, async () => {
    const key = addressKey ?? keyOf(request);
    const admitted = key === null ? null : await admit(world, key, context.address);
    // A key that is bound to no network opens nothing where it stands in an address.
    if (!admitted || (addressKey !== undefined && admitted.client.networks.length === 0)) {
      if (key !== null || request.headers.has('Authorization')) await told(context, request, 'wrongKey');
      const wait = await attemptFrom(world, { kind: 'machineKey', address: context.address });
      if (wait > 0)
        return tooMany(refuse, wait, 'Too many calls without a valid key came from this network.');
      const detail =
        'Send the key as "Authorization: Bearer KEY". Keys are made with: npm run -s admin -- api-key create';
      return refuse('not-signed-in', { detail }, { 'WWW-Authenticate': 'Bearer realm="plainview"' });
    }
    const { client, wait } = admitted;
    if (wait > 0) return tooMany(refuse, wait, `A key may make ${callsAMinute} calls a minute.`);
    const now = world.clock();
    const answer =
      scopeRefusal(refuse, client, { scope, ...(smart ? { smart } : {}) }) ??
      (await work({ world, client, request, now, refuse }));
    if (answer.status === 403) await noteDeniedCall(world.db, { client, path, now });
    return answer;
  });
}

/** The door of a call that needs no key: a network address may ask so often, and then waits. */
export function openDoor(
  { request, context }: DoorArgs,
  kind: LimitedKind,
  work: (call: { world: World; request: Request }) => Promise<Response>,
): Promise<Response> {
  const { world, address } = context;
  const refuse = refuseAt(new URL(request.url).pathname);
  return orProblem(context, refuse, async () => {
    const wait = await attemptFrom(world, { kind, address });
    if (wait === 0) return work({ world, request });
    const detail = `Too many calls came from your network. Try again in ${wait} seconds.`;
    return refuse('too-many-requests', { detail }, { 'Retry-After': String(wait) });
  });
}

async function orProblem(
  context: DoorArgs['context'],
  refuse: Refuse,
  work: () => Promise<Response>,
): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ProblemAnswer) return refuse(error.type, error.more);
    if (isDatabaseUnreachable(error)) {
      const detail =
        'Nothing was decided and nothing was stored. Try again; until then, treat every export as denied.';
      return refuse('unavailable', { detail }, { 'Retry-After': '5' });
    }
    context.logError(error);
    return refuse('server-error', {
      detail: 'It is in our log. Treat what you asked for as not done.',
      requestId: context.requestId,
    });
  }
}

function tooMany(refuse: Refuse, wait: number, why: string): Response {
  const detail = `${why} Nothing was decided and nothing was stored. Until you ask again, treat every export as denied.`;
  return refuse('too-many-requests', { detail }, { 'Retry-After': String(wait) });
}

function scopeRefusal(
  refuse: Refuse,
  client: MachineClientIdentity,
  { scope, smart }: Pick<MachineCall, 'scope' | 'smart'>,
): Response | null {
  if (!scope || !client.scopes.includes(scope))
    return refuse('scope-missing', { detail: `This call needs the scope ${scope}.` });
  if (client.vendorId && !vendorScopes.includes(scope))
    return refuse('scope-missing', { detail: 'This call is not for a company’s own program.' });
  if (client.granted && smart && !grantCovers(client.granted, smart))
    return refuse('scope-missing', {
      detail: `This call needs a token with system/${smart.resource}.${smart.act}.`,
    });
  return null;
}

/** RFC 6750 §2.3 and its kin: whatever the header says, a key in an address has been seen by others. */
function hasKeyInAddress(request: Request): boolean {
  if (!request.url.includes('?')) return false;
  const names = [...new URL(request.url).searchParams.keys()];
  return names.some((name) => /^(api[-_]?key|access[-_]?token|token|key)$/i.test(name));
}

function keyOf(request: Request): string | null {
  const [scheme, key, ...rest] = (request.headers.get('Authorization') ?? '').split(' ');
  return scheme?.toLowerCase() !== 'bearer' || !key || rest.length > 0 || key.length > 200 ? null : key;
}

/**
 * Reads a body up to a limit. @returns the bytes, `whole: false` when there was more: reading stops there
 */
export async function readBytes(
  request: Request,
  limit: number,
): Promise<{ bytes: Uint8Array; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body?.getReader();
  for (;;) {
    const next = await reader?.read();
    if (!next || next.done) return { bytes: Buffer.concat(chunks), whole: true };
    chunks.push(next.value);
    length += next.value.byteLength;
    if (length > limit) {
      // Not cancelled: that would end the connection before the answer is sent. Node discards what still comes.
      reader?.releaseLock();
      return { bytes: Buffer.concat(chunks).subarray(0, limit), whole: false };
    }
  }
}

/**
 * A body as JSON. @returns undefined for what is not JSON in UTF-8, or names a member twice; `tooLarge` for one beyond the limit
 */
export async function readJson(
  request: Request,
  limit: number,
): Promise<{ tooLarge: boolean; body: unknown }> {
  const { bytes, whole } = await readBytes(request, limit);
  if (!whole) return { tooLarge: true, body: undefined };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { tooLarge: false, body: parseStrictJson(text) };
  } catch {
    return { tooLarge: false, body: undefined };
  }
}

/**
 * Reads what stands in the address. @throws ProblemAnswer for what is not one of these, or stands there twice
 */
export function readQuery<Schema extends z.ZodObject>(request: Request, schema: Schema): z.infer<Schema> {
  const query = new URL(request.url).searchParams;
  const unreadable = (wrong: { at: string; why: string }[]) =>
    new ProblemAnswer('bad-request', {
      detail: 'The address is not a question this call can answer.',
      wrong,
    });
  const doubled = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (doubled.length > 0)
    throw unreadable(doubled.map((at) => ({ at, why: 'This stands in the address more than once.' })));
  const parsed = schema.safeParse(Object.fromEntries(query));
  if (parsed.success) return parsed.data;
  throw unreadable(parsed.error.issues.map(({ path, message }) => ({ at: path.join('.'), why: message })));
}

/** The caller's Idempotency-Key. @throws ProblemAnswer for one that is no short printable text */
export function idempotencyKey(request: Request): string | undefined {
  const key = request.headers.get('Idempotency-Key');
  if (key === null) return undefined;
  if (!/^[\x21-\x7E]{1,200}$/.test(key)) {
    throw new ProblemAnswer('bad-request', { detail: 'Idempotency-Key is 1 to 200 printable characters.' });
  }
  return key;
}
