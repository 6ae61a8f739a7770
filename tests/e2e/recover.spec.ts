import { totpCode } from '#app/people/totp.ts';
import { castMember, expect, test } from '#tests/support/browser-site.ts';

test('getting back in with the mail and the phone', async ({ page, site }) => {
  test.setTimeout(240_000);
  const { email, totpSecret } = castMember('patient');
  const password = 'three quiet lamps 19';
  await page.goto('/sign-in');
  await page.locator('main a[href="/recover"]').click();
  await page.waitForURL('**/recover');
  await page.locator('input[name="email"]').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/recover/code');
  const letter = (await site.outbox()).filter(({ to }) => to === email).at(-1);
  await page
    .locator('input[name="code"]')
    .fill(/\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(letter?.text ?? '')?.[0] ?? '');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/recover/second-step');
  await page.locator('input[name="code"]').fill('000000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert').first()).toContainText('This is not right');
  await page.locator('input[name="code"]').fill(totpCode(totpSecret, site.clock.now()));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/recover/password');
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('button', { name: 'Save my password' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your password is changed');
  await page.locator('main a[href="/sign-in"]').click();
  await page.waitForURL('**/sign-in');
  site.clock.advance(60_000);
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-in/two-factor**');
  await page.locator('input[name="code"]').fill(totpCode(totpSecret, site.clock.now()));
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL('**/home');
});
