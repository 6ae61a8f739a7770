import type { Page } from '@playwright/test';
import { totpCode } from '#app/people/totp.ts';
import { castMember, expect, test } from '#tests/support/browser-site.ts';

const ines = castMember('patient');

async function givePassword(page: Page, password: string) {
  await page.goto('/sign-in');
  await page.getByLabel('Email address').fill(ines.email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
}

async function giveCode(page: Page, code: string) {
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('a patient signs in with password and code, and lands at home', async ({ page, site }) => {
  await givePassword(page, ines.password);
  await expect(page.getByRole('heading', { level: 1, name: 'Enter your code' })).toBeVisible();
  await giveCode(page, totpCode(ines.totpSecret, site.clock.now()));
  await expect(page).toHaveURL(`${site.origin}/home`);
  await expect(page.getByRole('banner').getByText('Ines Okafor')).toBeVisible();
});

test('each role lands where its work is', async ({ browser, site, watched }) => {
  for (const [role, path] of [
    ['staff', '/staff'],
    ['privacyOfficer', '/officer'],
    ['auditor', '/officer'],
  ] as const) {
    const context = await browser.newContext({ baseURL: site.origin });
    watched.watch(context);
    const page = await context.newPage();
    await site.signInByPages(page, role);
    expect(new URL(page.url()).pathname).toBe(path);
    await context.close();
  }
});

test('a wrong password is refused, says no more, and keeps the address typed', async ({ page }) => {
  await givePassword(page, 'not-the-password');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Email address')).toHaveValue(ines.email);
  await expect(page).toHaveURL(/\/sign-in$/);
});

test('a wrong code is refused beside the field, and the right one still counts', async ({ page, site }) => {
  await givePassword(page, ines.password);
  const right = totpCode(ines.totpSecret, site.clock.now());
  await giveCode(page, right === '000000' ? '111111' : '000000');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Code')).toHaveAttribute('aria-invalid', 'true');
  await giveCode(page, right);
  await expect(page).toHaveURL(`${site.origin}/home`);
});

test('a code counts once', async ({ browser, page, site, watched }) => {
  await givePassword(page, ines.password);
  const code = totpCode(ines.totpSecret, site.clock.now());
  await giveCode(page, code);
  await expect(page).toHaveURL(`${site.origin}/home`);
  const elsewhere = await browser.newContext({ baseURL: site.origin });
  watched.watch(elsewhere);
  const other = await elsewhere.newPage();
  await givePassword(other, ines.password);
  await giveCode(other, code);
  await expect(other.getByRole('alert')).toBeVisible();
  await elsewhere.close();
});

test('after signing out, back shows nothing', async ({ page, site }) => {
  await site.signInByPages(page, 'patient');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${site.origin}/`);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByText('Ines Okafor')).toHaveCount(0);
});

test('it all works without script', async ({ withoutScript: page, site }) => {
  await givePassword(page, 'not-the-password');
  await expect(page.getByLabel('Email address')).toHaveValue(ines.email);
  await site.signInByPages(page, 'patient');
  await expect(page).toHaveURL(`${site.origin}/home`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${site.origin}/`);
  await page.goBack();
  await expect(page).toHaveURL(/\/sign-in/);
});
