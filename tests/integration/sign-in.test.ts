import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sessionLimits } from '#app/people/sessions.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { cast } from '#prisma/seed/cast.ts';
import { connected } from '#tests/support/database.ts';
import { asForm, cookieOf, givePassword, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, codeNow, hours, minutes, seconds } from '#tests/support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());
beforeEach(async () => {
  await site.world.db.rateLimit.deleteMany({});
  site.clock.advance(minutes(2));
});

const ines = castMember('patient');
const dana = castMember('staff');

const giveCode = (half: string, code: string) => site.ask('/sign-in/two-factor', asForm({ code }, half));

/** Signed-in people are sent away from the sign-in page. */
async function isSignedIn(cookie: string): Promise<boolean> {
  const page = await site.ask('/sign-in', { headers: { Cookie: cookie } });
  const data = await site.ask('/sign-in.data', { headers: { Cookie: cookie } });
  const answers = [page.status === 302, data.status === 202];
  expect(answers[0], 'page and data agree').toBe(answers[1]);
  return answers[0] ?? false;
}

const sessions = () => site.world.db.session.count();
const events = (type: string) => site.world.db.auditEvent.count({ where: { type } });

describe('signing in', () => {
  it.each(cast)('takes the password and then the code of $displayName ($role)', async (member) => {
    const before = { started: await events('session.started'), sessions: await sessions() };
    const half = await givePassword(site, member);
    expect(await sessions()).toBe(before.sessions);
    const answer = await giveCode(half, codeNow(member, site.clock));
    expect(answer.status).toBe(302);
    expect(answer.headers.location).toBe(
      { patient: '/home', staff: '/staff', privacyOfficer: '/officer', auditor: '/officer' }[member.role],
    );
    const cookie = cookieOf(answer, 'plainview_session');
    expect(await isSignedIn(cookie ?? '')).toBe(true);
    expect(await events('session.started')).toBe(before.started + 1);
    const line = answer.headers['set-cookie']?.find((set) => set.startsWith('__Host-plainview_session='));
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Lax', 'Path=/']) expect(line).toContain(word);
    expect(line).not.toMatch(/Domain|Expires|Max-Age/);
    // The half-session went with it.
    expect(answer.headers['set-cookie']?.find((set) => set.startsWith('__Host-plainview_sign_in='))).toMatch(
      /Max-Age=0/,
    );
    expect(await site.world.db.pendingSignIn.count()).toBe(0);
  });

  it('answers a wrong password, an unknown address and a disabled account alike', async () => {
    const disabled = castMember('auditor');
    await site.world.db.user.update({
      where: { email: disabled.email },
      data: { disabledAt: site.clock.now() },
    });
    const attempts = [
      { email: ines.email, password: 'wrong-lantern-otter-42' },
      { email: 'nobody@demo.example', password: ines.password },
      { email: disabled.email, password: disabled.password },
    ];
    const shapes = [];
    for (const fields of attempts) {
      const answer = await site.ask('/sign-in.data', asForm(fields));
      expect(answer.headers['set-cookie']).toBeUndefined();
      shapes.push({ status: answer.status, body: answer.text.replaceAll(fields.email, 'EMAIL') });
    }
    expect(shapes[0]?.body).toContain('errors.wrongNameOrPassword');
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
    await site.world.db.user.update({ where: { email: disabled.email }, data: { disabledAt: null } });
  });

  it('never takes the cookie that a browser came with', async () => {
    const chosen = '__Host-plainview_session=ImNob3NlbiI%3D';
    const half = await givePassword(site, ines);
    const answer = await site.ask(
      '/sign-in/two-factor',
      asForm({ code: codeNow(ines, site.clock) }, `${half}; ${chosen}`),
    );
    expect(cookieOf(answer, 'plainview_session')).not.toBe(chosen);
    expect(await isSignedIn(chosen)).toBe(false);
  });

  it.each([
    ['no password', { email: ines.email }],
    ['an empty password', { email: ines.email, password: '' }],
    ['a password of 1,025 letters', { email: ines.email, password: 'x'.repeat(1_025) }],
    ['a foreign field', { email: ines.email, password: ines.password, role: 'privacyOfficer' }],
    ['NUL in the address', { email: 'a\u0000b@demo.example', password: 'x' }],
    ['NUL in the password', { email: ines.email, password: 'x\u0000y' }],
    [
      'a list of addresses',
      [
        ['email', ines.email],
        ['email', dana.email],
        ['password', ines.password],
      ],
    ],
  ])('refuses a form with %s, and does not repeat the password', async (_, fields) => {
    const body = new URLSearchParams(fields).toString();
    const answer = await site.ask('/sign-in', { ...asForm({}), body });
    expect(answer.status).toBe(400);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain(ines.password);
  });
});

describe('the code', () => {
  it('counts once: the same code again is refused, by the same person, after a new password', async () => {
    const code = codeNow(ines, site.clock);
    const first = await giveCode(await givePassword(site, ines), code);
    expect(first.status).toBe(302);
    const before = await events('session.refused');
    const again = await giveCode(await givePassword(site, ines), code);
    expect(again.status).toBe(400);
    expect(cookieOf(again, 'plainview_session')).toBeUndefined();
    expect(await events('session.refused')).toBe(before + 1);
    // Nor does an older one count after a newer one.
    const older = totpCode(ines.totpSecret, new Date(site.clock.now().getTime() - seconds(30)));
    expect((await giveCode(await givePassword(site, ines), older)).status).toBe(400);
  });

  it('sent twenty times at one moment starts exactly one session', async () => {
    const before = await sessions();
    const half = await givePassword(site, ines);
    const code = codeNow(ines, site.clock);
    const answers = await Promise.all(Array.from({ length: 20 }, () => giveCode(half, code)));
    expect(answers.flatMap((answer) => cookieOf(answer, 'plainview_session') ?? [])).toHaveLength(1);
    expect(answers.every(({ status }) => status < 500)).toBe(true);
    expect(await sessions()).toBe(before + 1);
  });

  it('may be wrong five times, then the password is owed again', async () => {
    const half = await givePassword(site, ines);
    for (let turn = 0; turn < 5; turn++) expect((await giveCode(half, '000000')).status).toBe(400);
    const late = await giveCode(half, codeNow(ines, site.clock));
    expect(late.headers.location).toBe('/sign-in');
    expect(cookieOf(late, 'plainview_session')).toBeUndefined();
  });

  it('comes too late ten minutes after the password', async () => {
    const half = await givePassword(site, ines);
    site.clock.advance(minutes(10));
    const late = await giveCode(half, codeNow(ines, site.clock));
    expect(late.headers.location).toBe('/sign-in');
    expect(cookieOf(late, 'plainview_session')).toBeUndefined();
  });

  it('of somebody else does not count, nor a new password’s old half-session', async () => {
    const half = await givePassword(site, ines);
    expect((await giveCode(half, codeNow(dana, site.clock))).status).toBe(400);
    await givePassword(site, ines);
    expect((await giveCode(half, codeNow(ines, site.clock))).headers.location).toBe('/sign-in');
  });
});

describe('a half-session', () => {
  it('is no session, under either name, and opens nothing', async () => {
    const half = await givePassword(site, ines);
    expect(await isSignedIn(half)).toBe(false);
    expect(await isSignedIn(half.replace('plainview_sign_in', 'plainview_session'))).toBe(false);
  });
});

describe('a session', () => {
  it('is nowhere in the database: no table holds the cookie’s value, and no value of a table is a cookie', async () => {
    const cookie = await signIn(site, ines);
    const encoded = decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1));
    const value = JSON.parse(Buffer.from(encoded, 'base64').toString()) as string;
    const dump = await connected(site.databaseUrl, async (client) => {
      const tables = await client.query<{ name: string }>(
        `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
      );
      const parts: string[] = [];
      for (const { name } of tables.rows) {
        const { rows } = await client.query<{ row: string }>(`select t::text as row from "${name}" t`);
        parts.push(...rows.map(({ row }) => row));
      }
      return parts.join('\n');
    });
    expect(value.length).toBeGreaterThanOrEqual(26);
    expect(dump).not.toContain(value);
    expect(dump).not.toContain(encoded);
    for (const member of cast) {
      expect(dump).not.toContain(member.totpSecret);
      expect(dump).not.toContain(member.password);
    }
    for (const { idHash } of await site.world.db.session.findMany({ select: { idHash: true } })) {
      const stolen = Buffer.from(JSON.stringify(idHash)).toString('base64');
      expect(await isSignedIn(`__Host-plainview_session=${encodeURIComponent(stolen)}`)).toBe(false);
    }
    expect(await isSignedIn(cookie)).toBe(true);
  });

  it.each(cast.filter(({ email }) => email !== 'zoe.jimenez@demo.example'))(
    'of a $role ends after it rested too long',
    async (member) => {
      const { idle } = sessionLimits[member.role];
      expect(idle).toBeLessThanOrEqual(hours(1));
      const cookie = await signIn(site, member);
      site.clock.advance(idle - seconds(1));
      expect(await isSignedIn(cookie)).toBe(true);
      site.clock.advance(idle);
      expect(await isSignedIn(cookie)).toBe(false);
      // And it does not come back when the clock is set back.
      site.clock.advance(-idle);
      expect(await isSignedIn(cookie)).toBe(false);
      site.clock.advance(idle);
    },
  );

  it.each([ines, dana])(
    'of a $role ends within a day although it is used every 10 minutes for 25 hours',
    async (member) => {
      const { absolute } = sessionLimits[member.role];
      const cookie = await signIn(site, member);
      let lasted = 0;
      for (let spent = 0; spent < hours(25); spent += minutes(10)) {
        if (await isSignedIn(cookie)) lasted = spent;
        site.clock.advance(minutes(10));
      }
      expect(lasted).toBe(absolute - minutes(10));
      expect(absolute).toBeLessThanOrEqual(hours(24));
    },
    60_000,
  );

  it('ends with sign-out, for the page and its data, also for a thief who kept the cookie', async () => {
    const cookie = await signIn(site, ines);
    const before = await events('session.ended');
    const answer = await site.ask('/sign-out', asForm({}, cookie));
    expect(answer.status).toBe(302);
    expect(answer.headers['clear-site-data']).toBe('"cache", "storage"');
    expect(cookieOf(answer, 'plainview_session')).toBeUndefined();
    expect(await isSignedIn(cookie)).toBe(false);
    expect(await events('session.ended')).toBe(before + 1);
  });

  it('goes on elsewhere when one browser signs out, and ends everywhere when the account is disabled', async () => {
    const [one, two] = [await signIn(site, dana), await signIn(site, dana)];
    await site.ask('/sign-out', asForm({}, one));
    expect([await isSignedIn(one), await isSignedIn(two)]).toEqual([false, true]);
    await site.world.db.user.update({ where: { email: dana.email }, data: { disabledAt: site.clock.now() } });
    expect(await isSignedIn(two)).toBe(false);
    await site.world.db.user.update({ where: { email: dana.email }, data: { disabledAt: null } });
    expect(await isSignedIn(two)).toBe(false);
  });

  it('is as strong as the account is now: a changed role counts from the next request', async () => {
    const cookie = await signIn(site, dana);
    const home = async () => (await site.ask('/sign-in', { headers: { Cookie: cookie } })).headers.location;
    expect(await home()).toBe('/staff');
    await site.world.db.user.update({ where: { email: dana.email }, data: { role: 'auditor' } });
    expect(await home()).toBe('/officer');
    await site.world.db.user.update({ where: { email: dana.email }, data: { role: 'staff' } });
  });
});

describe('trying again and again', () => {
  const tryWrong = (email = ines.email) => site.ask('/sign-in.data', asForm({ email, password: 'wrong' }));

  it('is stopped at the eleventh try; then the right password and a half-session are refused too', async () => {
    const half = await givePassword(site, ines);
    for (let turn = 0; turn < 10; turn++) expect((await tryWrong()).status).toBe(400);
    const eleventh = await tryWrong();
    expect(eleventh.status).toBe(429);
    expect(eleventh.text).toContain('errors.tooManyTries');
    const right = await site.ask('/sign-in', asForm({ email: ines.email, password: ines.password }));
    expect(right.status).toBe(429);
    expect(right.headers['set-cookie']).toBeUndefined();
    expect(cookieOf(await giveCode(half, codeNow(ines, site.clock)), 'plainview_session')).toBeUndefined();
    // The address in other letters is the same account; a new cookie or a forged address is no new start.
    expect((await tryWrong(` ${ines.email.toUpperCase()} `)).status).toBe(429);
    const forged = asForm({ email: ines.email, password: ines.password }, 'fresh=1');
    const elsewhere = await site.ask('/sign-in', {
      ...forged,
      headers: { ...forged.headers, 'X-Forwarded-For': '203.0.113.7' },
    });
    expect(elsewhere.status).toBe(429);
    // Somebody else is not locked out by it.
    expect(await givePassword(site, dana)).toBeTruthy();

    // It passes by itself.
    await connected(site.databaseUrl, (client) => client.query('update rate_limit set expire = 1'));
    expect(await givePassword(site, ines)).toBeTruthy();
  });

  it('also with codes: five wrong ones a password, ten a quarter of an hour', async () => {
    for (let turn = 0; turn < 2; turn++) {
      const half = await givePassword(site, ines);
      for (let guess = 0; guess < 5; guess++) await giveCode(half, '000000');
    }
    expect((await tryWrong()).status).toBe(429);
  });

  it('thirty at once are all counted', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => tryWrong()));
    expect(answers.every(({ status }) => status === 400 || status === 429)).toBe(true);
    expect((await tryWrong()).status).toBe(429);
  });
});
