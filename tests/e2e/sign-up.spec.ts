import type { Page } from '@playwright/test';
import { totpCode } from '#app/people/totp.ts';
import { expectSound, takeLook, wide } from '#tests/support/axe.ts';
import { withAuthenticator } from '#tests/support/browser-passkeys.ts';
import { expect, test, type BrowserSite } from '#tests/support/browser-site.ts';

const password = 'seven green kettles 42';

/** The code in the newest letter to an address, as somebody reads it in their mail. */
async function codeFor(site: BrowserSite, email: string): Promise<string> {
  const letter = (await site.outbox()).filter(({ to }) => to === email).at(-1);
  const code = /\b[0-9A-Z]{4}-[0-9A-Z]{4}\b/.exec(letter?.text ?? '')?.[0];
  if (!code) throw new Error(`no code was mailed to ${email}`);
  return code;
}

/** The code that the app shows, by the key that the page shows. */
async function appCode(page: Page, site: BrowserSite): Promise<string> {
  const secret = (await page.locator('main code').innerText()).replace(/\s/g, '');
  return totpCode(secret, site.clock.now());
}

const email = () => `${crypto.randomUUID().slice(0, 8)}@example.org`;

/** Goes on with Tab until what has the focus is this control. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (
      await page
        .locator(selector)
        .first()
        .evaluate((element) => element === document.activeElement)
    )
      return;
  }
  throw new Error(`Tab never came to ${selector}`);
}

test('signing up by keyboard alone, to the first page', async ({ page, site }) => {
  test.setTimeout(240_000);
  const address = email();
  await page.goto('/');
  await tabTo(page, 'main a[href="/sign-up"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up');
  await tabTo(page, 'input[name="email"]');
  await page.keyboard.type(address);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up/code');
  await tabTo(page, 'input[name="code"]');
  await page.keyboard.type(await codeFor(site, address));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up/password');
  await tabTo(page, 'input[name="displayName"]');
  await page.keyboard.type('Noor Haddad');
  await tabTo(page, 'input[name="password"]');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up/second-step');
  await tabTo(page, 'a[href$="with=app"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**with=app');
  await tabTo(page, 'input[name="code"]');
  await page.keyboard.type(await appCode(page, site));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up/codes');
  await tabTo(page, 'button[value="show"]');
  await page.keyboard.press('Enter');
  await expect(page.locator('main ol code')).toHaveCount(10);
  await tabTo(page, 'input[name="kept"]');
  await page.keyboard.press('Space');
  await tabTo(page, 'button[value="kept"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/welcome');
  await tabTo(page, 'input[name="givenName"]');
  await page.keyboard.type('Noor');
  await tabTo(page, 'input[name="familyName"]');
  await page.keyboard.type('Haddad');
  await page.locator('input[name="bornOn"]').fill('1980-02-29');
  await tabTo(page, 'input[name="value"]');
  await page.keyboard.type('RB000999');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('We are checking who you are');
});

test('signing up in Spanish on a narrow page', async ({ page, site }) => {
  test.setTimeout(240_000);
  const address = email();
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/sign-up');
  await page.getByRole('button', { name: 'Español' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  const fits = async () =>
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  await page.getByLabel('Su dirección de correo').fill(address);
  await fits();
  await page.getByRole('button', { name: 'Continuar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Revise su correo');
  await page.getByLabel('Código del correo').fill(await codeFor(site, address));
  await fits();
  await page.getByRole('button', { name: 'Continuar' }).click();
  await page.getByLabel('Su nombre, como debemos escribirlo').fill('Noor Haddad');
  await page.getByLabel('Contraseña nueva').fill(password);
  await fits();
  await page.getByRole('button', { name: 'Guardar mi contraseña' }).click();
  await page.getByRole('link', { name: 'Usar una aplicación' }).click();
  await page.getByLabel('Escriba el código de 6 números').fill(await appCode(page, site));
  await fits();
  await page.getByRole('button', { name: 'Abrir mi cuenta' }).click();
  await page.getByRole('button', { name: 'Mostrar mis códigos' }).click();
  await expect(page.locator('main ol code')).toHaveCount(10);
  await fits();
  await page.getByLabel('Ya los guardé').check();
  await page.getByRole('button', { name: 'Continuar' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Díganos quién es usted');
  await fits();
  const letters = (await site.outbox()).filter(({ to }) => to === address).map(({ subject }) => subject);
  expect(letters).toEqual([
    'Su código de Riverbend Imaging',
    'Algo cambió en su cuenta de Riverbend Imaging',
    'Algo cambió en su cuenta de Riverbend Imaging',
  ]);
});

test('signing up without JavaScript', async ({ withoutScript: page, site }) => {
  test.setTimeout(240_000);
  const address = email();
  await page.goto('/sign-up');
  await page.locator('input[name="email"]').fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-up/code');
  await page.locator('input[name="code"]').fill('0000-0000');
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  await page.locator('input[name="code"]').fill(await codeFor(site, address));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-up/password');
  await page.locator('input[name="displayName"]').fill('Noor Haddad');
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('button', { name: 'Save my password' }).click();
  await expect(page.getByText('your browser must be able to run scripts')).toBeVisible();
  await page.getByRole('link', { name: 'Use an app' }).click();
  await page.waitForURL('**with=app');
  // A wrong code first: the picture stays the same one.
  const key = await page.locator('main code').innerText();
  await page.locator('input[name="code"]').fill('000000');
  await page.getByRole('button', { name: 'Make my account' }).click();
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  expect(await page.locator('main code').innerText()).toBe(key);
  await page.locator('input[name="code"]').fill(await appCode(page, site));
  await page.getByRole('button', { name: 'Make my account' }).click();
  await page.waitForURL('**/sign-up/codes');
  await page.getByRole('button', { name: 'Show my codes' }).click();
  await expect(page.locator('main ol code')).toHaveCount(10);
  await page.getByLabel('I have kept them').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page).toHaveURL(/\/welcome$/);
});

test('signing up with a passkey on a wide light page: every step is sound', async ({ page, site }) => {
  const address = email();
  await withAuthenticator(page);
  await takeLook(page, site, wide);
  const sound = () => expectSound(page, wide);
  await page.goto('/sign-up');
  await page.locator('input[name="email"]').fill(address);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-up/code');
  await sound();
  await page.locator('input[name="code"]').fill(await codeFor(site, address));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.waitForURL('**/sign-up/password');
  await sound();
  await page.locator('input[name="displayName"]').fill('Noor Haddad');
  await page.locator('input[name="password"]').fill(password);
  await page.getByRole('button', { name: 'Save my password' }).click();
  await page.waitForURL('**/sign-up/second-step');
  await sound();
  await page.goto('/sign-up/second-step?with=app');
  await sound();
  await page.goto('/sign-up/second-step');
  await page.getByRole('button', { name: 'Make a passkey' }).click();
  await page.waitForURL('**/sign-up/codes');
  await sound();
  const user = await site.world.db.user.findUniqueOrThrow({
    where: { email: address },
    select: { totpSecretSealed: true, passkeys: { select: { name: true } } },
  });
  expect(user).toEqual({ totpSecretSealed: null, passkeys: [{ name: 'My first passkey' }] });
  await page.getByRole('link', { name: 'Do this later' }).click();
  await page.waitForURL('**/welcome');
  await sound();
});
