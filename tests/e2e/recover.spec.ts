import type { Page } from '@playwright/test';
import { totpCode } from '#app/people/totp.ts';
import { expectSound, narrow, takeLook, wide, type Look } from '#tests/support/axe.ts';
import { withoutSuggestions, enrol, withAuthenticator } from '#tests/support/browser-passkeys.ts';
import { castMember, expect, test, type BrowserSite } from '#tests/support/browser-site.ts';

const { email, totpSecret } = castMember('patient');
const password = 'three quiet lamps 19';
const goOn = (page: Page) =>
  page.locator('main form:has(input:not([type="hidden"])) button:not([type="button"])').first().click();

/** To the second step, by the code in the mail; every page on the way is sound. */
async function proveMail(page: Page, site: BrowserSite, look: Look): Promise<void> {
  await takeLook(page, site, look);
  await page.goto('/sign-in');
  await page.locator('main a[href="/recover"]').click();
  await page.waitForURL('**/recover');
  await page.locator('input[name="email"]').fill(email);
  await goOn(page);
  await page.waitForURL('**/recover/code');
  await expectSound(page, look);
  const letter = (await site.outbox()).filter(({ to }) => to === email).at(-1);
  const code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(letter?.text ?? '')?.[0] ?? '';
  await page.locator('input[name="code"]').fill(code);
  await goOn(page);
  await page.waitForURL('**/recover/second-step');
}

/** The last step, and the page after it. */
async function newPassword(page: Page, look: Look): Promise<void> {
  await page.waitForURL('**/recover/password');
  await expectSound(page, look);
  await page.locator('input[name="password"]').fill(password);
  await goOn(page);
  await page.waitForURL('**/recover/done');
}

test('getting back in with the mail and the phone', async ({ page, site, watched }) => {
  // The wrong code is answered with 400.
  watched.expectComplaint('Failed to load resource');
  await proveMail(page, site, wide);
  await page.locator('input[name="code"]').fill('000000');
  await goOn(page);
  await expect(page.getByRole('alert').first()).toContainText('This is not right');
  await expectSound(page, wide);
  await page.locator('input[name="code"]').fill(totpCode(totpSecret, site.clock.now()));
  await goOn(page);
  await newPassword(page, wide);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your password is changed');
  await page.locator('main a[href="/sign-in"]').click();
  await page.waitForURL('**/sign-in');
  site.clock.advance(60_000);
  await page.locator('input[name="email"]').fill(email);
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-in/two-factor**');
  await expectSound(page, wide);
  await page.locator('input[name="code"]').fill(totpCode(totpSecret, site.clock.now()));
  await page.locator('main button[type="submit"]').first().click();
  await page.waitForURL('**/home');
});

test('getting back in with the mail and a passkey, in Spanish on a narrow dark page', async ({
  page,
  site,
}) => {
  await withAuthenticator(page);
  const userId = await enrol(page, site, 'patient');
  const before = await site.world.db.user.findUniqueOrThrow({ where: { id: userId } });
  // The page of signing in, where it begins, would be answered too.
  await withoutSuggestions(page);
  await proveMail(page, site, narrow);
  await expectSound(page, narrow);
  await page.getByRole('button', { name: 'Usar mi llave de acceso' }).click();
  await newPassword(page, narrow);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Su contraseña cambió');
  const after = await site.world.db.user.findUniqueOrThrow({ where: { id: userId } });
  expect(after.passwordHash).not.toBe(before.passwordHash);
  expect(await site.world.db.session.count({ where: { userId } })).toBe(0);
  const { after: what } = await site.world.db.auditEvent.findFirstOrThrow({
    where: { actorId: userId, type: 'account.recovered' },
  });
  expect(what).toMatchObject({ factor: 'passkey' });
});
