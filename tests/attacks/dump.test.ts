import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { invitationShape, oneTimeCodeShape, readPrintedCode } from '#app/crypto/printed-codes.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { noticeOfLink, proofFor } from '#app/optouts/vendor-notices/links.server.ts';
import { carryOutOrder } from '#app/people/credential-orders.server.ts';
import { invitationByCode } from '#app/people/invitations.server.ts';
import { inviteWithSheet, sheetCodeOf } from '#app/people/invited-sheets.server.ts';
import { keepForm, keptFormNamed } from '#app/people/kept-forms.server.ts';
import { knownDevice } from '#app/people/known-devices.server.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { findTokenHolder, tradeAssertion } from '#app/people/machine-tokens.server.ts';
import { askedAddress, provedMail } from '#app/people/mail-proofs.server.ts';
import { issueCodes, newCodes, spendCode } from '#app/people/one-time-codes.server.ts';
import { authenticationOptions, checkPasskey } from '#app/people/passkeys.server.ts';
import { maySetPassword } from '#app/people/recovery.server.ts';
import { readSession } from '#app/people/sessions.server.ts';
import { checkCode, checkPassword } from '#app/people/sign-in.server.ts';
import { registerKeySet } from '#app/people/signing-keys.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { makeCalendarAddress, readCalendar } from '#app/requests/oversight-calendar.server.ts';
import { makeSecret, setChannel } from '#app/vendors/channels.server.ts';
import { cast, demoApiKey } from '#prisma/seed/cast.ts';
import { bytesOf, messageXml, sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { keyHolder } from '#tests/support/key-holder.ts';
import { SoftPasskey } from '#tests/support/authenticator.ts';
import { connected } from '#tests/support/database.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { mailedCode } from '#tests/support/mailed.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import {
  asForm,
  asMachine,
  cookieOf,
  expectProblem,
  givePassword,
  signIn,
  startSiteOn,
  type Site,
} from '#tests/support/site.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { linkTo } from '#tests/support/told-vendors.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';
import {
  castMember,
  codeNow,
  freshWorld,
  patientOf,
  personOf,
  seconds,
  somebody,
  type FreshWorld,
} from '#tests/support/world.ts';

// Somebody has a copy of the whole database: what can they read in it, and what does it open? Each string of it is tried at every door that
// takes a secret. (Mail goes to an SMTP server here, as in
// production. The demo, whose accounts everybody knows, keeps its mail in the database.)

/** What people and archives wrote, which rests sealed: an answer of tellStory's, and what is sent below. */
const written = {
  answer: 'Call us with any question.',
  message: 'canary-message-to-the-facility',
  attachment: 'canary-text-of-an-attachment',
  dicomEvidence: 'canary-raw-dicom-evidence',
  fhirEvidence: 'canary-raw-fhir-evidence',
  keptForm: 'canary-kept-form',
};
const from = { address: '203.0.113.9', userAgent: 'dump' };

let fresh: FreshWorld;
let sink: SmtpSink;
let site: Site;
let sessions: string[];
let half: string;
let apiKeys: string[];
/** What only the browser, the letter or the paper has, by the door that it opens. */
let secrets: Record<
  | 'device'
  | 'proved'
  | 'recovering'
  | 'mayReset'
  | 'kept'
  | 'challenge'
  | 'calendar'
  | 'invitation'
  | 'invitedSheet'
  | 'paper'
  | 'mailed'
  | 'token'
  | 'noticeLink'
  | 'companyCode'
  | 'webhookSigning',
  string
>;
let passkeyAnswer: string;
let invitationId: string;
/** One row of any table, as text, with its table's name. */
let dump: string;
let strings: string[];

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  sink = await startSmtpSink({ refuseWith: null });
  site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, smtpUrl: sink.url });
  const story = await tellStory(site.world);
  const { key } = await createMachineClient(site.world.db, {
    name: 'Another gateway',
    scopes: ['checks:read', 'fhir:write'],
    actor: somebody,
    now: fresh.clock.now(),
  });
  const message = messageXml({ dateTime: '2026-11-20T09:00:00Z' });
  const evidence = message.replace('</AuditMessage>', `<!-- ${written.dicomEvidence} --></AuditMessage>`);
  const reported = [
    await site.ask(
      '/api/v1/disclosures/dicom-audit',
      asMachine(bytesOf(evidence), { type: 'application/xml' }),
    ),
    await site.ask(
      '/fhir/r4/AuditEvent',
      asMachine(
        JSON.stringify({
          resourceType: 'AuditEvent',
          type: { code: '110114' },
          outcomeDesc: written.fhirEvidence,
        }),
        { key, type: 'application/fhir+json' },
      ),
    ),
  ];
  expect(reported.map(({ status }) => status)).toEqual([202, 202]);
  apiKeys = [demoApiKey, key];
  const cookies = [];
  for (const role of ['patient', 'staff', 'privacyOfficer'] as const)
    cookies.push(await signIn(site, castMember(role)));
  sessions = cookies.map(valueOf);
  half = valueOf(await givePassword(site, castMember('auditor')));
  const sent = await site.ask(
    `/requests/${story.letters.waiting}`,
    asMultipart(
      { move: 'message', text: written.message, submissionKey: crypto.randomUUID() },
      [{ name: 'page.pdf', bytes: Buffer.from(`%PDF-1.7\n% ${written.attachment}\n%%EOF\n`) }],
      cookies[0] ?? '',
    ),
  );
  expect(sent.status, sent.text).toBe(302);
  await fillWithSecrets(story);

  dump = await connected(fresh.databaseUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
        where schemaname in ('public', 'graphile_worker') order by 1`,
    );
    const lines: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      lines.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return lines.join('\n');
  });
  strings = [...new Set(dump.split(/[\s,()"{}\\:;]+/).filter((part) => part.length >= 8))];
}, 120_000);

/** Secrets of every kind that the site hands out, each through the door that hands it out. */
async function fillWithSecrets({ people, optOutId }: ToldStory): Promise<void> {
  const { world, clock } = site;
  const [ines, dana] = await Promise.all([patientOf(world, 'RB000417'), personOf(world, 'staff')]);
  const proofOf = async (path: string, fields: Record<string, string>) => {
    const cookie = cookieOf(await site.ask(path, asForm(fields)), 'plainview_proof');
    if (!cookie) throw new Error(`${path} gave no proof`);
    return cookie;
  };
  const typeCode = async (path: string, email: string, cookie: string) =>
    site.ask(path, asForm({ code: (await mailedCode(world, email)) ?? '' }, cookie));

  const newcomer = 'newcomer@mail.example';
  const proved = await proofOf('/sign-up', { email: newcomer, invitation: '' });
  await typeCode('/sign-up/code', newcomer, proved);
  const mailed = 'another@mail.example';
  await proofOf('/sign-up', { email: mailed, invitation: '' });

  const { texts, rows } = await newCodes(3);
  await inTransaction(world.db, (tx) =>
    issueCodes(tx, { owner: { userId: ines.id }, kind: 'recovery', rows, now: clock.now() }),
  );
  const { email } = castMember('patient');
  const shown = await proofOf('/recover', { email });
  await typeCode('/recover/code', email, shown);
  const factor = await site.ask('/recover/second-step', asForm({ code: texts[0] ?? '' }, shown));
  const recovering = await proofOf('/recover', { email });

  const invited = await inviteWithSheet(world, {
    actor: dana,
    patientId: people.lookAlike,
    delivery: 'desk',
    identityCheck: 'Passport, in person',
  });
  if (!invited.ok) throw new Error(invited.refusal);
  invitationId = invited.id;
  const order = await world.db.credentialOrder.findFirstOrThrow({ where: { invitationId } });
  const sheet = await carryOutOrder(world, {
    actor: await personOf(world, 'privacyOfficer'),
    orderId: order.id,
  });
  if (!sheet.ok) throw new Error(sheet.refusal);

  const passkey = new SoftPasskey(testOrigin, ines.id);
  await world.db.passkey.create({
    data: {
      userId: ines.id,
      credentialId: passkey.credentialId.toString('base64url'),
      publicKey: new Uint8Array(passkey.coseKey),
      counter: 0n,
      transports: [],
      backedUp: false,
      name: 'Phone',
      createdAt: clock.now(),
    },
  });
  const { cookie: challenge, options } = await authenticationOptions(world, { purpose: 'signIn' });
  passkeyAnswer = passkey.used(options.challenge);

  const form = new FormData();
  form.set('text', written.keptForm);
  clock.advance(seconds(30));
  const step = await checkPassword(world, email, castMember('patient').password, from);
  if (step.outcome !== 'secondFactorOwed') throw new Error(step.outcome);
  const started = await checkCode(world, step.pendingSecret, codeNow(castMember('patient'), clock), from);
  if (started.outcome !== 'signedIn') throw new Error(started.outcome);
  secrets = {
    device: started.device,
    proved: valueOf(proved),
    recovering: valueOf(recovering),
    mayReset: valueOf(cookieOf(factor, 'plainview_proof') ?? ''),
    kept: (await keepForm(world, { userId: ines.id, path: '/requests', form })) ?? '',
    challenge,
    calendar: await makeCalendarAddress(world, await personOf(world, 'privacyOfficer')),
    invitation: invited.code,
    invitedSheet: sheet.codes[0] ?? '',
    paper: texts[1] ?? '',
    mailed: (await mailedCode(world, mailed)) ?? '',
    token: await tokenOf(world),
    ...(await secretsOfCompany(world, optOutId)),
  };
}

/** A token of SMART Backend Services, traded for what the program signed. */
async function tokenOf(world: World): Promise<string> {
  const by = { actor: somebody, now: world.clock() };
  const { id } = await createMachineClient(world.db, {
    name: 'Signing program',
    scopes: ['fhir:read'],
    ...by,
  });
  const { publicKey, privateKey } = await generateKeyPair('ES384');
  const text = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'own' }] });
  const registered = await registerKeySet(world.db, { clientId: id, text, lifeDays: 1, ...by });
  if (!registered.ok) throw new Error(registered.refusal);
  const audience = `${testOrigin}/api/v1/token`;
  const assertion = await new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES384', kid: 'own' })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(audience)
    .setExpirationTime(Math.floor(world.clock().getTime() / 1_000) + 60)
    .sign(privateKey);
  const traded = await tradeAssertion(world, { assertion, scopes: ['system/Consent.rs'], audience });
  if (!traded.ok) throw new Error(traded.refusal);
  return traded.token;
}

/** What a company holds: the link of a notice, the code of its pages, and what webhooks to it are signed with. */
async function secretsOfCompany(world: World, optOutId: string) {
  const actor = await personOf(world, 'staff');
  const { id: vendorId } = await world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
  const set = await setChannel(world, {
    ...{ vendorId, kind: 'mail', target: 'privacy@umbra.example', reason: 'Their letter', actor },
  });
  if (!set.ok) throw new Error(set.refusal);
  const signing = await makeSecret(world, { vendorId, use: 'signing', actor });
  if (!signing.ok) throw new Error(signing.refusal);
  const notice = await world.db.vendorNotice.findFirstOrThrow({ where: { vendorId, optOutId } });
  return {
    noticeLink: await linkTo(world, notice.id),
    companyCode: set.secrets[0]?.secret ?? '',
    webhookSigning: signing.made.secret,
  };
}

afterAll(async () => {
  await site.stop();
  await sink.stop();
  await fresh.drop();
});

/** What stands in a cookie, as the framework writes it, and the secret in that. */
const inCookie = (secret: string) => encodeURIComponent(btoa(JSON.stringify(secret)));
const valueOf = (cookie: string) =>
  JSON.parse(atob(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)))) as string;

describe('a copy of the whole database', () => {
  it('is one: it has people, sessions, messages and answers in it', () => {
    for (const table of [
      'session',
      'pending_sign_in',
      'machine_key',
      'audit_record',
      'request_response',
      'user_account',
      'audit_seal',
      'machine_token',
      'vendor_delivery',
      'vendor_secret',
    ])
      expect(dump, table).toContain(`public.${table} (`);
    expect(dump).toContain(castMember('patient').email);
    expect(strings.length).toBeGreaterThan(300);
  });

  it('holds no password, code secret, cookie, key, message or answer, in no encoding', () => {
    const hidden = [
      ...cast.flatMap(({ password, totpSecret }) => [password, totpSecret]),
      ...sessions,
      half,
      ...apiKeys,
      ...apiKeys.map((key) => key.slice(key.indexOf('_') + 1)),
      ...Object.values(secrets),
      ...[secrets.invitation, secrets.invitedSheet, secrets.paper, secrets.mailed, secrets.companyCode].map(
        (code) => code.replaceAll('-', ''),
      ),
      ...[secrets.token, secrets.webhookSigning].map((text) => text.slice(text.indexOf('_') + 1)),
      Buffer.from(secrets.webhookSigning.replace('whsec_', ''), 'base64').toString('hex'),
      ...Object.values(written),
      'ActiveParticipant',
      Buffer.from(sample('01-dcm4chee-cmove-transferred.xml')).toString('utf8').slice(0, 200),
      Buffer.alloc(32, 7).toString('base64'), // the key of the ring
      Buffer.alloc(32, 7).toString('hex'),
    ];
    const decoded = strings
      .flatMap((part) => [part, ...part.split('.')])
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join('\n');
    for (const secret of hidden) {
      const bytes = Buffer.from(secret);
      for (const written of [
        secret,
        bytes.toString('hex'),
        bytes.toString('base64').replace(/.?=*$/, ''),
        bytes.toString('base64url').slice(0, -1),
      ])
        expect(dump.includes(written), `${secret.slice(0, 12)}…`).toBe(false);
      if (secret.length >= 8) expect(decoded.includes(secret), `${secret.slice(0, 12)}… decoded`).toBe(false);
    }
  });

  it('has nothing in it that any door takes for a cookie, a key, a code, an address or a seed', async () => {
    const { world, clock } = site;
    const { db } = world;
    const now = clock.now();
    const ines = await patientOf(world, 'RB000417');
    const [auditor, patient] = [castMember('auditor'), castMember('patient')];
    const code = codeNow(auditor, clock);
    const seconds30 = codeNow(patient, clock);
    const mailShape = { selectorLength: 0, secretLength: 8 };
    const proofOfCompany = proofFor(secrets.noticeLink, secrets.companyCode);
    const signature = new Webhook(secrets.webhookSigning).sign('msg', now, 'body');
    const is = (found: unknown) => found !== null;
    /** Each door, what really opens it, and whether it takes a text. A code of another shape never comes as far as its hash. */
    const doors: [string, string, (text: string) => Promise<boolean> | boolean][] = [
      ['session', sessions[1] ?? '', async (text) => is(await readSession(db, text, now))],
      ['key of a program', apiKeys[1] ?? '', async (text) => is(await keyHolder(world.database, text, now))],
      ['known browser', secrets.device, async (text) => is(await knownDevice(db, ines.id, text, now))],
      ['proved address', secrets.proved, async (text) => is(await provedMail(world, text, 'signUp'))],
      ['recovery', secrets.recovering, async (text) => is(await askedAddress(world, text, 'recover'))],
      ['new password', secrets.mayReset, async (text) => is(await maySetPassword(world, text))],
      ['kept form', secrets.kept, async (text) => is(await keptFormNamed(world, ines.id, text))],
      ['calendar', secrets.calendar, async (text) => is(await readCalendar(world, text))],
      [
        'challenge',
        secrets.challenge,
        async (cookie) =>
          is(await checkPasskey(world, { purpose: 'signIn', cookie, response: passkeyAnswer })),
      ],
      [
        'invitation',
        secrets.invitation,
        async (text) =>
          is(readPrintedCode(text, invitationShape)) && is(await invitationByCode(db, text, now)),
      ],
      [
        'code of an invitation’s sheet',
        secrets.invitedSheet,
        async (text) =>
          is(readPrintedCode(text, oneTimeCodeShape)) && is(await sheetCodeOf(db, invitationId, text)),
      ],
      [
        'code from paper',
        secrets.paper,
        async (text) =>
          is(readPrintedCode(text, oneTimeCodeShape)) && is(await spendCode(world, ines.id, text)),
      ],
      [
        'mailed code',
        secrets.mailed,
        (text) =>
          readPrintedCode(text, mailShape)?.secret === readPrintedCode(secrets.mailed, mailShape)?.secret,
      ],
      [
        'seed of an authenticator app',
        patient.totpSecret,
        (text) => /^[A-Z2-7]{16,}$/.test(text) && totpCode(text, now) === seconds30,
      ],
      ['token of a program', secrets.token, async (text) => is(await findTokenHolder(db, text, now))],
      ['link of a notice', secrets.noticeLink, async (text) => is(await noticeOfLink(world, text))],
      [
        'code of a company',
        secrets.companyCode,
        (text) => proofFor(secrets.noticeLink, text) === proofOfCompany,
      ],
      [
        'signature of a webhook',
        secrets.webhookSigning,
        (text) => {
          const key = Buffer.from(text.replace(/^whsec_/, ''), 'base64');
          return key.length > 0 && new Webhook(key, { format: 'raw' }).sign('msg', now, 'body') === signature;
        },
      ],
      [
        'half-done sign-in',
        half,
        async (text) => (await checkCode(world, text, code, from)).outcome !== 'startAgain',
      ],
    ];
    const accepted: string[] = [];
    for (const part of strings)
      await Promise.all(
        doors.map(async ([door, , opens]) => {
          if (await opens(part)) accepted.push(`${door}: ${part}`);
        }),
      );
    expect(accepted).toEqual([]);
    // What is really theirs is taken by the same doors.
    for (const [door, real, opens] of doors) expect(await opens(real), door).toBe(true);
  }, 120_000);

  it('has no hash that opens a page or the API', async () => {
    const hashes = strings.filter((part) => /^[0-9a-f]{64}$/.test(part) || part.startsWith('$argon2'));
    expect(hashes.length).toBeGreaterThan(10);
    for (const hash of hashes.slice(0, 100)) {
      const page = await site.ask('/home', {
        headers: { Cookie: `__Host-plainview_session=${inCookie(hash)}` },
      });
      expect(page.status).toBe(302);
      expect(page.headers.location).toMatch(/^\/sign-in/);
      expectProblem(await site.ask('/api/v1/checks', asMachine('{}', { key: hash })), 401);
    }
    // The same page opens to the cookie that is really hers.
    const [own = ''] = sessions;
    const page = await site.ask('/home', {
      headers: { Cookie: `__Host-plainview_session=${inCookie(own)}` },
    });
    expect(page.status).toBe(200);
  }, 120_000);
});
