import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { endOneSession, endOtherSessions, sessionsOf } from '#app/people/devices.server.ts';
import { issueCodes, newCodes } from '#app/people/one-time-codes.server.ts';
import { endSession, readSession, sessionLimits, startSession } from '#app/people/sessions.server.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import { smallPdf } from '#tests/support/small-files.ts';
import {
  asForm,
  cookieOf,
  givePassword,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { castMember, codeNow, hours, minutes, personOf, seconds } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
beforeEach(async () => {
  await site.world.db.rateLimit.deleteMany({});
  site.clock.advance(minutes(2));
});
afterAll(() => site.stop());

const ines = castMember('patient');
const dana = castMember('staff');
const giveCode = (half: string, code: string) => site.ask('/sign-in/two-factor', asForm({ code }, half));
const isIn = async (cookie: string) =>
  (await site.ask('/sign-in', { headers: { Cookie: cookie } })).status === 302;
const confirm = (cookie: string, code: string, next = '/requests') =>
  site.ask('/confirm', asForm({ code, next }, cookie));
const newCode = () => {
  site.clock.advance(seconds(30));
  return codeNow(ines, site.clock);
};

describe('what is shown counts once', () => {
  it('of one half sign-in and one code, sent twenty times at one instant, one session starts', async () => {
    const half = await givePassword(site, ines);
    const before = await site.world.db.session.count();
    const code = codeNow(ines, site.clock);
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveCode(half, code)));
    expect(answers.filter((answer) => cookieOf(answer, 'plainview_session'))).toHaveLength(1);
    expect(await site.world.db.session.count()).toBe(before + 1);
  });

  it('a code from paper signs in, typed with small letters and spaces, and never again', async () => {
    const { id: userId } = await personOf(site.world, 'patient');
    const { texts, rows } = await newCodes(2);
    await inTransaction(site.world.db, (tx) =>
      issueCodes(tx, { owner: { userId }, kind: 'sheet', rows, now: site.clock.now() }),
    );
    const typed = (texts[0] ?? '').toLowerCase().replaceAll('-', ' ');
    const before = await site.world.db.session.count();
    const half = await givePassword(site, ines);
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveCode(half, typed)));
    expect(answers.filter((answer) => cookieOf(answer, 'plainview_session'))).toHaveLength(1);
    expect(await site.world.db.session.count()).toBe(before + 1);
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'session.started' },
        orderBy: { id: 'desc' },
      }),
    ).toMatchObject({ after: { factor: 'sheetCode' } });
    expect((await giveCode(await givePassword(site, ines), typed)).status).toBe(400);
  });
});

describe('the id of a session', () => {
  it('is never one that the browser brought along', async () => {
    const planted = '__Host-plainview_session=planted-by-somebody-else';
    const half = await givePassword(site, ines);
    const answer = await giveCode(`${half}; ${planted}`, newCode());
    const cookie = cookieOf(answer, 'plainview_session');
    expect(cookie).toBeDefined();
    expect(cookie).not.toBe(planted);
    expect(await isIn(planted)).toBe(false);
  });

  it('is a new one after a step-up, and the old one is dead', async () => {
    const cookie = await signIn(site, ines);
    const answer = await confirm(cookie, newCode());
    expect({ status: answer.status, to: answer.headers.location }).toEqual({ status: 302, to: '/requests' });
    const renewed = cookieOf(answer, 'plainview_session') ?? '';
    expect(renewed).not.toBe(cookie);
    expect(await isIn(cookie)).toBe(false);
    expect(await isIn(renewed)).toBe(true);
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'session.steppedUp' },
        orderBy: { id: 'desc' },
      }),
    ).toMatchObject({ actorName: ines.displayName, after: { factor: 'totp' } });
  });
});

describe('the page that asks for a factor anew', () => {
  it('takes no code twice, leads nowhere else, and ends the session after five wrong ones', async () => {
    const cookie = await signIn(site, ines);
    expect((await confirm(cookie, codeNow(ines, site.clock))).status).toBe(400);
    const away = await confirm(cookie, newCode(), 'https://evil.example/');
    expect(away.headers.location).toBe('/home');
    const renewed = cookieOf(away, 'plainview_session') ?? '';
    const answers: Answer[] = [];
    for (let turn = 0; turn < 5; turn++) answers.push(await confirm(renewed, '000000'));
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400, 302]);
    expect(answers.at(-1)?.headers.location).toBe('/sign-in?next=%2Frequests');
    expect(await isIn(renewed)).toBe(false);
    expect(
      await site.world.db.auditEvent.findFirst({ where: { type: 'session.ended' }, orderBy: { id: 'desc' } }),
    ).toMatchObject({ after: { why: 'wrongCodes' } });
  });

  it.each<Record<string, string>>([
    {},
    { code: '000000', passkey: '{}' },
    { passkey: 'x' },
    { code: '12345' },
  ])('refuses %j', async (fields) => {
    const cookie = await signIn(site, ines);
    expect((await site.ask('/confirm', asForm({ ...fields, next: '/' }, cookie))).status).toBe(400);
  });
});

describe('a sign-in from a browser that is not known', () => {
  it('is told of by mail, but not the first one, nor one from a known browser', async () => {
    const { id: userId } = await personOf(site.world, 'auditor');
    const per = castMember('auditor');
    const notices = () => site.world.db.notice.count({ where: { userId, kind: 'newDevice' } });
    const half = await givePassword(site, per);
    const first = await giveCode(half, codeNow(per, site.clock));
    expect(await notices()).toBe(0);
    const line = first.headers['set-cookie']?.find((set) => set.startsWith('__Host-plainview_device='));
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Lax']) expect(line).toContain(word);
    const device = cookieOf(first, 'plainview_device') ?? '';
    site.clock.advance(seconds(30));
    const known = `${await givePassword(site, per)}; ${device}`;
    const second = await giveCode(known, codeNow(per, site.clock));
    expect(cookieOf(second, 'plainview_device')).toBe(device);
    expect(await notices()).toBe(0);
    await signIn(site, per);
    expect(await notices()).toBe(1);
  });
});

describe('the list of devices', () => {
  it('shows what is not over, and its owner alone ends what is on it', async () => {
    const { world, clock } = site;
    const [person, other] = await Promise.all([personOf(world, 'privacyOfficer'), personOf(world, 'staff')]);
    const open = async () => {
      const start = { address: '192.0.2.1', userAgent: 'Firefox', factor: 'totp' } as const;
      const cookie = await startSession(world.db, person.id, start, clock.now());
      return { cookie, id: (await readSession(world.db, cookie, clock.now()))?.session.id ?? '' };
    };
    const over = await open();
    clock.advance(sessionLimits.privacyOfficer.idle);
    const [own, second, third] = [await open(), await open(), await open()];
    const listed = async () =>
      (await sessionsOf(world.db, person.id, clock.now())).map(({ id }) => id).sort();
    expect(await listed()).toEqual([own.id, second.id, third.id].sort());
    expect(await endOneSession(world, { person: other, sessionRowId: second.id })).toBe(false);
    expect(await endOneSession(world, { person, sessionRowId: second.id })).toBe(true);
    expect(await endOtherSessions(world, { person, session: own })).toBe(1);
    expect(await listed()).toEqual([own.id]);
    expect(await readSession(world.db, over.cookie, clock.now())).toBeNull();
    expect(
      await world.db.auditEvent.count({ where: { type: 'session.endedByOwner', actorId: person.id } }),
    ).toBe(2);
  });
});

describe('a form that comes after its session had ended', () => {
  const words = 'a note of mine: <b>“quotes”</b>';
  const send = (cookie: string, more: Record<string, string> = {}) =>
    site.ask('/requests/new/accounting', asForm({ from: '2021-01-01', note: words, ...more }, cookie));
  const back = async (member: typeof ines, kept: string) => {
    site.clock.advance(seconds(30));
    const half = await givePassword(site, member);
    return giveCode(`${half}; ${kept}`, codeNow(member, site.clock));
  };

  it('is kept sealed, without its secrets, and waits for its owner', async () => {
    const cookie = await signIn(site, ines);
    site.clock.advance(sessionLimits.patient.idle);
    const late = await send(cookie, { password: 'river-lantern-otter-42', code: '123456' });
    expect(late.headers.location).toBe('/sign-in?next=%2Frequests%2Fnew%2Faccounting');
    const kept = cookieOf(late, 'plainview_kept') ?? '';
    expect(kept).not.toBe('');
    const rows = await site.world.db.keptForm.findMany();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('a note');

    // Somebody else at the same computer sees nothing of it.
    const other = await back(dana, kept);
    expect(other.headers.location).toBe('/staff');
    const name = rows[0]?.idHash ?? '';
    const asDana = { headers: { Cookie: cookieOf(other, 'plainview_session') ?? '' } };
    expect((await site.ask(`/kept?form=${name}`, asDana)).status).toBe(404);

    const own = await back(ines, kept);
    expect(own.headers.location).toBe(`/kept?form=${name}`);
    const session = cookieOf(own, 'plainview_session') ?? '';
    const page = await site.ask(`/kept?form=${name}`, { headers: { Cookie: session } });
    expect(page.text).toContain('a note of mine: &lt;b&gt;“quotes”&lt;/b&gt;');
    expect(page.text).toContain(`action="/requests/new/accounting?kept=${name}"`);
    expect(page.text).not.toContain('otter-42');
    expect(page.text).not.toContain('123456');
    const thrown = await site.ask('/kept', asForm({ form: name }, session));
    expect(thrown.headers.location).toBe('/home');
    expect((await site.ask(`/kept?form=${name}`, { headers: { Cookie: session } })).status).toBe(404);
  });

  it('is never sent without the file that was with it, however large that was', async () => {
    const cookie = await signIn(site, ines);
    site.clock.advance(sessionLimits.patient.idle);
    const large = Buffer.concat([smallPdf, Buffer.alloc(400 * 1024)]);
    const fields = { about: 'See what I enclose', submissionKey: crypto.randomUUID() };
    const late = await site.ask(
      '/requests/new/amendment',
      asMultipart(fields, [{ name: 'proof.pdf', bytes: large, field: 'document' }], cookie),
    );
    const own = await back(ines, cookieOf(late, 'plainview_kept') ?? '');
    expect(own.headers.location).toMatch(/^\/kept\?form=/);
    const session = cookieOf(own, 'plainview_session') ?? '';
    const page = await site.ask(own.headers.location ?? '', { headers: { Cookie: session } });
    for (const words of ['See what I enclose', 'A file was with it', 'href="/requests/new/amendment"'])
      expect(page.text).toContain(words);
    expect(page.text).not.toContain('Send it now');
  });

  it('is not kept for a session that was signed out, one that never was, or after a day', async () => {
    const count = () => site.world.db.keptForm.count();
    const before = await count();
    const out = await signIn(site, ines);
    await endSession(site.world.db, out.split('=')[1] ?? '', site.clock.now());
    await send(out);
    await send('__Host-plainview_session=made-up');
    const cookie = await signIn(site, ines);
    site.clock.advance(hours(37));
    await send(cookie);
    expect(await count()).toBe(before);
  });

  it('and everything else is shut for such a session', async () => {
    const cookie = await signIn(site, ines);
    site.clock.advance(sessionLimits.patient.idle);
    for (const target of ['/home', '/home.data', '/requests', '/confirm'])
      expect([202, 302]).toContain((await site.ask(target, { headers: { Cookie: cookie } })).status);
    expect((await site.ask('/session', asForm({}, cookie))).status).toBe(302);
    expect(await isIn(cookie)).toBe(false);
  });
});

describe('“stay signed in”', () => {
  it('puts the end off while the session may go on, and says so when it may not', async () => {
    const cookie = await signIn(site, dana);
    const { idle, absolute } = sessionLimits.staff;
    site.clock.advance(idle - minutes(1));
    const stay = async () => (await site.ask('/session', asForm({}, cookie))).json();
    expect(await stay()).toMatchObject({ endsIn: idle, isLast: false });
    for (let spent = idle; spent < absolute - idle; spent += idle - minutes(1)) {
      site.clock.advance(idle - minutes(1));
      await stay();
    }
    expect(await stay()).toMatchObject({ isLast: true });
  });
});

describe('whoever asks for what is not theirs', () => {
  it('leaves one event a minute and path', async () => {
    const cookie = await signIn(site, ines);
    const denials = () =>
      site.world.db.auditEvent.findMany({ where: { type: 'access.denied' }, select: { subjectId: true } });
    const before = (await denials()).length;
    const asInes = { headers: { Cookie: cookie } };
    await Promise.all(Array.from({ length: 5 }, () => site.ask('/officer', asInes)));
    expect((await site.ask('/officer.data', asInes)).status).toBe(403);
    expect((await denials()).slice(before)).toEqual([{ subjectId: '/officer' }]);
    site.clock.advance(minutes(1));
    await site.ask('/officer', asInes);
    expect((await denials()).length).toBe(before + 2);
  });
});

describe('an attempt to get around a control, by somebody whom nobody knows,', () => {
  it('leaves an event with its network: the first of its kind in a quarter of an hour, then the tenth', async () => {
    site.clock.advance(minutes(15));
    const began = site.clock.now();
    const told = async () =>
      (
        await site.world.db.auditEvent.findMany({
          where: { type: 'access.denied', subjectKind: 'network', at: { gte: began } },
          orderBy: { id: 'asc' },
          select: { actorKind: true, subjectId: true, after: true, visibleToPatient: true },
        })
      ).map(({ after, ...event }) => ({ ...event, ...(after as object) }));
    const foreign = asForm({ locale: 'es' });
    const post = () =>
      site.ask('/language', { ...foreign, headers: { ...foreign.headers, Origin: 'https://evil.example' } });
    for (let turn = 0; turn < 12; turn++) expect((await post()).status).toBe(403);
    const key = 'plv_nobody_knows_this_key';
    const call = (path: string, headers: Record<string, string>) => site.ask(path, { headers });
    for (const path of ['/api/v1/disclosures', '/api/v1/disclosures'])
      expect((await call(path, { Authorization: `Bearer ${key}` })).status).toBe(401);
    expect((await call(`/api/v1/disclosures?api_key=${key}`, {})).status).toBe(401);
    expect((await call('/api/v1/disclosures', {})).status).toBe(401); // no key at all is nobody's attempt
    expect((await call('/officer?_data=routes%2Fofficer%2B%2Findex', {})).status).toBe(400);
    for (const body of ['theme=blue', 'theme=dark&role=staff', 'theme=dark&__proto__=1'])
      expect((await site.ask('/theme', { ...asForm({}), body })).status).toBe(400);
    expect((await site.ask('/theme', { method: 'PATCH' })).status).toBe(405);
    const [{ subjectId: network } = { subjectId: '' }] = await told();
    expect(network).toMatch(/^[\d.:a-f/]+$/);
    const event = { actorKind: 'system', subjectId: network, network, visibleToPatient: false };
    expect(await told()).toEqual([
      { ...event, refused: 'foreignForm', path: '/language', times: 1 },
      { ...event, refused: 'foreignForm', path: '/language', times: 10 },
      { ...event, refused: 'wrongKey', path: '/api/v1/disclosures', times: 1 },
      { ...event, refused: 'keyInAddress', path: '/api/v1/disclosures', times: 1 },
      { ...event, refused: 'oldDataRequest', path: '/officer', times: 1 },
      // Of three forms two: a value that is none is no field that is none.
      { ...event, refused: 'hostileForm', path: '/theme', times: 1 },
      { ...event, refused: 'oddRequest', path: '/theme', times: 1 },
    ]);
    expect(JSON.stringify(await told())).not.toContain(key);
    site.clock.advance(minutes(15));
    await post();
    expect(await told()).toHaveLength(8);
    const officer = await signIn(site, castMember('privacyOfficer'));
    const page = await site.ask('/officer/audit', { headers: { Cookie: officer } });
    for (const words of [
      'A form from another site',
      'A key that is not valid',
      'A form that no page of this site sends',
      'A request that no browser sends by itself',
      network,
    ])
      expect(page.text).toContain(words);
  });
});
