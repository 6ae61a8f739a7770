import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { auditEventTypes } from '#app/audit/events.ts';
import { composeNotice, owedLetter } from '#app/mail/compose-notice.server.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { disableAccount, enableAccount } from '#app/people/accounts.server.ts';
import { changePassword } from '#app/people/change-password.server.ts';
import { askOrder, carryOutOrder } from '#app/people/credential-orders.server.ts';
import {
  createMachineClient,
  revokeMachineClient,
  revokeMachineKey,
  rotateMachineKey,
} from '#app/people/machine-clients.server.ts';
import { spendCode } from '#app/people/one-time-codes.server.ts';
import { addPasskey, passkeysOf, registrationOptions, removePasskey } from '#app/people/passkeys.server.ts';
import { changeRole } from '#app/people/people-admin.server.ts';
import { makeRecoveryCodes } from '#app/people/recovery-codes.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { registerKeySet } from '#app/people/signing-keys.server.ts';
import { recordLock, tellOfLock } from '#app/people/sign-in-locks.server.ts';
import {
  enrolTotp,
  newTotpEnrolment,
  openTotpEnrolment,
  removeTotp,
} from '#app/people/totp-enrolment.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { makeCalendarAddress, revokeCalendarAddress } from '#app/requests/oversight-calendar.server.ts';
import { endSecret, makeSecret } from '#app/vendors/channels.server.ts';
import { SoftPasskey } from '#tests/support/authenticator.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { castMember, freshWorld, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

// Every change of what lets somebody in is told by mail (ASVS 5.0.0 V6.3.7): to the account, or of a program's key to every officer.

let fresh: FreshWorld;
let ines: Person;
let dana: Person;
let amara: Person;
/** Another officer, so that a letter to the first one alone is not enough. */
let second: Person;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  ines = await personOf(fresh.world, 'patient');
  dana = await personOf(fresh.world, 'staff');
  amara = await personOf(fresh.world, 'privacyOfficer');
  second = await anotherOfficer(fresh.world);
});
afterAll(() => fresh.drop());

const db = () => fresh.world.db;

async function own(person: Person) {
  const now = fresh.clock.now();
  const cookie = await startSession(
    db(),
    person.id,
    { userAgent: 'test', address: '203.0.113.9', factor: 'totp' },
    now,
  );
  return { person, session: { id: (await readSession(db(), cookie, now))?.session.id ?? '' } };
}

const done = <T extends { ok: boolean }>(outcome: T): T => {
  expect(outcome).toMatchObject({ ok: true });
  return outcome;
};

async function helped(kind: 'codeSheet' | 'resetFactors', newEmail?: string) {
  const order = await askOrder(fresh.world, {
    actor: dana,
    userId: ines.id,
    kind,
    identityCheck: 'Passport',
    reason: 'Lost phone',
    ...(newEmail ? { newEmail } : {}),
  });
  if (!order.ok) throw new Error(order.refusal);
  done(await carryOutOrder(fresh.world, { actor: amara, orderId: order.id }));
}

/** What changes; which event it leaves, and the letters that go out for it (to whom is checked below). */
const changes: [what: string, event: string, letters: NoticeKind[], make: () => Promise<unknown>][] = [
  [
    'a password',
    'password.changed',
    ['passwordChanged'],
    async () =>
      done(
        await changePassword(fresh.world, {
          ...(await own(ines)),
          current: castMember('patient').password,
          next: 'nine slow copper lanterns',
          about: { email: '', displayName: '', facilityName: '' },
          address: '203.0.113.9',
        }),
      ),
  ],
  [
    'an authenticator, added',
    'totp.enrolled',
    ['factorAdded'],
    async () => {
      const { sealed } = newTotpEnrolment(fresh.world, { owner: ines.id, account: 'ines' });
      const secret = openTotpEnrolment(fresh.world, sealed, ines.id) ?? '';
      const code = totpCode(secret, fresh.clock.now());
      done(await enrolTotp(fresh.world, { ...(await own(ines)), sealed, code }));
    },
  ],
  [
    'a passkey, added',
    'passkey.added',
    ['factorAdded'],
    async () => {
      const asked = await registrationOptions(fresh.world, {
        userId: ines.id,
        email: 'ines@demo.example',
        displayName: ines.name,
      });
      const response = new SoftPasskey(testOrigin, ines.id).made(asked.options.challenge);
      const who = await own(ines);
      done(await addPasskey(fresh.world, { ...who, cookie: asked.cookie, response, name: 'Key' }));
    },
  ],
  [
    'an authenticator, removed',
    'totp.removed',
    ['factorRemoved'],
    async () => done(await removeTotp(fresh.world, await own(ines))),
  ],
  [
    'recovery codes, renewed',
    'recoveryCodes.issued',
    ['recoveryCodesMade'],
    async () => {
      codes = await makeRecoveryCodes(fresh.world, await own(ines));
    },
  ],
  [
    'a recovery code, used',
    'recoveryCode.used',
    ['recoveryCodeUsed'],
    () => spendCode(fresh.world, ines.id, codes[0] ?? ''),
  ],
  ['a sheet', 'codeSheet.issued', ['codeSheetIssued'], () => helped('codeSheet')],
  [
    'a passkey, removed',
    'passkey.removed',
    ['factorRemoved'],
    async () => {
      const [passkey] = await passkeysOf(db(), ines.id);
      done(await removePasskey(fresh.world, { ...(await own(ines)), passkeyId: passkey?.id ?? '' }));
    },
  ],
  [
    'an address, with everything new',
    'email.changed',
    // Each to the old address and to the new one.
    ['codeSheetIssued', 'codeSheetIssued', 'emailChanged', 'emailChanged', 'factorRemoved', 'factorRemoved'],
    () => helped('resetFactors', 'ines.new@demo.example'),
  ],
  [
    'sign-in, closed by wrong tries',
    'signIn.locked',
    ['signInLocked'],
    async () => {
      await recordLock(fresh.world, 'ines.new@demo.example', ines);
      await tellOfLock(fresh.world, ines.id);
    },
  ],
  [
    'an account, shut',
    'user.disabled',
    ['accountChanged'],
    () => disableAccount(fresh.world, 'ines.new@demo.example', somebody),
  ],
  [
    'an account, opened',
    'user.enabled',
    ['accountChanged'],
    async () => done(await enableAccount(fresh.world, { id: ines.id }, somebody)),
  ],
  [
    'a role',
    'user.roleChanged',
    ['accountChanged'],
    async () => {
      const officer = await anotherOfficer(fresh.world, 'Leaving Officer');
      done(
        await changeRole(fresh.world, {
          actor: amara,
          userId: officer.id,
          from: 'privacyOfficer',
          to: 'auditor',
        }),
      );
    },
  ],
  [
    'a program’s first key',
    'apiKey.created',
    ['keyChanged', 'keyChanged'],
    async () => {
      program = await createMachineClient(db(), {
        name: 'Night exporter',
        scopes: ['checks:read'],
        people: { askedBy: 'Amara Diallo', approvedBy: 'Second Officer' },
        ...by(),
      });
    },
  ],
  [
    'a program’s next key',
    'apiKey.rotated',
    ['keyChanged', 'keyChanged'],
    () => rotateMachineKey(db(), { client: { name: 'Night exporter' }, ...by() }),
  ],
  [
    'a program’s signing keys',
    'apiKey.setRegistered',
    ['keyChanged', 'keyChanged'],
    async () => {
      const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
      const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'night', alg: 'ES384', use: 'sig' };
      const text = JSON.stringify({ keys: [jwk] });
      done(await registerKeySet(db(), { clientId: program?.id ?? '', text, lifeDays: 365, ...by() }));
    },
  ],
  [
    'one key, revoked',
    'apiKey.revoked',
    ['keyChanged', 'keyChanged'],
    async () => {
      const { id: keyId } = await db().machineKey.findFirstOrThrow({
        where: { clientId: program?.id ?? '' },
        select: { id: true },
      });
      expect(await revokeMachineKey(db(), { keyId, ...by() })).toBe(true);
    },
  ],
  [
    'a program, revoked',
    'apiKey.revoked',
    ['keyChanged', 'keyChanged'],
    () => revokeMachineClient(db(), { name: 'Night exporter', ...by() }),
  ],
  [
    'a company’s secret, made',
    'vendorSecret.made',
    ['vendorSecretChanged', 'vendorSecretChanged'],
    async () => done(await makeSecret(fresh.world, { vendorId: await umbra(), use: 'signing', actor: dana })),
  ],
  [
    'a company’s secret, ended',
    'vendorSecret.ended',
    ['vendorSecretChanged', 'vendorSecretChanged'],
    async () => {
      const vendorId = await umbra();
      const { id } = await db().vendorSecret.findFirstOrThrow({ where: { vendorId }, select: { id: true } });
      await db().vendorSecret.create({
        data: { vendorId, use: 'signing', secretSealed: '', madeById: dana.id, madeAt: fresh.clock.now() },
      });
      done(await endSecret(fresh.world, { vendorId, id, actor: dana }));
    },
  ],
  [
    'the address of a calendar, made',
    'calendarAddress.made',
    ['calendarAddressMade'],
    () => makeCalendarAddress(fresh.world, amara),
  ],
  [
    'the address of a calendar, made anew',
    'calendarAddress.revoked',
    ['calendarAddressMade'],
    () => makeCalendarAddress(fresh.world, amara),
  ],
  [
    'the address of a calendar, ended',
    'calendarAddress.revoked',
    ['calendarAddressEnded'],
    async () => expect(await revokeCalendarAddress(fresh.world, amara)).toBe(true),
  ],
];
const umbra = async () => (await db().vendor.findUniqueOrThrow({ where: { slug: 'umbra' } })).id;
let codes: string[] = [];
let program: { id: string; key: string } | null = null;
const by = () => ({ actor: somebody, now: fresh.clock.now() });

it.each(changes)('%s', async (_what, event, letters, make) => {
  const since = {
    events: await db().auditEvent.count({ where: { type: event } }),
    notices: await noticeIds(),
  };
  await make();
  expect(await db().auditEvent.count({ where: { type: event } })).toBe(since.events + 1);
  const owed = await db().notice.findMany({
    where: { id: { notIn: since.notices } },
    orderBy: [{ kind: 'asc' }, { address: 'asc' }],
    select: { kind: true, userId: true },
  });
  expect(owed.map(({ kind }) => kind)).toEqual(letters);
  if (letters[0] === 'keyChanged' || letters[0] === 'vendorSecretChanged')
    expect(owed.map(({ userId }) => userId).sort()).toEqual([amara.id, second.id].sort());
  if (letters[0]?.startsWith('calendarAddress')) expect(owed.map(({ userId }) => userId)).toEqual([amara.id]);
});

const noticeIds = async () => (await db().notice.findMany({ select: { id: true } })).map(({ id }) => id);

it('a letter of a company’s secret says who and when, and neither secret nor company', async () => {
  const rows = await db().notice.findMany({ where: { kind: 'vendorSecretChanged' }, select: { id: true } });
  expect(rows).toHaveLength(2 * 2);
  for (const { id } of rows) {
    const { text } = (await composeNotice(fresh.world, await owedLetter(db(), id))).message;
    expect(text.replace(/\s+/g, ' ')).toMatch(/secret.+Dana Whitlow, \w+ \d+, 2026/);
    expect(text).not.toMatch(/whsec_|Umbra/);
  }
});

it('a letter of a key says who, which key and when, and holds no key', async () => {
  const rows = await db().notice.findMany({
    where: { kind: 'keyChanged' },
    orderBy: { owedAt: 'asc' },
    select: { id: true },
  });
  const texts = await Promise.all(
    rows.map(async ({ id }) => (await composeNotice(fresh.world, await owedLetter(db(), id))).message.text),
  );
  expect(texts).toHaveLength(5 * 2);
  for (const text of texts) {
    expect(text.replace(/\s+/g, ' ')).toMatch(
      /“Night exporter”.+(Amara Diallo, Second Officer|Test), \w+ \d+, 2026/,
    );
    expect(text).not.toContain('pvk_');
  }
  expect(texts.filter((text) => text.includes('Amara Diallo, Second Officer'))).toHaveLength(2);
});

/** Events of credentials that no letter of their own goes out for, and why. */
const withoutLetter: Record<string, string> = {
  'passkey.renamed': 'gives and takes nothing',
  'codeSheet.bound': 'codeSheetIssued and accountOpened: tests/integration/invited-sheets.test.ts',
  'codeSheet.voided': 'codeSheetVoided: tests/integration/invited-sheets.test.ts',
  'account.recovered': 'accountRecovered, passwordChanged: tests/integration/recovery.test.ts',
  'user.created': 'accountOpened: tests/integration/sign-up.test.ts',
};

it('no event of a credential is without a line here', () => {
  const ofCredentials =
    /^(password|totp|passkey|recoveryCodes?|codeSheet|account|email|user|apiKey|signIn|vendorSecret|calendarAddress)\./;
  const lined = new Set([...changes.map(([, event]) => event), ...Object.keys(withoutLetter)]);
  expect(auditEventTypes.filter((type) => ofCredentials.test(type) && !lined.has(type))).toEqual([]);
});
