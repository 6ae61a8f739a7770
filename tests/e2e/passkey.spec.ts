import type { CDPSession, Page } from '@playwright/test';
import { addPasskey, passkeysOf } from '#app/people/passkeys.server.ts';
import { castMember, expect, test, type BrowserSite } from '#tests/support/browser-site.ts';

interface Authenticator {
  cdp: CDPSession;
  authenticatorId: string;
}

/** A passkey of the browser itself (WebAuthn over the debugging protocol), as a phone or a laptop has one. */
async function withAuthenticator(page: Page, isUserVerified = true): Promise<Authenticator> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

/** Makes a passkey in the browser and stores it as the account page does. */
async function enrol(page: Page, site: BrowserSite, role: 'patient' | 'staff'): Promise<string> {
  const { email } = await site.signIn(page, role);
  const response = await page.evaluate(async () => {
    const asked = await fetch('/passkey-options', {
      method: 'POST',
      body: new URLSearchParams({ purpose: 'enrol' }),
    });
    const { options } = (await asked.json()) as { options: PublicKeyCredentialCreationOptionsJSON };
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    return JSON.stringify(made.toJSON());
  });
  const cookies = await page.context().cookies();
  const cookie = cookies.find(({ name }) => name.endsWith('plainview_passkey'))?.value ?? '';
  const { id, displayName, patientId } = await site.world.db.user.findUniqueOrThrow({ where: { email } });
  const session = await site.world.db.session.findFirstOrThrow({
    where: { userId: id },
    orderBy: { createdAt: 'desc' },
  });
  const done = await addPasskey(site.world, {
    person: { kind: 'person', id, name: displayName, role, patientId },
    session,
    cookie: JSON.parse(Buffer.from(decodeURIComponent(cookie), 'base64').toString()) as string,
    response,
    name: 'This browser',
  });
  expect(done.ok).toBe(true);
  await page.context().clearCookies();
  return id;
}

test('a passkey made in a browser signs in alone, and is the second factor when something needs one anew', async ({
  page,
  site,
}) => {
  await withAuthenticator(page);
  const userId = await enrol(page, site, 'patient');
  await page.goto('/sign-in?next=/requests');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(`${site.origin}/requests`);
  await expect(page.getByRole('banner').getByText('Ines Okafor')).toBeVisible();

  await page.goto('/confirm?next=/home');
  await page.getByRole('button', { name: 'Use my passkey' }).click();
  await expect(page).toHaveURL(`${site.origin}/home`);
  const events = await site.world.db.auditEvent.findMany({
    where: { actorId: userId, type: { in: ['session.started', 'session.steppedUp'] } },
    orderBy: { id: 'desc' },
    take: 2,
  });
  expect(events.map(({ type, after }) => ({ type, after }))).toEqual([
    { type: 'session.steppedUp', after: { factor: 'passkey' } },
    { type: 'session.started', after: { factor: 'passkey' } },
  ]);
  expect((await passkeysOf(site.world.db, userId))[0]?.lastUsedAt).not.toBeNull();
});

test('after the password, a passkey takes the place of the code', async ({ page, site }) => {
  await withAuthenticator(page);
  await enrol(page, site, 'staff');
  const { email, password } = castMember('staff');
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Use my passkey instead' }).click();
  await expect(page).toHaveURL(`${site.origin}/staff`);
});

test('a device that does not check who holds it signs nobody in', async ({ page, site, watched }) => {
  const { cdp, authenticatorId } = await withAuthenticator(page);
  await enrol(page, site, 'patient');
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  watched.expectComplaint('NotAllowedError');
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByText('Nothing was sent. Try your passkey again')).toBeVisible();
  await expect(page).toHaveURL(`${site.origin}/sign-in`);
});

test('a passkey that the account took away is refused, and the page says what else there is', async ({
  page,
  site,
}) => {
  await withAuthenticator(page);
  await enrol(page, site, 'patient');
  await site.world.db.passkey.deleteMany({});
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('Your passkey did not work this time');
});

test('without script there is no button that could not work', async ({ withoutScript: page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
});
