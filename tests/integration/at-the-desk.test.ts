import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccount } from '#app/people/accounts.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { cast } from '#prisma/seed/cast.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { formsOf, linksOf, type FoundForm } from '#tests/support/html.ts';
import {
  asForm,
  asMachine,
  cookieOf,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { castMember, seconds, somebody } from '#tests/support/world.ts';

// What staff do with records and people, through the pages, as patients and the trail show it afterwards.

let site: Site;
let dana: string;
let ines: string;
const record: Record<'ines' | 'zoe' | 'tor' | 'mila', string> = { ines: '', zoe: '', tor: '', mila: '' };

beforeAll(async () => {
  site = await startSite();
  const recordOf = async (value: string) =>
    (await site.world.db.patientIdentifier.findFirstOrThrow({ where: { value } })).patientId;
  record.ines = await recordOf('RB000417');
  record.zoe = await recordOf('RB000902');
  record.tor = await recordOf('RB000533');
  record.mila = await recordOf('RB001204');
  dana = await signIn(site, castMember('staff'));
  ines = await signIn(site, castMember('patient'));
});
afterAll(() => site.stop());

const get = (path: string, Cookie: string) => site.ask(path, { headers: { Cookie } });
const post = (path: string, fields: Record<string, string>, cookie: string) =>
  site.ask(path, asForm(fields, cookie));
/** Of a record that no open request explains. */
const sayWhy = async (id: string) =>
  expect((await post(`/staff/patients/${id}/why`, { why: 'recordUpkeep', text: '' }, dana)).status).toBe(302);
const to = ({ status, headers }: Answer) => `${status} ${headers.location ?? ''}`;
const filled = ({ fields }: FoundForm) => Object.fromEntries(fields.map(({ name, value }) => [name, value]));
/** The form of a page that goes to the page itself and has these fields, as a browser shows it. */
const formOn = (path: string, { text }: Answer, ...names: string[]) => {
  const found = formsOf(path, text).find(
    ({ action, fields }) =>
      action === path && names.every((name) => fields.some((field) => field.name === name)),
  );
  if (!found) throw new Error(`no form with ${names.join(', ')} at ${path}`);
  return filled(found);
};
/** Addresses in the main navigation. */
const navigation = ({ text }: Answer) =>
  linksOf(/<nav aria-label="Main"[\s\S]*?<\/nav>/.exec(text)?.[0] ?? '').sort();
const eventsOf = (subjectKind: string, types: string[], patientId: string | null) =>
  site.world.db.auditEvent.findMany({
    where: { subjectKind, type: { in: types }, patientId },
    orderBy: { id: 'asc' },
    select: { type: true, actorName: true, onBehalfOf: true, reason: true, visibleToPatient: true },
  });
const check = async (...mrns: string[]) => {
  const body = {
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    items: mrns.map((patientId) => ({ patientId, issuer: 'RIVERBEND' })),
  };
  const answer = await site.ask('/api/v1/checks', asMachine(JSON.stringify(body)));
  return (answer.json() as { results: { decision: string }[] }).results.map(({ decision }) => decision);
};
const rosaOf = () => cast.find(({ email }) => email.startsWith('rosa.')) ?? castMember('patient');
async function actingForMila(): Promise<string> {
  const rosa = await signIn(site, rosaOf());
  const { id } = await site.world.db.representation.findFirstOrThrow({ where: { patientId: record.mila } });
  const act = await post('/account/representatives', { intent: 'act', representation: id }, rosa);
  return cookieOf(act, 'plainview_session') ?? '';
}
async function newcomer() {
  const member = {
    email: `${crypto.randomUUID()}@example.org`,
    displayName: 'Tor',
    role: 'patient' as const,
    locale: 'en' as const,
    password: 'seven green kettles 42',
    totpSecret: newTotpSecret(),
  };
  const id = await createAccount(site.world, member, somebody);
  return { id, member, cookie: await signIn(site, member) };
}

it('a record is found by name, birth date or number, opened, and nothing of the search is kept', async () => {
  const search = { name: '', bornOn: '', number: '', issuer: '' };
  for (const typed of [{ name: 'lindq tor' }, { bornOn: '1984-11-27' }, { number: 'RB000533' }]) {
    const found = await post('/staff/patients', { ...search, ...typed }, dana);
    expect(found.status).toBe(200);
    expect(found.text).toContain('Tor Lindqvist');
    expect(linksOf(found.text)).toContain(`/staff/patients/${record.tor}`);
    expect(found.text).not.toContain('Okafor');
  }
  expect((await post('/staff/patients', search, dana)).status).toBe(400);
  await sayWhy(record.tor);
  const opened = await get(`/staff/patients/${record.tor}`, dana);
  expect(opened.text).toContain('RB000533');
  const events = await site.world.db.auditEvent.findMany({ where: { subjectKind: 'patientSearch' } });
  expect(events.map(({ after }) => after)).toEqual([{ found: 1 }, { found: 1 }, { found: 1 }]);
  expect(await eventsOf('patient', ['records.read'], record.tor)).toHaveLength(1);
});

it('staff find a name without its accents, in any case, by the beginning of any of its words; a sign finds nothing by itself', async () => {
  const search = { name: '', bornOn: '', number: '', issuer: '' };
  for (const name of ['jimenez', 'ZOE JIM', 'Jiménez zoë', 'Zoe\u0308']) {
    const found = await post('/staff/patients', { ...search, name }, dana);
    expect([name, found.text.includes('Zoë Jiménez')]).toEqual([name, true]);
  }
  for (const name of ['%', '_oe', "o'", 'zo\\e', "jim' | 'tor", 'jime:*nez'])
    expect([
      name,
      (await post('/staff/patients', { ...search, name }, dana)).text.includes('Jiménez'),
    ]).toEqual([name, false]);
});

it('the officer finds people by a form that is sent, page by page, and an address finds nobody', async () => {
  const amara = await signIn(site, castMember('privacyOfficer'));
  // The page itself, without the data that the browser's program gets with it.
  const shown = ({ text }: Answer) => text.split('</main>')[0];
  const everybody = await get('/officer/people?search=okafor', amara);
  expect(shown(everybody)).not.toContain('Okafor');
  const found = await post('/officer/people', { search: 'okafor', role: '', state: '' }, amara);
  expect(found.status).toBe(200);
  expect(shown(found)).toContain('ines.okafor@demo.example');
  expect(shown(found)).not.toContain('dana.whitlow');
  expect((await post('/officer/people', { search: 'x'.repeat(101) }, amara)).status).toBe(400);

  const at = site.clock.now();
  await site.world.db.user.createMany({
    data: Array.from({ length: 27 }, (_, count) => ({
      email: `page.${count}@demo.example`,
      displayName: `Paging ${String(count).padStart(2, '0')}`,
      role: 'auditor' as const,
      passwordHash: 'none',
      createdAt: at,
    })),
  });
  const first = await post('/officer/people', { search: 'paging', role: 'auditor', state: '' }, amara);
  expect(shown(first)).toContain('Paging 24');
  expect(shown(first)).not.toContain('Paging 25');
  const next = formOn('/officer/people?index', first, 'page');
  expect(next).toEqual({ search: 'paging', role: 'auditor', state: '', page: '2' });
  const second = await post('/officer/people', next, amara);
  expect(shown(second)).toContain('Paging 26');
  expect(shown(second)).not.toContain('Paging 24');
});

it('a flag shuts a representative out until it is lifted, and the patient’s page says nothing of it', async () => {
  const acting = await actingForMila();
  expect((await get('/home', acting)).status).toBe(200);
  const path = `/staff/patients/${record.mila}/flags`;
  await sayWhy(record.mila);
  const reason = 'Both parents ask us to wait';
  expect((await post(path, { intent: 'set', kind: 'conflict', reason: '' }, dana)).status).toBe(400);
  expect(to(await post(path, { intent: 'set', kind: 'conflict', reason }, dana))).toBe(
    `302 /staff/patients/${record.mila}?done=flagSet`,
  );
  expect((await post(path, { intent: 'set', kind: 'conflict', reason }, dana)).status).toBe(409);
  expect(to(await get('/home', acting))).toBe('302 /account/representatives');
  expect((await get(`/staff/patients/${record.mila}`, dana)).text).toContain(reason);
  const lift = formOn(path, await get(path, dana), 'flag');
  expect(to(await post(path, { ...lift, intent: 'lift', reason: 'Settled' }, dana))).toBe(
    `302 /staff/patients/${record.mila}?done=flagLifted`,
  );
  expect((await get('/home', acting)).status).toBe(200);
  expect((await get('/account/activity', acting)).text).not.toContain(reason);
  const who = { actorName: 'Dana Whitlow', onBehalfOf: null, visibleToPatient: false };
  expect(await eventsOf('patientFlag', ['patient.flagSet', 'patient.flagLifted'], record.mila)).toEqual([
    { type: 'patient.flagSet', reason, ...who },
    { type: 'patient.flagLifted', reason: 'Settled', ...who },
  ]);
});

it('of joined records the patient takes back a “no” filed under the other one; parted, it counts there again', async () => {
  const optOut = await fileOptOut(site.world, { mrn: 'RB000902', purposes: ['aiTraining'] });
  await site.world.db.user.updateMany({
    where: { patientId: record.zoe },
    data: { disabledAt: site.clock.now() },
  });
  const withdraw = `/opt-outs/${optOut}/withdraw`;
  expect((await get(withdraw, ines)).status).toBe(404);
  const merge = `/staff/patients/${record.ines}/merge`;
  expect((await get(`${merge}?with=${record.zoe}`, dana)).text).toContain('Zoë Jiménez');
  const joined = { survivor: record.ines, other: record.zoe, reason: 'One person, seen at the desk' };
  expect(to(await post(merge, joined, dana))).toBe(`302 /staff/patients/${record.ines}?done=merged`);
  expect((await post(merge, joined, dana)).status).toBe(409);
  expect(await check('RB000417', 'RB000902')).toEqual(['deny', 'deny']);

  const page = await get(withdraw, ines);
  expect(page.text).toContain('kept under another patient number of yours');
  const taken = await post(withdraw, formOn(withdraw, page, 'submissionKey'), ines);
  expect(to(taken)).toMatch(/^302 \/requests\/[0-9a-f-]{36}$/);
  expect((await get(taken.headers.location ?? '', ines)).status).toBe(200);
  expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'permit']);
  expect(to(await get(withdraw, ines))).toMatch(/^302 \/requests\//);

  const { id: mergeId } = await site.world.db.patientMerge.findFirstOrThrow();
  const part = `/staff/patients/${record.ines}/part`;
  expect((await get(`${part}?merge=${mergeId}`, dana)).text).toContain('One person, seen at the desk');
  const parted = { merge: mergeId, reason: 'Two people after all' };
  expect(to(await post(part, parted, dana))).toBe(`302 /staff/patients/${record.ines}?done=parted`);
  expect([404, 409]).toContain((await post(part, parted, dana)).status);
  expect(await check('RB000417', 'RB000902')).toEqual(['permit', 'deny']);
  expect((await get(withdraw, ines)).status).toBe(404);
  const types = ['patient.merged', 'patient.unmerged', 'optOut.withdrawn'];
  const trail = await site.world.db.auditEvent.findMany({
    where: { type: { in: types }, patientId: record.ines },
    orderBy: { id: 'asc' },
    select: { type: true, actorName: true, reason: true, visibleToPatient: true },
  });
  expect(trail).toEqual([
    { type: 'patient.merged', actorName: 'Dana Whitlow', reason: joined.reason, visibleToPatient: true },
    { type: 'optOut.withdrawn', actorName: 'Ines Okafor', reason: null, visibleToPatient: true },
    { type: 'patient.unmerged', actorName: 'Dana Whitlow', reason: parted.reason, visibleToPatient: true },
  ]);
});

it('who somebody is: refused, they read why; confirmed, they see the record and what opens changes', async () => {
  const { id, member, cookie } = await newcomer();
  expect(navigation(await get('/account/security', cookie))).toEqual(['/welcome']);
  expect((await get('/welcome', cookie)).status).toBe(200);
  const claim = {
    intent: 'claim',
    givenName: 'Tor',
    familyName: 'Lindqvist',
    bornOn: '1984-11-27',
    value: 'RB000533',
    issuer: 'here',
    issuerName: '',
  };
  const open = async () => {
    expect(to(await post('/welcome', claim, cookie))).toBe('302 /welcome');
    const queue = linksOf((await get('/staff/identity', dana)).text);
    return queue.find((link) => /^\/staff\/identity\/./.test(link)) ?? '';
  };
  const first = await open();
  expect((await get(first, dana)).text).toContain(member.email);
  expect((await post(first, { intent: 'refuse', reason: '' }, dana)).status).toBe(400);
  const reason = 'Please bring your card';
  expect(to(await post(first, { intent: 'refuse', reason }, dana))).toBe('302 /staff/identity?done=decided');
  expect((await get('/welcome', cookie)).text).toContain(reason);

  const second = await open();
  expect((await post(second, { intent: 'confirm' }, dana)).status).toBe(400);
  const confirm = { intent: 'confirm', patient: record.tor };
  expect(to(await post(second, confirm, dana))).toBe('302 /staff/identity?done=decided');
  expect((await post(second, confirm, dana)).status).toBe(409);
  expect(to(await get('/home', cookie))).toMatch(/^302 \/sign-in/);
  const again = await signIn(site, member);
  expect(navigation(await get('/home', again))).toEqual(['/disclosures', '/home', '/opt-outs', '/requests']);
  const trail = await site.world.db.auditEvent.findMany({
    where: { type: { startsWith: 'identity.' }, subjectKind: { not: 'path' } },
    orderBy: { id: 'asc' },
    select: { type: true, actorName: true },
  });
  expect(trail.map(({ type, actorName }) => `${type} ${actorName}`)).toEqual([
    'identity.claimed Tor',
    'identity.refused Dana Whitlow',
    'identity.claimed Tor',
    'identity.verified Dana Whitlow',
  ]);
  const user = await site.world.db.user.findUniqueOrThrow({ where: { id }, select: { patientId: true } });
  expect(user.patientId).toBe(record.tor);
});

it('a form that was shown for somebody else files nothing; who acts signs out for themselves', async () => {
  const rosa = await signIn(site, rosaOf());
  expect(navigation(await get('/account/security', rosa))).toEqual(['/account/representatives']);
  expect((await get('/account/representatives', rosa)).status).toBe(200);
  const acting = await actingForMila();
  const path = '/requests/new/accounting';
  const form = formOn(path, await get(path, acting), 'actingAs');
  const filed = () => site.world.db.privacyRequest.count({ where: { patientId: record.mila } });
  const before = await filed();
  const late = await post(path, { ...form, actingAs: 'own' }, acting);
  expect(late.status).toBe(409);
  expect(late.text).toContain('role="alert"');
  expect(await filed()).toBe(before);
  expect(to(await post(path, form, acting))).toMatch(/^302 \/requests\//);
  expect(await filed()).toBe(before + 1);
  // Ines's form, shown for herself, sent while the browser is Rosa's.
  const hers = formOn(path, await get(path, ines), 'actingAs');
  expect((await post(path, hers, acting)).status).toBe(409);

  site.clock.advance(seconds(1));
  const at = site.clock.now();
  expect(to(await post('/sign-out', {}, acting))).toBe('302 /');
  const events = await site.world.db.auditEvent.findMany({
    where: { at },
    select: { type: true, actorName: true, onBehalfOf: true, patientId: true, subjectId: true },
  });
  const { id } = await site.world.db.user.findUniqueOrThrow({ where: { email: rosaOf().email } });
  expect(events).toEqual([
    {
      type: 'session.ended',
      actorName: 'Rosa Castellano',
      onBehalfOf: null,
      patientId: null,
      subjectId: id,
    },
  ]);
  expect(await eventsOf('request', ['request.submitted'], record.mila)).toMatchObject([
    { actorName: 'Rosa Castellano', onBehalfOf: 'Mila Castellano' },
  ]);
});
