import type { BrowserContext, Page } from '@playwright/test';
import { totpCode } from '#app/people/totp.ts';
import { castMember, expect, scriptRuns, test, type BrowserSite } from '#tests/support/browser-site.ts';

const minutes = 60_000;
const ines = castMember('patient');
const warning = (page: Page) => page.getByRole('dialog', { name: 'Are you still there?' });

/** Time passes for the site and for the browser's pages. */
async function pass(site: BrowserSite, context: BrowserContext, milliseconds: number): Promise<void> {
  site.clock.advance(milliseconds);
  await context.clock.fastForward(milliseconds);
}

test('two minutes before the end every tab asks, and one button keeps the session in all of them', async ({
  context,
  page,
  site,
}) => {
  await context.clock.install();
  await site.signInByPages(page, 'patient');
  const other = await context.newPage();
  await other.goto('/requests');
  await scriptRuns(page);
  await scriptRuns(other);
  await pass(site, context, 59 * minutes);
  await other.bringToFront();
  await expect(warning(other)).toBeVisible();
  await page.bringToFront();
  await expect(warning(page)).toBeVisible();
  await expect(page.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(warning(page)).toHaveCount(0);
  await expect(warning(other)).toHaveCount(0);
  await pass(site, context, 10 * minutes);
  await page.goto('/home');
  await expect(page).toHaveURL(`${site.origin}/home`);
});

test('after the end the page says so, keeps what was typed, and the form finds its way after signing in', async ({
  context,
  page,
  site,
}) => {
  await context.clock.install();
  await site.signInByPages(page, 'patient');
  await page.goto('/requests/new/accounting');
  await page.locator('input[name="window"][value="fromDate"]').check();
  await page.locator('input[name="from"]').fill('2023-05-17');
  await scriptRuns(page);
  await pass(site, context, 61 * minutes);
  await expect(page.getByRole('dialog', { name: 'You were signed out' })).toBeVisible();
  await page.getByRole('button', { name: 'Go back to the page' }).click();
  await expect(page.locator('input[name="from"]')).toHaveValue('2023-05-17');
  await page.locator('main form[method="post"] button').first().click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await signInAgain(page, site);
  await expect(page).toHaveURL(/\/kept\?form=/);
  await expect(page.getByText('2023-05-17')).toBeVisible();
  const before = await site.world.db.privacyRequest.count();
  await page.getByRole('button', { name: 'Send it now' }).click();
  await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
  expect(await site.world.db.privacyRequest.count()).toBe(before + 1);
});

test('the same without script', async ({ withoutScript: page, site }) => {
  await site.signInByPages(page, 'patient');
  await page.goto('/requests/new/accounting');
  await page.locator('input[name="window"][value="sixYears"]').check();
  site.clock.advance(61 * minutes);
  await page.locator('main form[method="post"] button').first().click();
  await signInAgain(page, site);
  await page.getByRole('button', { name: 'Throw it away' }).click();
  await expect(page).toHaveURL(`${site.origin}/home`);
  expect(await site.world.db.keptForm.count()).toBe(0);
});

async function signInAgain(page: Page, site: BrowserSite): Promise<void> {
  site.clock.advance(30_000);
  await page.getByLabel('Email address').fill(ines.email);
  await page.getByLabel('Password', { exact: true }).fill(ines.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Code').fill(totpCode(ines.totpSecret, site.clock.now()));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}
