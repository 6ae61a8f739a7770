import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { rememberDevice } from '#app/people/known-devices.server.ts';
import { issueCodes, newCodes } from '#app/people/one-time-codes.server.ts';
import { beginRecovery } from '#app/people/recovery.server.ts';
import { checkPassword } from '#app/people/sign-in.server.ts';
import { connected } from '#tests/support/database.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { mailedCode } from '#tests/support/mailed.ts';
import { settled } from '#tests/support/rows.ts';
import {
  asForm,
  cookieOf,
  givePassword,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { castMember, codeNow, hours, minutes, seconds } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());
beforeEach(async () => {
  await site.world.db.rateLimit.deleteMany({});
  site.clock.advance(seconds(60));
});

const zoe = castMember({ mrn: 'RB000902' });
const ines = castMember('patient');
let password = 'three quiet lamps 19';

const post = (path: string, fields: Record<string, string>, cookie?: string) =>
  site.ask(path, asForm(fields, cookie));
const get = (path: string, cookie: string) => site.ask(path, { headers: { Cookie: cookie } });
const proofOf = (answer: Answer) => {
  const cookie = cookieOf(answer, 'plainview_proof');
  if (!cookie) throw new Error(`no proof: ${answer.status} ${answer.headers.location}`);
  return cookie;
};

/** As far as the second step: the mailed code is typed. */
async function proved(email: string): Promise<string> {
  const cookie = proofOf(await post('/recover', { email }));
  const answer = await post('/recover/code', { code: (await mailedCode(site.world, email)) ?? '' }, cookie);
  expect(answer.headers.location).toBe('/recover/second-step');
  return cookie;
}

async function sheetOf(email: string, count = 3): Promise<string[]> {
  const { id } = await site.world.db.user.findUniqueOrThrow({ where: { email } });
  const { texts, rows } = await newCodes(count);
  await inTransaction(site.world.db, (tx) =>
    issueCodes(tx, { owner: { userId: id }, kind: 'sheet', rows, now: site.clock.now() }),
  );
  return texts;
}

describe('getting back in', () => {
  it('takes mail and a factor, ends every session, keeps the second factor, and tells', async () => {
    const session = await signIn(site, zoe);
    site.clock.advance(seconds(60));
    const cookie = await proved(zoe.email);
    const answer = await post('/recover/second-step', { code: codeNow(zoe, site.clock) }, cookie);
    expect(answer.headers.location).toBe('/recover/password');
    const after = proofOf(answer);
    expect(after).not.toBe(cookie);
    // The cookie of before does not set a password.
    expect((await get('/recover/password', cookie)).headers.location).toBe('/recover?why=over');
    expect((await post('/recover/password', { password }, cookie)).headers.location).toBe(
      '/recover?why=over',
    );
    expect((await post('/recover/password', { password: 'short' }, after)).status).toBe(400);
    expect((await post('/recover/password', { password }, after)).headers.location).toBe('/recover/done');

    expect((await get('/home', session)).headers.location).toMatch(/^\/sign-in/);
    expect((await post('/recover/password', { password: 'other lamps 20 x' }, after)).headers.location).toBe(
      '/recover?why=over',
    );
    expect((await post('/sign-in', { email: zoe.email, password: zoe.password })).status).toBe(400);
    // Signing in still asks for the second factor.
    const half = await givePassword(site, { ...zoe, password });
    expect((await get('/home', half)).headers.location).toMatch(/^\/sign-in/);
    site.clock.advance(seconds(60));
    const signedIn = await post('/sign-in/two-factor', { code: codeNow(zoe, site.clock) }, half);
    expect(signedIn.headers.location).toBe('/home');

    const { id, patientId } = await site.world.db.user.findUniqueOrThrow({ where: { email: zoe.email } });
    const told = await site.world.db.notice.findMany({ where: { userId: id }, select: { kind: true } });
    for (const kind of ['accountRecovered', 'passwordChanged'])
      expect(told.filter((one) => one.kind === kind)).toHaveLength(1);
    expect(
      await site.world.db.auditEvent.findMany({
        where: { type: 'account.recovered', actorId: id },
        select: { patientId: true, after: true, visibleToPatient: true },
      }),
    ).toEqual([{ patientId, after: { factor: 'totp' }, visibleToPatient: true }]);
  }, 60_000);

  it('leaves the browser known to the account: strangers’ guesses do not shut it out', async () => {
    const cookie = await proved(ines.email);
    const second = await post('/recover/second-step', { code: codeNow(ines, site.clock) }, cookie);
    const done = await post('/recover/password', { password: ines.password }, proofOf(second));
    const device = cookieOf(done, 'plainview_device') ?? '';
    for (let turn = 0; turn < 10; turn++)
      await checkPassword(site.world, ines.email, 'wrong-lantern-otter-42', {
        address: `198.51.100.${turn}`,
        userAgent: 'Bot',
      });
    const right = { email: ines.email, password: ines.password };
    expect((await post('/sign-in', right)).status).toBe(429);
    expect((await post('/sign-in', right, device)).headers.location).toMatch(/^\/sign-in\/two-factor/);
  });

  it('takes a code from a sheet, once, also of twenty at one instant', async () => {
    const [code = ''] = await sheetOf(zoe.email);
    const cookies: string[] = [];
    for (let browser = 0; browser < 4; browser += 1) cookies.push(await proved(zoe.email));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        post('/recover/second-step', { code }, cookies[at % cookies.length]),
      ),
    );
    const through = answers.filter((answer) => cookieOf(answer, 'plainview_proof'));
    expect(through).toHaveLength(1);
    password = 'four quiet lamps 20';
    const passed = await Promise.all(
      Array.from({ length: 10 }, () => post('/recover/password', { password }, proofOf(through[0]!))),
    );
    expect(passed.filter(({ headers }) => headers.location === '/recover/done')).toHaveLength(1);
  }, 60_000);

  it('is never done by mail alone, nor by the wrong factor, a used one, or another person’s', async () => {
    const cookie = await proved(ines.email);
    expect((await get('/recover/password', cookie)).headers.location).toBe('/recover?why=over');
    const used = codeNow(ines, site.clock);
    const half = await givePassword(site, ines);
    expect((await post('/sign-in/two-factor', { code: used }, half)).headers.location).toBe('/home');
    const [zoes = ''] = await sheetOf(zoe.email);
    for (const code of ['000000', used, zoes, codeNow(zoe, site.clock), '', 'x'.repeat(70), '\0'])
      expect((await post('/recover/second-step', { code }, cookie)).status, code).toBe(400);
    expect((await post('/recover/second-step', { passkey: '{}' }, cookie)).status).toBe(400);
    expect((await post('/recover/second-step', { password }, cookie)).status).toBe(400);
    expect((await get('/recover/password', cookie)).headers.location).toBe('/recover?why=over');
  });

  it('stops guessing of the factor after ten tries; the right one has to wait too', async () => {
    for (let tries = 0; tries < 10; tries += 1)
      await post('/recover/second-step', { code: '000000' }, await proved(ines.email));
    await site.world.db.rateLimit.deleteMany({ where: { key: { startsWith: 'mailCode' } } });
    site.clock.advance(seconds(60));
    const right = await post(
      '/recover/second-step',
      { code: codeNow(ines, site.clock) },
      await proved(ines.email),
    );
    expect(right.status).toBe(429);
  });

  it('answers an unknown, a shut and a known address alike; the letters differ', async () => {
    const shut = castMember('auditor').email;
    await site.world.db.user.update({ where: { email: shut }, data: { disabledAt: site.clock.now() } });
    const addresses = [ines.email, 'nobody.here@demo.example', shut];
    const shapes = [];
    for (const email of addresses) {
      const begun = await post('/recover.data', { email });
      const cookie = proofOf(begun);
      const page = await get('/recover/code.data', cookie);
      const wrong = await post('/recover/code.data', { code: '0000-0000' }, cookie);
      const skipped = await get('/recover/second-step.data', cookie);
      shapes.push(
        [begun, page, wrong, skipped].map(({ status, text, headers }) => ({
          status,
          text: text.replaceAll(email, 'EMAIL'),
          headers: Object.keys(headers).sort(),
        })),
      );
    }
    expect(shapes[1]).toEqual(shapes[0]);
    expect(shapes[2]).toEqual(shapes[0]);
    expect(await mailedCode(site.world, shut)).toBeNull();
    const letters = await site.world.db.notice.findMany({
      where: { address: { in: addresses.slice(1) } },
      select: { kind: true },
    });
    expect(letters).toEqual([{ kind: 'noAccount' }, { kind: 'noAccount' }]);
    await site.world.db.user.update({ where: { email: shut }, data: { disabledAt: null } });
  });

  it('takes no password that many use, says why, and leaves all as it was', async () => {
    const [code = ''] = await sheetOf(ines.email);
    const after = proofOf(await post('/recover/second-step', { code }, await proved(ines.email)));
    const account = () => site.world.db.user.findUniqueOrThrow({ where: { email: ines.email } });
    const recovered = () => site.world.db.auditEvent.count({ where: { type: 'account.recovered' } });
    const before = [await account(), await recovered()];
    for (const common of ['password1', 'Password1', '1234567890']) {
      const answer = await post('/recover/password', { password: common }, after);
      expect(answer.status, common).toBe(400);
      expect(answer.text, common).toContain('Many people use this password');
      expect(answer.text, common).not.toContain(common);
    }
    expect([await account(), await recovered()]).toEqual(before);
    // The same proof takes a better one.
    expect((await post('/recover/password', { password: ines.password }, after)).headers.location).toBe(
      '/recover/done',
    );
  });

  it('mails a link of the site’s own, whatever the request says of hosts', async () => {
    const forged: Record<string, string>[] = [
      { 'X-Forwarded-Host': 'evil.example' },
      { 'X-Forwarded-Proto': 'http', 'X-Forwarded-Port': '81' },
      { 'X-Forwarded-Server': 'evil.example', 'X-Forwarded-Prefix': '//evil.example' },
      { Forwarded: 'host=evil.example;proto=http' },
      { 'X-Host': 'evil.example', 'X-HTTP-Host-Override': 'evil.example' },
      { 'X-Original-URL': 'https://evil.example/', 'X-Rewrite-URL': 'https://evil.example/' },
      { Referer: 'https://evil.example/recover' },
      { From: 'evil@evil.example', Via: '1.1 evil.example' },
    ];
    const unknown = forged.map((_, at) => `nobody.${at}@demo.example`);
    for (const [at, headers] of forged.entries()) {
      for (const email of [ines.email, unknown[at] ?? '']) {
        await site.world.db.rateLimit.deleteMany({});
        const form = asForm({ email });
        const answer = await site.ask('/recover', { ...form, headers: { ...form.headers, ...headers } });
        expect(answer.status, JSON.stringify(headers)).toBe(302);
        expect(answer.headers.location).toBe('/recover/code');
      }
    }
    const refused = asForm({ email: ines.email });
    const elsewhere = { ...refused, headers: { ...refused.headers, Host: 'evil.example' } };
    expect((await site.ask('/recover', elsewhere)).status).toBe(421);
    await connected(site.databaseUrl, settled);
    const letters = await site.world.db.outboxMessage.findMany({
      where: { notice: { OR: [{ kind: 'mailCode', address: ines.email }, { address: { in: unknown } }] } },
      select: { to: true, text: true, html: true },
    });
    for (const to of unknown) expect(letters.filter((letter) => letter.to === to)).toHaveLength(1);
    expect(letters.filter(({ to }) => to === ines.email).length).toBeGreaterThanOrEqual(forged.length);
    for (const letter of letters) {
      expect(JSON.stringify(letter)).not.toContain('evil');
      const links = `${letter.text} ${letter.html}`.match(/(?:href="|https?:)[^\s"<>)\]]+/g) ?? [];
      for (const link of links.map((one) => one.replace('href="', '')))
        if (!link.startsWith('http://www.w3.org/')) expect(new URL(link).origin).toBe(testOrigin);
      if (letter.to !== ines.email) expect(links.length).toBeGreaterThan(0);
    }
  });

  it('is over an hour after the code, and when the account is shut meanwhile', async () => {
    const cookie = await proved(ines.email);
    site.clock.advance(minutes(61));
    expect((await get('/recover/second-step', cookie)).headers.location).toBe('/recover?why=over');
    const [code = ''] = await sheetOf(ines.email);
    const late = await post('/recover/second-step', { code }, await proved(ines.email));
    const after = proofOf(late);
    const where = { email: ines.email };
    await site.world.db.user.update({ where, data: { disabledAt: site.clock.now() } });
    expect((await post('/recover/password', { password }, after)).headers.location).toBe('/recover?why=over');
    await site.world.db.user.update({ where, data: { disabledAt: null } });
  });
});

it('a stranger who knows the address, from one network or many, does not keep the owner from a letter', async () => {
  const { db } = site.world;
  const { id } = await db.user.findUniqueOrThrow({ where: { email: zoe.email } });
  const { secret } = await inTransaction(db, (tx) => rememberDevice(tx, id, null, site.clock.now()));
  const ask = async (address: string, device: string | null = null) =>
    (await beginRecovery(site.world, { email: zoe.email, locale: 'en', address, device })).ok;
  const times = async (count: number, address: string) => {
    for (let at = 0; at < count; at += 1) expect(await ask(address), `${address} ${at}`).toBe(true);
  };
  await times(10, '203.0.113.66');
  expect(await ask('203.0.113.66')).toBe(false);
  await times(1, '198.51.100.7');
  // Over all networks there is an end too, for browsers that the account does not know.
  for (const network of [1, 2, 3]) await times(10, `192.0.2.${network}`);
  await times(9, '192.0.2.4');
  expect(await ask('192.0.2.5')).toBe(false);
  expect(await ask('203.0.113.66', 'x'.repeat(43))).toBe(false);
  expect(await ask('203.0.113.66', secret)).toBe(true);
  site.clock.advance(hours(24));
  expect(await ask('192.0.2.5')).toBe(true);
});
