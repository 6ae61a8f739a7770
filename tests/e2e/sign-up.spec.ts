import type { Page } from '@playwright/test';
import { inviteToRecord } from '#app/people/invitations.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { expectSound, takeLook, wide } from '#tests/support/axe.ts';
import { withAuthenticator } from '#tests/support/browser-passkeys.ts';
import { expect, scriptRuns, test, type BrowserSite } from '#tests/support/browser-site.ts';

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

/** A record of somebody's own, and the code that the desk hands over for it. */
async function invited(site: BrowserSite): Promise<string> {
  const { id: patientId } = await site.world.db.patient.create({
    data: {
      givenName: 'Noor',
      familyName: 'Haddad',
      bornOn: new Date('1980-02-29'),
      createdAt: site.clock.now(),
    },
    select: { id: true },
  });
  const { id, displayName: name } = await site.world.db.user.findFirstOrThrow({
    where: { role: 'staff' },
    select: { id: true, displayName: true },
  });
  const actor = { kind: 'person', id, name, role: 'staff', patientId: null } as const;
  const made = await inviteToRecord(site.world, { actor, patientId, delivery: 'desk' });
  if (!made.ok) throw new Error(made.refusal);
  return made.code;
}

test('by invitation to the first page: keyboard alone, in Spanish, 390 pixels wide', async ({
  page,
  site,
}) => {
  test.setTimeout(240_000);
  const address = email();
  const code = await invited(site);
  await page.setViewportSize({ width: 390, height: 844 });
  const enter = async (url: string) => {
    await page.keyboard.press('Enter');
    await page.waitForURL(url);
    await scriptRuns(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), url).toBeLessThanOrEqual(390);
  };
  await page.goto('/');
  await scriptRuns(page);
  await tabTo(page, 'button[name="locale"]');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await tabTo(page, 'main a[href="/sign-up"]');
  await enter('**/sign-up');
  await tabTo(page, 'input[name="email"]');
  await page.keyboard.type(address);
  await tabTo(page, 'input[name="invitation"]');
  await page.keyboard.type(code.toLowerCase());
  await enter('**/sign-up/code');
  await tabTo(page, 'input[name="code"]');
  await page.keyboard.type(await codeFor(site, address));
  await enter('**/sign-up/password');
  await tabTo(page, 'input[name="password"]');
  await page.keyboard.type(password);
  await enter('**/sign-up/second-step');
  await tabTo(page, 'a[href$="with=app"]');
  await enter('**with=app');
  await tabTo(page, 'input[name="code"]');
  await page.keyboard.type(await appCode(page, site));
  await enter('**/sign-up/codes');
  await tabTo(page, 'button[value="show"]');
  await page.keyboard.press('Enter');
  await expect(page.locator('main ol code')).toHaveCount(10);
  await tabTo(page, 'input[name="kept"]');
  await page.keyboard.press('Space');
  await tabTo(page, 'button[value="kept"]');
  await enter('**/home');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.getByText('No tiene que hacer nada por ahora')).toBeVisible();
  const letters = (await site.outbox()).filter(({ to }) => to === address).map(({ subject }) => subject);
  expect(letters).toEqual([
    'Su código de Riverbend Imaging',
    'Algo cambió en su cuenta de Riverbend Imaging',
    'Algo cambió en su cuenta de Riverbend Imaging',
  ]);
});

test('by invitation to the first page without JavaScript', async ({ withoutScript: page, site }) => {
  test.setTimeout(240_000);
  const address = email();
  await page.goto('/sign-up');
  await page.locator('input[name="email"]').fill(address);
  await page.locator('input[name="invitation"]').fill(await invited(site));
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
  await expect(page).toHaveURL(/\/home$/);
  await expect(page.getByText('You do not need to do anything right now.')).toBeVisible();
});

test('a passkey by keyboard on a wide light page, every step sound; then who one is, and a code from the desk', async ({
  page,
  site,
}) => {
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
  await scriptRuns(page);
  await tabTo(page, 'main button');
  await expect(page.locator(':focus')).toHaveText('Make a passkey');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/sign-up/codes');
  await sound();
  const user = await site.world.db.user.findUniqueOrThrow({
    where: { email: address },
    select: { totpSecretSealed: true, passkeys: { select: { name: true } } },
  });
  expect(user).toEqual({ totpSecretSealed: null, passkeys: [{ name: 'My first passkey' }] });
  await tabTo(page, 'a[href="/welcome"]');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/welcome');
  await sound();
  await tabTo(page, 'input[name="givenName"]');
  await page.keyboard.type('Noor');
  await tabTo(page, 'input[name="familyName"]');
  await page.keyboard.type('Haddad');
  await page.locator('input[name="bornOn"]').fill('1980-02-29');
  await tabTo(page, 'input[name="value"]');
  await page.keyboard.type('RB000999');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('We are checking who you are');
  await tabTo(page, 'input[name="invitation"]');
  await page.keyboard.type(await invited(site));
  await page.keyboard.press('Enter');
  await page.waitForURL('**/home');
  await sound();
});

test('no smartphone: the desk invites and asks for a sheet, a second person prints it, and it opens the account', async ({
  page,
  site,
  withoutScript,
}) => {
  test.setTimeout(240_000);
  const { id } = await site.world.db.patient.create({
    data: {
      givenName: 'Walter',
      familyName: 'Brandt',
      bornOn: new Date('1948-03-02'),
      createdAt: site.clock.now(),
    },
    select: { id: true },
  });
  await site.signIn(page, 'staff');
  await page.goto(`/staff/patients/${id}/invite`);
  await page.locator('input[name="why"][value="recordUpkeep"]').check();
  await page.getByRole('button', { name: 'Open the record' }).click();
  await page.getByLabel('By hand, at the desk').check();
  await page.getByLabel('No: ask for a printed sheet of codes too').check();
  await page.getByRole('button', { name: 'Make an invitation code' }).click();
  await expect(page.getByRole('alert')).toContainText('Please fill this in.');
  await page.getByLabel('How did you check who it is?').fill('Passport, in person');
  await page.getByRole('button', { name: 'Make an invitation code' }).click();
  const code = await page.locator('main strong').first().innerText();
  await expect(page.getByText('A second person approves it')).toBeVisible();
  const waiting = await site.world.db.credentialOrder.findFirstOrThrow({ select: { id: true } });
  await page.goto(`/staff/sign-in-help/${waiting.id}`);
  await expect(page.getByRole('button', { name: 'Approve and show the codes' })).toBeHidden();

  await page.context().clearCookies();
  await site.signIn(page, 'privacyOfficer');
  await page.goto('/staff/sign-in-help');
  await page.getByRole('link', { name: 'Walter Brandt' }).click();
  await page.getByRole('button', { name: 'Approve and show the codes' }).click();
  const sheet = page.locator('main article ol code');
  await expect(sheet).toHaveCount(20);
  const codes = await sheet.allInnerTexts();
  // Nobody knows yet which language he reads.
  await expect(page.getByText('Elija una contraseña.')).toBeVisible();

  const own = withoutScript;
  const address = email();
  await own.setViewportSize({ width: 390, height: 844 });
  await own.goto('/sign-up');
  await own.locator('input[name="email"]').fill(address);
  await own.locator('input[name="invitation"]').fill(code);
  await own.getByRole('button', { name: 'Continue' }).click();
  await own.locator('input[name="code"]').fill(await codeFor(site, address));
  await own.getByRole('button', { name: 'Continue' }).click();
  await own.locator('input[name="password"]').fill(password);
  await own.getByRole('button', { name: 'Save my password' }).click();
  await own.getByRole('link', { name: 'I have a printed sheet of codes from the facility' }).click();
  await own.locator('input[name="sheetCode"]').fill('ABCD-EFGH-JKMN-PQRS');
  await own.getByRole('button', { name: 'Make my account' }).click();
  await expect(own.getByRole('alert')).toContainText('This code is not right, or it was used');
  await own.locator('input[name="sheetCode"]').fill((codes[0] ?? '').toLowerCase());
  await own.getByRole('button', { name: 'Make my account' }).click();
  await own.getByRole('link', { name: 'Do this later' }).click();
  await expect(own).toHaveURL(/\/home$/);

  await own.context().clearCookies();
  await own.goto('/sign-in');
  await own.locator('input[name="email"]').fill(address);
  await own.locator('input[name="password"]').fill(password);
  await own.locator('main button:not([type="button"])').first().click();
  await own.waitForURL('**/sign-in/two-factor**');
  await own.locator('input[name="code"]').fill(codes[1] ?? '');
  await own.locator('main button:not([type="button"])').first().click();
  await expect(own).toHaveURL(/\/home$/);
});
