import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { codesLeft, issueCodes, newCodes, spendCode } from '#app/people/one-time-codes.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { startSession } from '#app/people/sessions.server.ts';
import { mailedCode } from '#tests/support/mailed.ts';
import { asForm, cookieOf, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, codeNow, minutes, personOf } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const get = (path: string, cookie: string) => site.ask(path, { headers: { Cookie: cookie } });
const post = (path: string, fields: Record<string, string>, cookie: string) =>
  site.ask(path, asForm(fields, cookie));
const secretOn = (answer: Answer) => /<code[^>]*>((?:[A-Z2-7]{4} ?){8})<\/code>/.exec(answer.text)?.[1] ?? '';
const sealedOn = (answer: Answer) => /name="sealed" value="([^"]+)"/.exec(answer.text)?.[1] ?? '';
const codesOn = (answer: Answer) =>
  [...answer.text.matchAll(/<code[^>]*>((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})<\/code>/g)].map(
    ([, code]) => code ?? '',
  );
const lettersTo = (userId: string, kind: string) =>
  site.world.db.notice.findMany({
    where: { userId, kind },
    select: { address: true },
    orderBy: { owedAt: 'asc' },
  });
const isDead = async (cookie: string) => (await get('/account/security', cookie)).headers.location;

async function otherDevice(userId: string): Promise<string> {
  const secret = await startSession(
    site.world.db,
    userId,
    {
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      address: '203.0.113.9',
      factor: 'totp',
    },
    site.clock.now(),
  );
  return `__Host-plainview_session=${Buffer.from(JSON.stringify(secret)).toString('base64')}`;
}

const pages = [
  '/account/security',
  '/account/security/password',
  '/account/security/app',
  '/account/security/passkeys',
  '/account/security/codes',
  '/account/contact',
  '/account/contact/email',
  '/account/contact/code',
];

describe('pages of the account', () => {
  it('ask for a factor anew after ten minutes, in the page and in its form', async () => {
    const cookie = await signIn(site, castMember({ mrn: 'RB000902' }));
    for (const path of pages) expect((await get(path, cookie)).status, path).toBe(200);
    site.clock.advance(minutes(11));
    const before = await site.world.db.auditEvent.count();
    for (const path of pages) {
      for (const answer of [await get(path, cookie), await post(path, { intent: 'make' }, cookie)]) {
        expect(answer.status, path).toBe(302);
        expect(answer.headers.location, path).toBe(`/confirm?next=${encodeURIComponent(path)}`);
      }
    }
    expect(await site.world.db.auditEvent.count()).toBe(before);
  });

  it.each(['staff', 'privacyOfficer', 'auditor'] as const)(
    'open for %s too, without patients’ places',
    async (role) => {
      const answer = await get('/account/security', await signIn(site, castMember(role)));
      expect(answer.status).toBe(200);
      expect(answer.text).toContain('/account/contact');
      expect(answer.text).not.toContain('/account/representatives');
    },
  );

  it.each(pages)('%s answers hostile forms with 4xx and changes nothing', async (path) => {
    const cookie = await signIn(site, castMember('auditor'));
    const { id } = await personOf(site.world, 'auditor');
    const account = async () =>
      JSON.stringify(await site.world.db.user.findUnique({ where: { id }, omit: { totpLastStep: true } }));
    const before = await account();
    const bodies: Record<string, string>[] = [
      {},
      { intent: 'nothing' },
      { intent: 'remove', id: "' or 1=1" },
      { intent: 'enrol', sealed: 'v1.t1.AAAA', code: '000000' },
      { intent: 'endOne', session: '0198a5c0-0000-7000-8000-000000000000' },
      {
        email: 'a\0b@example.org',
        role: 'privacyOfficer',
        code: '\0',
        name: 'x'.repeat(30_000),
        intent: 'rename',
      },
      { current: 'x'.repeat(15_000), password: 'y'.repeat(15_000) },
      { intent: 'add', name: 'x', passkey: '{"__proto__":1}' },
    ];
    for (const body of bodies) {
      const answer = await post(path, body, cookie);
      expect(answer.status, JSON.stringify(body).slice(0, 80)).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(500);
    }
    expect(await account()).toBe(before);
  });
});

describe('a password', () => {
  it('may be pasted and kept by a manager, wherever one is asked for', async () => {
    const proofAt = async (path: string, email: string) => {
      const asked = await post(path, path === '/sign-up' ? { email, invitation: '' } : { email }, '');
      const cookie = cookieOf(asked, 'plainview_proof') ?? '';
      await post(`${path}/code`, { code: (await mailedCode(site.world, email)) ?? '' }, cookie);
      return cookie;
    };
    const { email } = castMember('auditor');
    const recovering = await proofAt('/recover', email);
    site.clock.advance(minutes(1));
    const code = codeNow(castMember('auditor'), site.clock);
    const proved = cookieOf(await post('/recover/second-step', { code }, recovering), 'plainview_proof');
    const doors: [path: string, cookie: string, wanted: string[]][] = [
      ['/sign-in', '', ['current-password']],
      [
        '/account/security/password',
        await signIn(site, castMember('staff')),
        ['current-password', 'new-password'],
      ],
      ['/sign-up/password', await proofAt('/sign-up', 'manager@mail.example'), ['new-password']],
      ['/recover/password', proved ?? '', ['new-password']],
    ];
    for (const [path, cookie, wanted] of doors) {
      const page = await get(path, cookie);
      expect(page.status, path).toBe(200);
      const fields = page.text.match(/<input[^>]*>/g)?.filter((one) => /type="password"/.test(one)) ?? [];
      const told = fields.map((one) => /autocomplete="([^"]*)"/i.exec(one)?.[1]);
      expect(told, path).toEqual(wanted);
      expect(fields.join(), path).not.toMatch(/readonly|disabled|maxlength/i);
      expect(page.text, path).not.toMatch(/\bon(paste|copy|cut|drop|beforeinput)\b|autocomplete="off"/i);
    }
    const signInPage = (await get('/sign-in', '')).text;
    expect(signInPage).toMatch(/<input[^>]*autocomplete="username/i);
  });
});

describe('a new password', () => {
  it('needs the present one, ends other sessions, and is written to the owner', async () => {
    const member = castMember('staff');
    const { id } = await personOf(site.world, 'staff');
    const cookie = await signIn(site, member);
    const other = await otherDevice(id);
    const give = (current: string, password: string) =>
      post('/account/security/password', { current, password }, cookie);
    expect((await give('wrong', 'maple-harbor-window-77')).status).toBe(400);
    expect((await give(member.password, 'short')).text).toContain('id="password-error"');
    expect((await get('/account/security', other)).status).toBe(200);

    const done = await give(member.password, 'maple-harbor-window-77');
    expect(done.headers.location).toBe('/account/security?done=password');
    const renewed = cookieOf(done, 'plainview_session') ?? '';
    expect(renewed).not.toBe(cookie);
    expect((await get('/account/security?done=password', renewed)).text).toContain('role="status"');
    for (const dead of [cookie, other]) expect(await isDead(dead)).toMatch(/^\/sign-in/);
    expect(await lettersTo(id, 'passwordChanged')).toHaveLength(1);
    await site.world.db.session.deleteMany({ where: { userId: id } });
  });
});

describe('an authenticator app', () => {
  it('is set up anew with a picture, a text and a code; a wrong code keeps the picture', async () => {
    const member = castMember('patient');
    const { id } = await personOf(site.world, 'patient');
    let cookie = await signIn(site, member);
    const page = await get('/account/security/app', cookie);
    expect(page.text).toContain('<path d="M');
    const sealed = sealedOn(page);
    const wrong = await post('/account/security/app', { intent: 'enrol', sealed, code: '12345' }, cookie);
    expect(wrong.status).toBe(400);
    expect(secretOn(wrong)).toBe(secretOn(page));
    const secret = secretOn(page).replaceAll(' ', '');
    const done = await post(
      '/account/security/app',
      { intent: 'enrol', sealed, code: totpCode(secret, site.clock.now()) },
      cookie,
    );
    expect(done.headers.location).toBe('/account/security?done=app');
    cookie = cookieOf(done, 'plainview_session') ?? '';
    expect(await lettersTo(id, 'factorAdded')).toHaveLength(1);

    const removed = await post('/account/security/app', { intent: 'remove' }, cookie);
    expect(removed.status, 'the last factor stays').toBe(409);
    expect(await site.world.db.user.count({ where: { id, totpSecretSealed: { not: null } } })).toBe(1);
  });

  it('is not set up with somebody else’s picture', async () => {
    const staffs = await signIn(site, { ...castMember('privacyOfficer') });
    const theirs = await get('/account/security/app', staffs);
    const auditors = await signIn(site, castMember('auditor'));
    const answer = await post(
      '/account/security/app',
      {
        intent: 'enrol',
        sealed: sealedOn(theirs),
        code: totpCode(secretOn(theirs).replaceAll(' ', ''), site.clock.now()),
      },
      auditors,
    );
    expect(answer.status).toBe(400);
  });
});

describe('recovery codes', () => {
  it('are shown once, replace the old ones in full, and end other sessions', async () => {
    const { id } = await personOf(site.world, 'privacyOfficer');
    const cookie = await signIn(site, castMember('privacyOfficer'));
    const first = await post('/account/security/codes', { intent: 'make' }, cookie);
    expect(codesOn(first)).toHaveLength(10);
    expect(codesOn(await get('/account/security/codes', cookie))).toEqual([]);
    const other = await otherDevice(id);
    const second = await post('/account/security/codes', { intent: 'make' }, cookie);
    expect(await isDead(other)).toMatch(/^\/sign-in/);
    expect(await spendCode(site.world, id, codesOn(first)[0] ?? '')).toBeNull();
    expect(await spendCode(site.world, id, codesOn(second)[0] ?? '')).toBe('recoveryCode');
    expect((await codesLeft(site.world.db, id)).recovery).toBe(9);
    expect(await lettersTo(id, 'recoveryCodesMade')).toHaveLength(2);
    expect(second.headers['cache-control']).toContain('no-store');
  });
});

describe('devices', () => {
  it('are named in words, and ended one by one or all at once; nobody ends a stranger’s', async () => {
    const member = castMember({ mrn: 'RB000902' });
    const zoe = await personOf(site.world, { mrn: 'RB000902' });
    const cookie = await signIn(site, member);
    const [one, two] = [await otherDevice(zoe.id), await otherDevice(zoe.id)];
    const strangers = await otherDevice((await personOf(site.world, 'patient')).id);
    const page = await get('/account/security', cookie);
    expect(page.text).toContain('Firefox en Linux');
    expect(page.text).toContain('203.0.113.9');
    const ids = [...page.text.matchAll(/name="session" value="([0-9a-f-]{36})"/g)].map(([, id]) => id ?? '');
    expect(ids.length).toBeGreaterThanOrEqual(2);
    const own = await site.world.db.session.findMany({ where: { userId: zoe.id }, select: { id: true } });
    expect(ids.every((id) => own.some((row) => row.id === id))).toBe(true);
    const foreign = await site.world.db.session.findFirstOrThrow({
      where: { userId: { not: zoe.id } },
      select: { id: true },
    });
    expect((await post('/account/security', { intent: 'endOne', session: foreign.id }, cookie)).status).toBe(
      409,
    );
    expect((await get('/account/security', strangers)).status).toBe(200);
    await post('/account/security', { intent: 'endOne', session: ids[0] ?? '' }, cookie);
    await post('/account/security', { intent: 'endOthers' }, cookie);
    for (const dead of [one, two]) expect(await isDead(dead)).toMatch(/^\/sign-in/);
    expect((await get('/account/security', cookie)).status).toBe(200);
  });
});

describe('another address', () => {
  const askFor = async (email: string, cookie: string) => {
    const answer = await post('/account/contact/email', { email }, cookie);
    const proof = answer.headers['set-cookie']
      ?.find((line) => line.startsWith('__Host-plainview_proof='))
      ?.split(';')[0];
    return { answer, cookie: `${cookie}; ${proof ?? ''}` };
  };
  const codeSentTo = async (address: string) => {
    const text = await vi.waitFor(async () => {
      const letter = await site.world.db.outboxMessage.findFirstOrThrow({
        where: { to: address },
        orderBy: { writtenAt: 'desc' },
        select: { text: true },
      });
      return letter.text;
    }, 10_000);
    return /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(text)?.[0] ?? '';
  };

  it('counts once its code was typed; letters go to both, other sessions end', async () => {
    const zoe = await personOf(site.world, { mrn: 'RB000902' });
    const old = castMember({ mrn: 'RB000902' }).email;
    const cookie = await signIn(site, castMember({ mrn: 'RB000902' }));
    const other = await otherDevice(zoe.id);
    const asked = await askFor('Zoe.New@demo.example', cookie);
    expect(asked.answer.headers.location).toBe('/account/contact/code');
    expect((await post('/account/contact/code', { code: 'AAAA-AAAA' }, asked.cookie)).status).toBe(400);
    const code = await codeSentTo('zoe.new@demo.example');
    const done = await post('/account/contact/code', { code }, asked.cookie);
    expect(done.headers.location).toBe('/account/contact?done=email');
    expect(await site.world.db.user.findUnique({ where: { id: zoe.id }, select: { email: true } })).toEqual({
      email: 'zoe.new@demo.example',
    });
    const letters = await lettersTo(zoe.id, 'emailChanged');
    expect(letters.map(({ address }) => address).sort()).toEqual([old, null].sort());
    expect(await isDead(other)).toMatch(/^\/sign-in/);
    expect((await post('/account/contact/code', { code }, asked.cookie)).status).toBe(302);
    expect(
      await site.world.db.auditEvent.count({ where: { type: 'email.changed', subjectId: zoe.id } }),
    ).toBe(1);
    await site.world.db.user.update({ where: { id: zoe.id }, data: { email: old }, select: { id: true } });
  });

  it('that another account has is answered alike, and no code is right; one’s own is refused', async () => {
    const cookie = await signIn(site, castMember('auditor'));
    const taken = await askFor(castMember('staff').email, cookie);
    expect(taken.answer.status).toBe(302);
    expect(taken.answer.headers.location).toBe('/account/contact/code');
    const told = await site.world.db.notice.findMany({
      where: { address: castMember('staff').email },
      select: { kind: true },
    });
    expect(told).toEqual([{ kind: 'accountExists' }]);
    expect((await post('/account/contact/code', { code: 'AAAA-AAAA' }, taken.cookie)).status).toBe(400);
    const own = await askFor(castMember('auditor').email.toUpperCase(), cookie);
    expect(own.answer.status).toBe(400);
  });

  it('proved by one person is no use to another', async () => {
    const auditor = await signIn(site, castMember('auditor'));
    const asked = await askFor('somebody.new@demo.example', auditor);
    const code = await codeSentTo('somebody.new@demo.example');
    const officer = await signIn(site, castMember('privacyOfficer'));
    const proof = asked.cookie.split('; ')[1] ?? '';
    const answer = await post('/account/contact/code', { code }, `${officer}; ${proof}`);
    expect(answer.status).toBe(409);
    expect(await site.world.db.user.count({ where: { email: 'somebody.new@demo.example' } })).toBe(0);
  });
});

describe('a printed sheet', () => {
  it('that runs out is told of on the first page, from five codes on', async () => {
    const { id } = await personOf(site.world, 'patient');
    const cookie = await otherDevice(id);
    const { texts, rows } = await newCodes(6);
    await inTransaction(site.world.db, (tx) =>
      issueCodes(tx, { owner: { userId: id }, kind: 'sheet', rows, now: site.clock.now() }),
    );
    const told = async () => /Your printed sheet has [^<]*/.exec((await get('/home', cookie)).text)?.[0];
    expect(await told()).toBeUndefined();
    for (const code of texts.slice(0, 5)) await spendCode(site.world, id, code);
    expect(await told()).toBe('Your printed sheet has 1 code left.');
  });
});

describe('how to be told', () => {
  it('is chosen, recorded once, and shown', async () => {
    const { id } = await personOf(site.world, 'patient');
    const secret = await site.world.db.user.findUniqueOrThrow({ where: { id }, select: { id: true } });
    const cookie = await otherDevice(secret.id);
    for (let again = 0; again < 2; again++) {
      const answer = await post(
        '/account/contact',
        { intent: 'notices', noticeChoice: 'requiredOnly' },
        cookie,
      );
      expect(answer.headers.location).toBe('/account/contact?done=notices');
    }
    expect(
      await site.world.db.auditEvent.count({ where: { type: 'noticeChoice.changed', subjectId: id } }),
    ).toBe(1);
    const language = await post('/account/contact', { intent: 'language', locale: 'es' }, cookie);
    expect(language.headers['set-cookie']?.join()).toContain('plainview_locale');
    expect(
      await site.world.db.user.findUnique({ where: { id }, select: { locale: true, noticeChoice: true } }),
    ).toEqual({
      locale: 'es',
      noticeChoice: 'requiredOnly',
    });
  });
});
