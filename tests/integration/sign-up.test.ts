import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { registrationOptions } from '#app/people/passkeys.server.ts';
import {
  inviteRepresentative,
  inviteToRecord,
  openInvitationsOf,
  revokeInvitation,
} from '#app/people/invitations.server.ts';
import { beginSignUp } from '#app/people/sign-up.server.ts';
import { finishSignUp, signUpSoFar } from '#app/people/sign-up.server.ts';
import { newTotpEnrolment, openTotpEnrolment } from '#app/people/totp-enrolment.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { SoftPasskey } from '#tests/support/authenticator.ts';
import { inviteColleague } from '#tests/support/colleague-codes.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { mailedCode } from '#tests/support/mailed.ts';
import { asForm, cookieOf, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, minutes, personOf } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());
beforeEach(async () => {
  await site.world.db.rateLimit.deleteMany({});
});

const password = 'seven green kettles 42';
const post = (path: string, fields: Record<string, string>, cookie?: string) =>
  site.ask(path, asForm(fields, cookie));
const get = (path: string, cookie: string) => site.ask(path, { headers: { Cookie: cookie } });

const proofOf = (answer: Answer) => {
  const cookie = cookieOf(answer, 'plainview_proof');
  if (!cookie) throw new Error(`no proof: ${answer.status}`);
  return cookie;
};

async function asked(email: string, invitation = ''): Promise<string> {
  return proofOf(await post('/sign-up', { email, invitation }));
}

async function proved(email: string, invitation = ''): Promise<string> {
  const cookie = await asked(email, invitation);
  const code = await mailedCode(site.world, email);
  const answer = await post('/sign-up/code', { code: code ?? '' }, cookie);
  expect(answer.headers.location).toBe('/sign-up/password');
  return cookie;
}

async function ready(email: string, invitation = ''): Promise<string> {
  const cookie = await proved(email, invitation);
  const answer = await post('/sign-up/password', { displayName: 'Noor Haddad', password }, cookie);
  expect(answer.headers.location, answer.text.slice(0, 300)).toBe('/sign-up/second-step');
  return cookie;
}

/** The secret of a cookie as it is stored hashed. */
const secretOf = (cookie: string) =>
  JSON.parse(Buffer.from(decodeURIComponent(cookie.split('=')[1] ?? ''), 'base64').toString()) as string;

async function enrolment(cookie: string) {
  const so = await signUpSoFar(site.world, secretOf(cookie));
  if (!so) throw new Error('not proved');
  const { sealed } = newTotpEnrolment(site.world, { owner: so.id, account: so.email });
  const secret = openTotpEnrolment(site.world, sealed, so.id) ?? '';
  return { sealed, code: totpCode(secret, site.clock.now()) };
}

const accountOf = (email: string) => site.world.db.user.findUnique({ where: { email } });
const newEmail = () => `${crypto.randomUUID()}@example.org`;

describe('signing up', () => {
  it('makes an account once the second step is proved, whole, and signs in', async () => {
    const email = newEmail();
    const cookie = await ready(email.toUpperCase().replace('EXAMPLE.ORG', 'example.org').toLowerCase());
    expect(await accountOf(email)).toBeNull();
    const page = await get('/sign-up/second-step?with=app', cookie);
    expect(page.text).toContain('<svg');
    const answer = await post('/sign-up/second-step?with=app', await enrolment(cookie), cookie);
    expect(answer.headers.location).toBe('/sign-up/codes');
    const user = await accountOf(email);
    expect(user).toMatchObject({
      role: 'patient',
      displayName: 'Noor Haddad',
      patientId: null,
      locale: 'en',
    });
    expect(user?.passwordHash).toMatch(/^\$argon2id\$/);
    const events = await site.world.db.auditEvent.findMany({
      where: { actorId: user?.id ?? '' },
      orderBy: { id: 'asc' },
      select: { type: true },
    });
    expect(events.map(({ type }) => type)).toEqual(['user.created', 'totp.enrolled', 'session.started']);
    expect(
      await site.world.db.notice.findMany({ where: { userId: user?.id ?? '' }, select: { kind: true } }),
    ).toEqual([{ kind: 'accountOpened' }]);
    const session = cookieOf(answer, 'plainview_session') ?? '';
    expect((await get('/sign-up/codes', session)).status).toBe(200);
    // A patient without a record is asked who they are, wherever they go.
    for (const path of ['/home', '/disclosures', '/requests', '/opt-outs'])
      expect((await get(path, session)).headers.location).toBe('/welcome');
    expect((await get('/welcome', session)).status).toBe(200);
    // The proof is used up: the same form again makes nothing.
    expect((await post('/sign-up/second-step', await againForm(), cookie)).headers.location).toMatch(
      /^\/sign-up\?why=over/,
    );
  });

  const againForm = async () => ({ sealed: 'x', code: '123456' });

  it('shows ten paper codes once, each of which works once', async () => {
    const email = newEmail();
    const cookie = await ready(email);
    const answer = await post('/sign-up/second-step', await enrolment(cookie), cookie);
    const session = cookieOf(answer, 'plainview_session') ?? '';
    const shown = await post('/sign-up/codes?again=yes', { intent: 'show' }, session);
    const codes = new Set(shown.text.match(/\b[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){3}\b/g));
    expect(codes.size).toBe(10);
    expect((await get('/sign-up/codes', session)).headers.location).toBe('/welcome');
    expect((await post('/sign-up/codes?again=yes', { intent: 'kept' }, session)).status).toBe(400);
    expect(
      (await post('/sign-up/codes?again=yes', { intent: 'kept', kept: 'yes' }, session)).headers.location,
    ).toBe('/welcome');
    // In the whole database there is none of them.
    const stored = JSON.stringify(await site.world.db.oneTimeCode.findMany({}));
    for (const code of codes) expect(stored).not.toContain(code);
  });

  it('answers an address that has an account as any other, and writes it another letter', async () => {
    const known = castMember('patient').email;
    const unknown = 'ines.okafor@demo-other.example';
    const shapes = [];
    for (const email of [known, unknown]) {
      const begun = await post('/sign-up.data', { email, invitation: '' });
      const cookie = proofOf(begun);
      const page = await get('/sign-up/code.data', cookie);
      const wrong = await post('/sign-up/code.data', { code: '0000-0000' }, cookie);
      const skipped = await get('/sign-up/password.data', cookie);
      shapes.push(
        [begun, page, wrong, skipped].map((answer) => ({
          status: answer.status,
          text: answer.text.replaceAll(email, 'EMAIL'),
          length: Object.keys(answer.headers).sort(),
        })),
      );
    }
    expect(shapes[1]).toEqual(shapes[0]);
    expect(await mailedCode(site.world, known)).toBeNull();
    const letters = await site.world.db.notice.findMany({ where: { address: { in: [known, unknown] } } });
    expect(letters.map(({ kind, address }) => `${address} ${kind}`).sort()).toEqual([
      `${unknown} mailCode`,
      `${known} accountExists`,
    ]);
  });

  it('makes one account of twenty forms at one instant', async () => {
    const email = newEmail();
    const cookie = await ready(email);
    const form = await enrolment(cookie);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post('/sign-up/second-step', form, cookie)),
    );
    expect(answers.filter((answer) => cookieOf(answer, 'plainview_session'))).toHaveLength(1);
    expect(await site.world.db.user.count({ where: { email } })).toBe(1);
    for (const answer of answers) expect(answer.status).toBe(302);
  });

  it('makes one account when one address signs up in two browsers', async () => {
    const email = newEmail();
    const cookies = [await ready(email), await ready(email)];
    const forms = await Promise.all(cookies.map(enrolment));
    const answers = await Promise.all(
      cookies.map((cookie, at) => post('/sign-up/second-step', forms[at] ?? {}, cookie)),
    );
    expect(answers.filter((answer) => cookieOf(answer, 'plainview_session'))).toHaveLength(1);
    expect(await site.world.db.user.count({ where: { email } })).toBe(1);
  });

  it('takes a passkey instead of the app, made for this very sign-up', async () => {
    const email = newEmail();
    const cookie = await ready(email);
    const so = await signUpSoFar(site.world, secretOf(cookie));
    const asking = { userId: so?.id ?? '', email, displayName: 'Noor', isNew: true };
    const question = await registrationOptions(site.world, asking);
    const passkey = new SoftPasskey(testOrigin, so?.id ?? '');
    const from = { address: '192.0.2.1', userAgent: 'Test' };
    const factor = (response: string, challenge: string) => ({
      cookie: secretOf(cookie),
      factor: { kind: 'passkey' as const, cookie: challenge, response, name: 'Mine' },
      locale: 'en' as const,
      from,
    });
    const unverified = passkey.made(question.options.challenge, { verifiesUser: false });
    expect(await finishSignUp(site.world, factor(unverified, question.cookie))).toEqual({
      ok: false,
      refusal: 'passkey',
    });
    const again = await registrationOptions(site.world, asking);
    const made = passkey.made(again.options.challenge);
    expect(await finishSignUp(site.world, factor(made, again.cookie))).toMatchObject({ ok: true });
    const user = await accountOf(email);
    expect(user?.totpSecretSealed).toBeNull();
    expect(await site.world.db.passkey.count({ where: { userId: user?.id ?? '' } })).toBe(1);
  });
});

describe('the mailed code', () => {
  it('is right five tries long, for half an hour, and for its own attempt alone', async () => {
    const email = newEmail();
    const first = await asked(email);
    const code = (await mailedCode(site.world, email)) ?? '';
    site.clock.advance(1_000);
    const second = await asked(email);
    const otherCode = (await mailedCode(site.world, email)) ?? '';
    expect(otherCode).not.toBe(code);
    expect((await post('/sign-up/code', { code }, second)).status).toBe(400);
    expect((await post('/sign-up/code', { code: otherCode }, first)).status).toBe(400);
    for (let tries = 0; tries < 4; tries += 1)
      expect((await post('/sign-up/code', { code: '0000-0000' }, first)).status).toBe(400);
    expect((await post('/sign-up/code', { code }, first)).headers.location).toBe('/sign-up?why=over');
    site.clock.advance(minutes(30));
    expect((await post('/sign-up/code', { code: otherCode }, second)).headers.location).toBe(
      '/sign-up?why=over',
    );
  });

  it('may come twice, as from a double click', async () => {
    const email = newEmail();
    const cookie = await asked(email);
    const code = (await mailedCode(site.world, email)) ?? '';
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => post('/sign-up/code', { code: code.toLowerCase() }, cookie)),
    );
    for (const answer of answers) expect(answer.headers.location).toBe('/sign-up/password');
  });

  it('is not mailed without end: after ten for an address there is a wait, the same for a known one', async () => {
    for (const email of [newEmail(), castMember('staff').email]) {
      for (let count = 0; count < 10; count += 1) await asked(email);
      const answer = await post('/sign-up', { email, invitation: '' });
      expect(answer.status).toBe(429);
      expect(await site.world.db.notice.count({ where: { address: email } })).toBe(10);
    }
  });
});

describe('no step can be skipped', () => {
  it('before its own turn', async () => {
    const cookie = await asked(newEmail());
    for (const path of ['/sign-up/password', '/sign-up/second-step', '/sign-up/second-step?with=app'])
      expect((await get(path, cookie)).headers.location).toBe('/sign-up?why=over');
    expect((await post('/sign-up/password', { displayName: 'A', password }, cookie)).headers.location).toBe(
      '/sign-up?why=over',
    );
    const later = await proved(newEmail());
    expect((await get('/sign-up/second-step', later)).headers.location).toBe('/sign-up/password');
    const answer = await post('/sign-up/second-step', await enrolment(later), later);
    expect(answer.headers.location).toBe('/sign-up?why=over');
    for (const path of ['/sign-up/code', '/sign-up/password', '/sign-up/second-step'])
      expect((await site.ask(path)).headers.location).toBe('/sign-up');
  });

  it('with the proof of a recovery', async () => {
    const email = castMember('patient').email;
    const cookie = proofOf(await post('/recover', { email }));
    const code = (await mailedCode(site.world, email)) ?? '';
    expect((await post('/sign-up/code', { code }, cookie)).headers.location).toBe('/sign-up?why=over');
    await post('/recover/code', { code }, cookie);
    expect((await get('/sign-up/password', cookie)).headers.location).toBe('/sign-up?why=over');
  });
});

describe('an invitation', () => {
  it('gives its role, once, and keeps the name that the colleague was invited by', async () => {
    const amara = await personOf(site.world, 'privacyOfficer');
    const { code } = await inviteColleague(site.world, {
      actor: amara,
      role: 'auditor',
      displayName: 'Noor from audit',
    });
    const email = newEmail();
    const cookies = [await ready(email, code), await ready(newEmail(), code)];
    const forms = await Promise.all(cookies.map(enrolment));
    const answers = await Promise.all(
      cookies.map((cookie, at) => post('/sign-up/second-step', forms[at] ?? {}, cookie)),
    );
    expect(answers.map(({ headers }) => headers.location).sort()).toEqual([
      '/sign-up/codes',
      '/sign-up?why=invitation',
    ]);
    const made = await site.world.db.user.findMany({
      where: { role: 'auditor', email: { contains: '@example.org' } },
    });
    expect(made.map(({ displayName }) => displayName)).toEqual(['Noor from audit']);
    expect((await post('/sign-up', { email: newEmail(), invitation: code })).status).toBe(400);
  });

  it('binds a patient to the one record', async () => {
    const dana = await personOf(site.world, 'staff');
    const { patientId } = await site.world.db.patientIdentifier.findFirstOrThrow({
      where: { value: 'RB000533' },
    });
    const made = await inviteToRecord(site.world, { actor: dana, patientId, delivery: 'desk' });
    if (!made.ok) throw new Error(made.refusal);
    const email = newEmail();
    const cookie = await ready(email, made.code.toLowerCase());
    const answer = await post('/sign-up/second-step', await enrolment(cookie), cookie);
    expect(await accountOf(email)).toMatchObject({ role: 'patient', patientId });
    const session = cookieOf(answer, 'plainview_session') ?? '';
    expect((await get('/home', session)).status).toBe(200);
    expect((await get('/welcome', session)).headers.location).toBe('/home');
  });

  it('gets its letter also where strangers have used up those of the day', async () => {
    const dana = await personOf(site.world, 'staff');
    const made = await inviteRepresentative(site.world, {
      actor: dana,
      displayName: 'Noor Haddad',
      delivery: 'desk',
    });
    if (!made.ok) throw new Error(made.refusal);
    const email = newEmail();
    const ask = (invitation: string, network: number) =>
      beginSignUp(site.world, { email, invitation, locale: 'en', address: `192.0.2.${network}` });
    for (let at = 0; at < 50; at += 1) await ask('', Math.floor(at / 10));
    expect((await ask('', 77)).ok).toBe(false);
    expect((await ask(made.code, 77)).ok).toBe(true);
  });

  it('of somebody who acts for a patient opens an account that shows nothing of anybody', async () => {
    const dana = await personOf(site.world, 'staff');
    const made = await inviteRepresentative(site.world, {
      actor: dana,
      displayName: 'Walter Brandt',
      delivery: 'post',
    });
    if (!made.ok) throw new Error(made.refusal);
    const to = { db: site.world.db, now: site.clock.now() };
    expect((await openInvitationsOf(to.db, 'colleague', to.now)).map(({ id }) => id)).not.toContain(made.id);
    expect((await openInvitationsOf(to.db, 'representative', to.now)).map(({ id }) => id)).toContain(made.id);
    expect(await revokeInvitation(site.world, { actor: dana, invitationId: made.id, to: 'colleague' })).toBe(
      false,
    );
    const email = newEmail();
    const cookie = await ready(email, made.code);
    const answer = await post('/sign-up/second-step', await enrolment(cookie), cookie);
    expect(await accountOf(email)).toMatchObject({ role: 'patient', patientId: null });
    const session = cookieOf(answer, 'plainview_session') ?? '';
    expect((await get('/home', session)).headers.location).toBe('/welcome');
    const ask = await get('/account/representatives/ask', session);
    expect([ask.status, ask.text.includes('Ask to act for someone')]).toEqual([200, true]);
  });

  it('that is wrong is said so, and nothing is mailed', async () => {
    const email = newEmail();
    const answer = await post('/sign-up', { email, invitation: 'ABCD-EFGH-JKMN-PQRS-TVWX' });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This invitation code is not right');
    expect(await site.world.db.notice.count({ where: { address: email } })).toBe(0);
  });
});

describe('bad input', () => {
  const long = 'x'.repeat(200_000);
  it.each([
    ['/sign-up', { email: 'no address', invitation: '' }],
    ['/sign-up', { email: 'a@b.example, c@d.example', invitation: '' }],
    ['/sign-up', { email: 'a@b.example\nBcc: c@d.example', invitation: '' }],
    ['/sign-up', { email: `${long}@b.example`, invitation: '' }],
    ['/sign-up', { email: 'a@b.example', invitation: long }],
    ['/sign-up', { email: 'a@b.example', role: 'privacyOfficer' }],
    ['/sign-up', {}],
    ['/sign-up/code', { code: '' }],
    ['/sign-up/code', { code: long }],
    ['/sign-up/code', { code: '\0' }],
    ['/sign-up/password', { displayName: 'Noor', password: 'short' }],
    ['/sign-up/password', { displayName: 'Noor', password: 'password1' }],
    ['/sign-up/password', { displayName: 'Noor', password: long }],
    ['/sign-up/password', { displayName: 'A\u2028B', password }],
    ['/sign-up/password', { displayName: '', password }],
    ['/sign-up/password', { displayName: 'Noor', password, role: 'staff' }],
    ['/sign-up/second-step', { sealed: 'x', code: '123456' }],
    ['/sign-up/second-step', { passkey: '{"id":1}' }],
    ['/sign-up/second-step', {}],
  ] as [string, Record<string, string>][])('%s refuses a bad form with words: %#', async (path, fields) => {
    const cookie = path.endsWith('code')
      ? await asked(newEmail())
      : path.endsWith('password')
        ? await proved(newEmail())
        : path.endsWith('second-step')
          ? await ready(newEmail())
          : undefined;
    const users = await site.world.db.user.count();
    const answer = await post(path, fields, cookie);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    if ('password' in fields) expect(answer.text).not.toContain(String(fields.password));
    expect(await site.world.db.user.count()).toBe(users);
  });

  it('a password that many use is refused, whatever its length, and says why; nothing is made', async () => {
    const cookie = await proved(newEmail());
    const before = await site.world.db.mailProof.findMany({ orderBy: { id: 'asc' } });
    for (const common of ['password1', 'Password1', '1234567890', 'aaaaaaaaaaaa']) {
      const answer = await post('/sign-up/password', { displayName: 'Noor', password: common }, cookie);
      expect(answer.status, common).toBe(400);
      expect(answer.text, common).toContain('Many people use this password');
      expect(answer.text, common).not.toContain(common);
      expect((await get('/sign-up/second-step', cookie)).headers.location).toBe('/sign-up/password');
    }
    expect(await site.world.db.mailProof.findMany({ orderBy: { id: 'asc' } })).toEqual(before);
  });

  it('a wrong code of the app comes back with the same picture', async () => {
    const cookie = await ready(newEmail());
    const { sealed, code } = await enrolment(cookie);
    const wrong = code === '000000' ? '000001' : '000000';
    const answer = await post('/sign-up/second-step?with=app', { sealed, code: wrong }, cookie);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(sealed);
    expect((await post('/sign-up/second-step?with=app', { sealed, code }, cookie)).status).toBe(302);
  });
});
