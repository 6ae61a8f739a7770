import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { withAuthenticator } from '#tests/support/browser-passkeys.ts';
import { castMember, expect, test } from '#tests/support/browser-site.ts';
import { anotherOfficer } from '#tests/support/colleague-codes.ts';

test('two officers invite a colleague: the code is shown once, and can be revoked', async ({
  page,
  site,
}) => {
  const second = await anotherOfficer(site.world);
  await site.signIn(page, 'privacyOfficer');
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await page.getByRole('link', { name: 'Invite a colleague' }).click();
  await page.getByRole('button', { name: 'Ask a second officer' }).click();
  await expect(page.getByRole('alert')).toContainText('Please choose one.');
  await page.getByLabel('Name of the colleague').fill('Noor Haddad');
  await page.getByLabel('Staff', { exact: true }).check();
  await page.getByLabel('Why is it needed?').fill('Starts on Monday');
  await page.getByRole('button', { name: 'Ask a second officer' }).click();
  await expect(page.getByRole('status')).toContainText('Nothing has changed yet');
  await expect(page.getByText('Somebody else decides')).toBeVisible();

  // The other way round: a colleague asked, and this officer confirms.
  await askOfficerOrder(site.world, {
    actor: second,
    content: { kind: 'invite', name: 'Lena Ortiz', role: 'staff' },
    reason: 'Second shift',
  });
  await page.reload();
  await page.getByRole('link', { name: 'Invite Lena Ortiz as: Staff' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  const code = page.getByText(/^([0-9A-Z]{4}-){4}[0-9A-Z]{4}$/);
  await expect(code).toBeVisible();
  await page.goto('/officer/people/invite');
  await expect(code).toHaveCount(0);
  await page.getByRole('button', { name: 'Revoke the invitation of Lena Ortiz' }).click();
  await expect(page.getByRole('status')).toContainText('The invitation was revoked.');
  await expect(page.getByText('No open invitations')).toBeVisible();
});

test('two people help somebody who lost their phone, and the sheet opens the account', async ({
  page,
  site,
  browser,
  withoutScript,
  watched,
}) => {
  test.setTimeout(120_000);
  const ines = castMember('patient');
  // Staff ask with script off.
  await site.signIn(withoutScript, 'staff');
  await withoutScript.goto('/staff/sign-in-help/new');
  await withoutScript.getByLabel('Email of the account').fill(ines.email);
  await withoutScript.getByRole('button', { name: 'Find the account' }).click();
  await expect(withoutScript.getByRole('heading', { level: 1 })).toContainText('Ines Okafor');
  await withoutScript.getByLabel('Everything new').check();
  await withoutScript.getByLabel('How did you check who it is?').fill('Passport, in person');
  await withoutScript.getByLabel('Why is it needed?').fill('Phone was stolen');
  await withoutScript.getByRole('button', { name: 'Ask a second person' }).click();
  await expect(withoutScript.getByRole('status')).toContainText('Nothing has changed yet');
  await expect(withoutScript.getByText('Somebody else decides')).toBeVisible();

  // An officer approves.
  await site.signIn(page, 'privacyOfficer');
  await page.getByRole('link', { name: 'Help with sign-in' }).click();
  await page.getByRole('link', { name: 'Ines Okafor' }).click();
  await expect(page.getByText('Passport, in person')).toBeVisible();
  await page.getByRole('button', { name: 'Approve and show the codes' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign-in codes for Ines Okafor');
  const codes = await page.locator('article ol code').allTextContents();
  expect(codes).toHaveLength(20);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('button', { name: 'Print the sheet' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.goto('/staff/sign-in-help');
  await expect(page.getByText('Approved by Amara Diallo')).toBeVisible();

  // The person signs in with the password and a code from the sheet.
  const context = await browser.newContext({ baseURL: site.origin });
  watched.watch(context);
  const hers = await context.newPage();
  await hers.goto('/sign-in');
  await hers.locator('input[name="email"]').fill(ines.email);
  await hers.locator('input[name="password"]').fill(ines.password);
  await hers.locator('main button[type="submit"]').first().click();
  await hers.waitForURL('**/sign-in/two-factor**');
  await hers.locator('input[name="code"]').fill(codes[4]?.toLowerCase() ?? '');
  await hers.locator('main button[type="submit"]').first().click();
  await hers.waitForURL('**/home');
  await hers.goto('/account/security');
  await expect(hers.getByText('19 codes left.')).toBeVisible();
  await expect(hers.getByText('Not set up')).toBeVisible();
  await context.close();
});

test('two officers make a key, and one renews it and ends it', async ({ page, site }) => {
  await site.signIn(page, 'privacyOfficer');
  await page.getByRole('link', { name: 'Keys of programs' }).click();
  await askOfficerOrder(site.world, {
    actor: await anotherOfficer(site.world),
    content: {
      kind: 'key',
      name: 'Gateway, west wing',
      scopes: ['checks:read'],
      vendorId: null,
      days: 365,
      networks: [],
      sources: [],
    },
    reason: 'New scanner',
  });
  await page.getByRole('link', { name: 'Waiting for a second officer' }).click();
  await page.getByRole('link', { name: 'Key for the program Gateway, west wing' }).click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  const key = page.getByText(/^pvk_[\w-]{43}$/);
  const first = (await key.textContent()) ?? '';
  const asks = async (secret: string) =>
    (
      await page.request.post('/api/v1/checks', {
        headers: { Authorization: `Bearer ${secret}` },
        data: {
          purpose: 'MLTRAINING',
          recipient: 'umbra',
          items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
        },
      })
    ).status();
  expect(await asks(first)).toBe(200);
  await page.getByRole('link', { name: 'Keys of programs' }).first().click();
  await page.getByRole('link', { name: 'Gateway, west wing' }).click();
  await page.getByLabel('Days the old key still works').fill('0');
  await page.getByRole('button', { name: 'Make a new key' }).click();
  await expect(key).toBeVisible();
  const second = (await key.textContent()) ?? '';
  expect(await asks(first)).toBe(401);
  expect(await asks(second)).toBe(200);
  await page.getByRole('button', { name: 'Revoke all its keys' }).click();
  await expect(page.getByRole('status')).toContainText('It was revoked.');
  expect(await asks(second)).toBe(401);
});

test('a passkey is added by name, and the page says what it needs without script', async ({
  page,
  site,
  withoutScript,
  watched,
}) => {
  // The refused removal answers 409, which the browser notes.
  watched.expectComplaint('409');
  await withAuthenticator(page);
  await site.signIn(page, 'staff');
  await page.goto('/account/security/passkeys');
  await page.getByLabel('A name for it').fill('Desk computer');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.waitForURL('**/account/security?done=passkey');
  await expect(page.getByText('Desk computer')).toBeVisible();
  await page.goto('/account/security/app');
  await page.getByRole('button', { name: 'Remove the app from my account' }).click();
  await expect(page.getByRole('status')).toContainText('The app was removed.');
  await page.goto('/account/security/passkeys');
  await page.getByRole('button', { name: 'Remove Desk computer' }).click();
  await expect(page.getByRole('alert').first()).toContainText('This is your only way');

  await site.signIn(withoutScript, 'patient');
  await withoutScript.goto('/account/security/passkeys');
  await expect(withoutScript.getByText('this page needs JavaScript')).toBeVisible();
});
