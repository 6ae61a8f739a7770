import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccount } from '#app/people/accounts.server.ts';
import { inviteToRecord } from '#app/people/invitations.server.ts';
import { refuseClaim } from '#app/people/identity-claims.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { asForm, cookieOf, signIn, startSite, type Site } from '#tests/support/site.ts';
import { personOf, somebody } from '#tests/support/world.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

/** Signed in with an account that has no record. */
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
  return { id, cookie: await signIn(site, member) };
}

const claim = {
  intent: 'claim',
  givenName: 'Tor',
  familyName: 'Lindqvist',
  bornOn: '1984-11-27',
  value: 'RB000533',
  issuer: 'here',
  issuerName: '',
};
const post = (fields: Record<string, string>, cookie: string) => site.ask('/welcome', asForm(fields, cookie));
const page = async (cookie: string) => (await site.ask('/welcome', { headers: { Cookie: cookie } })).text;

describe('/welcome', () => {
  it('takes what somebody says, shows nothing of any record, and waits', async () => {
    const right = await newcomer();
    const wrong = await newcomer();
    const bodies = [];
    for (const [who, value] of [
      [right, 'RB000533'],
      [wrong, 'NOBODY99'],
    ] as const) {
      const sent = await post({ ...claim, value }, who.cookie);
      expect([sent.status, sent.headers.location]).toEqual([302, '/welcome']);
      const data = await site.ask('/welcome.data', { headers: { Cookie: who.cookie } });
      bodies.push(data.text.replace(/"ends(At|In)",("[^"]*"|\d+)|\d{4}-\d\d-\d\dT[\d:.]*Z/g, ''));
    }
    expect(bodies[0]).toContain('waitingSince');
    expect(bodies[1]).toBe(bodies[0]);
    expect(await page(right.cookie)).toContain('We are checking who you are');
    expect(await page(right.cookie)).not.toContain('RB000533');
    expect(
      await site.world.db.identityClaim.findMany({
        where: { userId: right.id },
        select: { issuer: true, value: true },
      }),
    ).toEqual([{ issuer: 'RIVERBEND', value: 'RB000533' }]);
  });

  it('says why it was not confirmed, and takes it again', async () => {
    const { id, cookie } = await newcomer();
    await post({ ...claim, issuer: 'elsewhere', issuerName: 'Northside' }, cookie);
    const { id: claimId, issuer } = await site.world.db.identityClaim.findFirstOrThrow({
      where: { userId: id },
    });
    expect(issuer).toBe('Northside');
    const dana = await personOf(site.world, 'staff');
    await refuseClaim(site.world, { actor: dana, claimId, reason: 'Please bring <b>your card</b>.' });
    const text = await page(cookie);
    expect(text).toContain('We could not confirm who you are');
    expect(text).toContain('Please bring &lt;b&gt;your card&lt;/b&gt;.');
    expect((await post(claim, cookie)).status).toBe(302);
    expect(await page(cookie)).toContain('We are checking who you are');
  });

  it('takes an invitation at once, and goes on under a new session', async () => {
    const { cookie } = await newcomer();
    const dana = await personOf(site.world, 'staff');
    const { patientId } = await site.world.db.patientIdentifier.findFirstOrThrow({
      where: { value: 'RB000533' },
    });
    const made = await inviteToRecord(site.world, { actor: dana, patientId, delivery: 'post' });
    if (!made.ok) throw new Error(made.refusal);
    const answer = await post({ intent: 'invitation', invitation: made.code }, cookie);
    expect(answer.headers.location).toBe('/home');
    const renewed = cookieOf(answer, 'plainview_session') ?? '';
    expect((await site.ask('/home', { headers: { Cookie: renewed } })).status).toBe(200);
    expect((await site.ask('/home', { headers: { Cookie: cookie } })).headers.location).toMatch(/^\/sign-in/);
  });

  it.each([
    { ...claim, bornOn: '2999-01-01' },
    { ...claim, bornOn: '1879-12-31' },
    { ...claim, bornOn: '1985-02-29' },
    { ...claim, bornOn: 'yesterday' },
    { ...claim, givenName: '' },
    { ...claim, familyName: 'x'.repeat(101) },
    { ...claim, value: 'A\0B' },
    { ...claim, value: 'A\u2028B' },
    { ...claim, issuer: 'RIVERBEND' },
    { ...claim, issuer: 'elsewhere' },
    { ...claim, patientId: '0198a5c0-0000-7000-8000-000000000000' },
    { ...claim, state: 'verified' },
    { intent: 'verify' },
    { intent: 'invitation', invitation: '' },
    { intent: 'invitation', invitation: 'ABCD' },
    { intent: 'invitation', invitation: 'x'.repeat(100_000) },
  ] as Record<string, string>[])('refuses a bad form with words, and keeps nothing: %#', async (fields) => {
    const { id, cookie } = await newcomer();
    const answer = await post(fields, cookie);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('role="alert"');
    expect(await site.world.db.identityClaim.count({ where: { userId: id } })).toBe(0);
  });
});
