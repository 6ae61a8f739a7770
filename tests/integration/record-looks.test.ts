import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { searchLedger } from '#app/disclosures/ledger-search.server.ts';
import { liftFlag, setFlag } from '#app/people/flags.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, hours, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
let amara: Person;

beforeAll(async () => {
  site = await startSite();
  [ines, zoe, dana, amara] = await Promise.all([
    patientOf(site.world, 'RB000417'),
    patientOf(site.world, 'RB000902'),
    personOf(site.world, 'staff'),
    personOf(site.world, 'privacyOfficer'),
  ]);
});
afterAll(() => site.stop());

const get = (path: string, cookie: string) => site.ask(path, { headers: { Cookie: cookie } });
const whyOf = (path: string, patientId: string) =>
  `/staff/patients/${patientId}/why?to=${encodeURIComponent(path)}`;
const eventsOf = (type: string) =>
  site.world.db.auditEvent.findMany({
    where: { type, patientId: zoe.patientId },
    orderBy: { id: 'asc' },
    select: { actorName: true, after: true, reason: true, visibleToPatient: true },
  });
const lettersOf = (userId: string) =>
  site.world.db.notice.count({ where: { userId, kind: 'closedRecordOpened' } });

it('staff say why they open a record that no open request explains; the patient reads the choice, the officer all of it', async () => {
  const cookie = await signIn(site, castMember('staff'));
  const record = `/staff/patients/${zoe.patientId}`;
  const asked = await get(record, cookie);
  expect([asked.status, asked.headers.location]).toEqual([302, whyOf(record, zoe.patientId)]);
  for (const page of ['/flags', '/invite'])
    expect((await get(`${record}${page}`, cookie)).headers.location).toContain('/why?to=');
  // Nothing was read yet, and nothing of the record stands on the page that asks but the name.
  expect(await eventsOf('records.read')).toEqual([]);
  const why = await get(`${record}/why`, cookie);
  expect(why.status).toBe(200);
  expect(why.text).not.toContain('RB000902');

  const send = (fields: Record<string, string>, to = record) =>
    site.ask(whyOf(to, zoe.patientId), asForm(fields, cookie));
  expect((await send({ text: 'No choice' })).status).toBe(400);
  expect((await send({ why: 'other', text: ' ' })).status).toBe(400);
  expect(await eventsOf('records.reasonGiven')).toEqual([]);
  // It goes on to pages of the facility alone.
  const given = await send({ why: 'patientAsked', text: 'She called about a bill' }, '//evil.example');
  expect([given.status, given.headers.location]).toEqual([302, record]);
  expect((await get(record, cookie)).status).toBe(200);
  expect(await eventsOf('records.reasonGiven')).toEqual([
    {
      actorName: dana.name,
      after: { why: 'patientAsked' },
      reason: 'She called about a bill',
      visibleToPatient: true,
    },
  ]);

  const activity = await get('/account/activity', await signIn(site, castMember({ mrn: 'RB000902' })));
  expect(activity.text).toContain(
    castMember({ mrn: 'RB000902' }).locale === 'es'
      ? 'El paciente nos preguntó algo'
      : 'The patient asked us something',
  );
  for (const secret of ['about a bill', dana.name]) expect(activity.text).not.toContain(secret);
  const looks = await get('/officer/looks', await signIn(site, castMember('privacyOfficer')));
  for (const told of ['She called about a bill', dana.name, 'The patient asked us something'])
    expect(looks.text).toContain(told);
  expect(await lettersOf(amara.id)).toBe(0);

  // The next day it is asked again; an open request explains it.
  site.clock.advance(hours(8));
  const next = await signIn(site, castMember('staff'));
  expect((await get(record, next)).status).toBe(302);
  const filed = await submitRequest(site.world, {
    actor: zoe,
    kind: 'access',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { part: 'both', delivery: 'link' },
    statement: { which: 'The CT of my chest.' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  expect((await get(record, next)).status).toBe(200);
});

it('a record that an officer closed takes a fresh factor and words, for an hour, and every officer is told', async () => {
  const flag = { kind: 'closedToStaff' as const, reason: 'A colleague', personName: null, againstId: null };
  const about = { patientId: zoe.patientId };
  expect(await setFlag(site.world, { actor: dana, ...about, flag })).toEqual({
    ok: false,
    refusal: 'officerOnly',
  });
  const officer = await signIn(site, castMember('privacyOfficer'));
  const record = `/staff/patients/${zoe.patientId}`;
  const closing = { intent: 'set', kind: 'closedToStaff', reason: 'A colleague' };
  expect((await site.ask(`${record}/flags`, asForm(closing, officer))).status).toBe(302);
  expect((await get(record, officer)).status).toBe(200);

  // Whatever work there is: the record, its requests, the intake, and the ledger.
  const cookie = await signIn(site, castMember('staff'));
  const { id: request } = await site.world.db.privacyRequest.findFirstOrThrow({ where: about });
  const doors = [
    record,
    `/staff/requests/${request}`,
    `/staff/requests/${request}/receipt`,
    `/staff/intake/${zoe.patientId}`,
  ];
  for (const door of doors)
    expect((await get(door, cookie)).headers.location, door).toBe(whyOf(door, zoe.patientId));
  const acted = await site.ask(`/staff/requests/${request}`, asForm({ intent: 'note' }, cookie));
  expect(acted.headers.location).toContain('/why?to=');
  const ledger = { vendorId: null, study: '', from: '', to: '', basis: '', required: null, after: null };
  const found = async (actor: Person) =>
    (await searchLedger(site.world, actor, { ...ledger, number: 'RB000902' })).entries.length;
  expect(await found(dana)).toBe(0);
  expect(await found(amara)).toBe(await site.world.db.disclosure.count({ where: about }));

  site.clock.advance(minutes(11));
  expect((await get(`${record}/why`, cookie)).headers.location).toMatch(/^\/confirm\?next=/);
  const words = { why: 'patientAsked', text: 'She stands at the desk' };
  expect((await site.ask(`${record}/why`, asForm(words, cookie))).headers.location).toMatch(/^\/confirm/);
  const fresh = await signIn(site, castMember('staff'));
  expect((await site.ask(`${record}/why`, asForm({ why: 'patientAsked', text: '' }, fresh))).status).toBe(
    400,
  );
  expect(await lettersOf(amara.id)).toBe(0);
  const opened = await site.ask(whyOf(doors[1] ?? '', zoe.patientId), asForm(words, fresh));
  expect(opened.headers.location).toBe(doors[1]);
  for (const door of doors) expect((await get(door, fresh)).status, door).toBe(200);
  expect(await lettersOf(amara.id)).toBe(1);
  expect(await eventsOf('records.glassBroken')).toMatchObject([{ reason: 'She stands at the desk' }]);

  // Staff cannot open it for good; after an hour it is closed again; other records are as they were.
  const { id: flagId } = await site.world.db.patientFlag.findFirstOrThrow({
    where: { kind: 'closedToStaff' },
  });
  expect(await liftFlag(site.world, { actor: dana, ...about, flagId, reason: 'No' })).toBe(false);
  site.clock.advance(minutes(60));
  const later = await signIn(site, castMember('staff'));
  expect((await get(record, later)).status).toBe(302);
  expect((await get(`/staff/patients/${ines.patientId}`, later)).headers.location).toContain('/why?to=');
  expect(await liftFlag(site.world, { actor: amara, ...about, flagId, reason: 'Not a colleague' })).toBe(
    true,
  );
  expect((await get(record, later)).status).toBe(200);
});

it('a record is not joined with itself, and the page says so', async () => {
  const cookie = await signIn(site, castMember('staff'));
  const page = `/staff/patients/${ines.patientId}/merge?with=${ines.patientId}`;
  const twice = { survivor: ines.patientId, other: ines.patientId, reason: 'Same person' };
  for (const answer of [await get(page, cookie), await site.ask(page, asForm(twice, cookie))])
    expect(answer.text).toContain('This is the same record.');
  expect(await site.world.db.patientMerge.count()).toBe(0);
});

it('whoever looks at a patient’s account, flags, invitations or suspensions is seen in the activity', async () => {
  const reads = async () =>
    (await eventsOf('records.read')).filter(({ actorName }) => actorName === amara.name).length;
  const pages = [
    `/staff/patients/${zoe.patientId}/flags`,
    `/staff/patients/${zoe.patientId}/invite`,
    `/officer/suspensions/new/${zoe.patientId}`,
    `/officer/people/${zoe.id}`,
    `/staff/sign-in-help/new?person=${zoe.id}`,
  ];
  for (const page of pages) {
    // A reload is no second look, so each page is opened a while after the one before.
    site.clock.advance(minutes(11));
    const cookie = await signIn(site, castMember('privacyOfficer'));
    const before = await reads();
    const answer = await get(page, cookie);
    expect(answer.status, page).toBe(200);
    expect(await reads(), page).toBe(before + 1);
  }
});
