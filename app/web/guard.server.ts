import { redirect } from '@remix-run/node';
import type { Person } from '#app/audit/actor.ts';
import { recordDenial } from '#app/audit/denials.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { asPatient } from '#app/db/as-patient.server.ts';
import { isRowId } from '#app/db/row-id.ts';
import type { World } from '#app/db/world.ts';
import { homeOf, mayAct, type Capability } from '#app/people/can.ts';
import { isRepresentative } from '#app/people/representations-reading.server.ts';
import { dropKeptForm, keepForm } from '#app/people/kept-forms.server.ts';
import { ownerOfEnded, readSession, type SessionFacts, type SignedIn } from '#app/people/sessions.server.ts';
import type { Locale } from '#app/words/locales.ts';
import type { DoorArgs } from './context.ts';
import { dropCookie, readCookie, setCookie } from './cookies.server.ts';
import { localeOf } from './locale.server.ts';
import { safePath } from './paths.ts';

export interface Visit {
  world: World;
  person: Person;
  locale: Locale;
  session: SessionFacts;
  now: Date;
}

export interface PatientVisit extends Visit {
  patientId: string;
}

/** The frame and the page of one document ask the same, at the same moment: one reading of the session answers both. */
const readForPage = new WeakMap<DoorArgs['context'], Promise<SignedIn | null>>();

/** Who is signed in, if anybody. For pages that show something to both; it guards nothing. */
export function whoIs(args: DoorArgs): Promise<SignedIn | null> {
  const { request, context } = args;
  // An action changes who somebody is: it reads for itself, and the loaders that follow it read anew.
  if (request.method !== 'GET') return readWho(args);
  const reading = readForPage.get(context) ?? readWho(args);
  readForPage.set(context, reading);
  return reading;
}

async function readWho({ request, context: { world } }: DoorArgs): Promise<SignedIn | null> {
  const sessionId = await readCookie(world, request, 'session');
  return sessionId ? readSession(world.db, sessionId, world.clock()) : null;
}

/**
 * The guard that every loader and action calls for itself: a layout guards nothing, since the client chooses which loaders run.
 * @throws a redirect to sign-in without a session; 403 without the capability
 */
export async function requirePerson(args: DoorArgs, capability: Capability): Promise<Visit> {
  const signedIn = await whoIs(args);
  const { world } = args.context;
  if (!signedIn) throw await toSignIn(args);
  if (!mayAct(signedIn.person, capability)) {
    await recordDenial(world, signedIn.person, pathOf(args.request));
    throw new Response(null, { status: 403 });
  }
  const { person, session } = signedIn;
  const kept = sentFromKept(args.request);
  if (kept) args.context.whenTaken(() => dropKeptForm(world, person.id, kept));
  return { world, person, session, locale: await localeOf(args, signedIn), now: world.clock() };
}

/** The name of the kept form that this one was sent from (app/routes/_public+/kept.tsx). */
function sentFromKept(request: Request): string | null {
  return request.method === 'POST' ? new URL(request.url).searchParams.get('kept') : null;
}

/** To the sign-in page, and back. A form that came just too late is kept for its owner, who finds it after signing in. */
async function toSignIn(args: DoorArgs): Promise<Response> {
  const { request } = args;
  const { world } = args.context;
  const headers = new Headers();
  const kept = request.method === 'POST' ? await keepLateForm(args) : null;
  if (kept) {
    headers.append('Set-Cookie', await setCookie(world, 'kept', kept));
    headers.append('Set-Cookie', await dropCookie(world, 'session'));
  }
  return redirect(`/sign-in?next=${encodeURIComponent(pathOf(request))}`, { headers });
}

async function keepLateForm({ request, context: { world } }: DoorArgs): Promise<string | null> {
  // What a page keeps by itself while somebody types comes again with the form.
  if (pathOf(request).endsWith('/draft')) return null;
  const sessionId = await readCookie(world, request, 'session');
  const userId = sessionId ? await ownerOfEnded(world.db, sessionId, world.clock()) : null;
  if (!userId) return null;
  const form = await request.formData().catch(() => null);
  return form && keepForm(world, { userId, path: pathOf(request, 'withSearch'), form });
}

/** How long a shown factor counts as fresh. */
const freshFor = 10 * 60_000;

/**
 * Asks for a factor anew when the last one was shown more than ten minutes ago: for factors, e-mail, exports, releases, people, keys.
 * Call it in the loader of the form and again in its action. @throws a redirect to the page that asks, and comes back here
 */
export function requireFreshFactor({ request }: DoorArgs, visit: Visit): void {
  if (!isFresh(visit)) throw redirect(`/confirm?next=${encodeURIComponent(pathOf(request))}`);
}

const isFresh = ({ session, now }: Visit) => now.getTime() - session.factorAt.getTime() <= freshFor;

/**
 * The same in an action that has read its form already: what was typed is kept, and comes back behind the page that asks.
 * @param fields what the form holds, without secrets
 */
export async function requireFreshFactorFor(
  args: DoorArgs,
  visit: Visit,
  fields: Record<string, string>,
): Promise<void> {
  if (isFresh(visit)) return;
  const form = new FormData();
  for (const [name, text] of Object.entries(fields)) form.append(name, text);
  const path = pathOf(args.request, 'withSearch');
  const kept = await keepForm(visit.world, { userId: visit.person.id, path, form });
  const next = kept ? `/kept?form=${sha256Hex(kept)}` : path;
  throw redirect(`/confirm?next=${encodeURIComponent(next)}`);
}

/**
 * The same for a patient's own pages: with the one patient record the account is bound to.
 * @throws a redirect to the page that asks who one is, where there is none yet
 */
export async function requirePatient(
  args: DoorArgs,
  capability: 'ownRecords.see' | 'ownRequests.file' | 'ownRequests.follow',
): Promise<PatientVisit> {
  const visit = await requirePerson(args, capability);
  // Who acted for somebody and may not any more finds the way back there; who has no record of their own, whom they act for.
  const { person, world } = visit;
  if (person.actingEnded || (!person.patientId && (await isRepresentative(world.db, person.id))))
    throw redirect('/account/representatives');
  if (!visit.person.patientId) throw redirect('/welcome');
  return { ...visit, patientId: visit.person.patientId };
}

/** What a patient's page shows is read behind the wall (app/db/wall.ts): a query that forgets whose rows it wants gets theirs alone. */
export function readingAs<V extends Visit, T>(visit: V, read: (walled: V) => Promise<T>): Promise<T> {
  const { id: accountId, patientId } = visit.person;
  return asPatient(visit.world, { patientId, accountId }, (world) => read({ ...visit, world }));
}

/** For the sign-in pages: somebody who is signed in has no business there. */
export async function requireNobody(args: DoorArgs): Promise<void> {
  const signedIn = await whoIs(args);
  if (signedIn) throw redirect(homeOf(signedIn.person.role));
}

/** A row id out of a path. @throws 404 for what cannot be one: a stranger's record and no record look the same */
export function rowId(value: string | undefined): string {
  if (!value || !isRowId(value)) throw notFound();
  return value;
}

export function notFound(): Response {
  return new Response(null, { status: 404 });
}

/** Where to come back to after signing in. Remix asks for data under the same path with `.data` behind it. */
export function pathOf(request: Request, search?: 'withSearch'): string {
  const url = new URL(request.url);
  for (const own of ['_routes', 'kept']) url.searchParams.delete(own);
  const path = url.pathname.replace(/\.data$/, '').replace(/^\/_root$/, '/');
  return safePath(request.method === 'GET' || search ? path + url.search : path, '/');
}
