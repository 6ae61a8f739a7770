import { passkeysOf } from '#app/people/passkeys.server.ts';
import { castMember, expect, scriptRuns, test } from '#tests/support/browser-site.ts';
import { withoutSuggestions, enrol, withAuthenticator } from '#tests/support/browser-passkeys.ts';

test('a passkey made in a browser signs in alone, and is the second factor when something needs one anew', async ({
  page,
  site,
}) => {
  await withAuthenticator(page);
  const userId = await enrol(page, site, 'patient');
  await withoutSuggestions(page);
  await page.goto('/sign-in?next=/requests');
  await scriptRuns(page);
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
  await withoutSuggestions(page);
  const { email, password } = castMember('staff');
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-in/two-factor');
  await page.getByRole('button', { name: 'Use my passkey instead' }).click();
  await expect(page).toHaveURL(`${site.origin}/staff`);
});

test('the browser suggests the passkey in the field of the address; one that was chosen there signs in', async ({
  page,
  site,
}) => {
  await withAuthenticator(page);
  const userId = await enrol(page, site, 'patient');
  await page.goto('/sign-in?next=/requests');
  await page.waitForURL('**/requests');
  await expect(page.getByRole('banner').getByText('Ines Okafor')).toBeVisible();
  expect((await passkeysOf(site.world.db, userId))[0]?.lastUsedAt).not.toBeNull();
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
  await withoutSuggestions(page);
  await page.goto('/sign-in');
  await scriptRuns(page);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  // It is not suggested again, else the browser would go round and round.
  await page.waitForURL('**/sign-in?problem=passkey');
  await scriptRuns(page);
  await expect(page.getByRole('alert').first()).toContainText('Your passkey did not work this time');
});

test('without script there is no button that could not work', async ({ withoutScript: page }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible();
});
