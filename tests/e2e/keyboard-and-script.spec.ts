import { totpCode } from '#app/people/totp.ts';
import { castMember, expect, scriptRuns, test } from '#tests/support/browser-site.ts';
import { tabTo } from '#tests/support/keyboard.ts';
import { askGateway } from '#tests/support/machine.ts';
import { tellStory } from '#tests/support/told-story.ts';

const ines = castMember('patient');
const training = { purpose: 'MLTRAINING', recipient: 'kestrel', patientId: 'RB000417' };

test('the patient’s story by keyboard alone: sign in, file, read', async ({ page, site, request }) => {
  test.setTimeout(120_000);
  await tellStory(site.world);
  await page.goto('/');
  await scriptRuns(page);
  await page.keyboard.press('Tab');
  await expect(page.locator(':focus')).toHaveText('Skip to the main part');
  await tabTo(page, 'Sign in');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/sign-in/);
  await tabTo(page, 'Email address');
  await page.keyboard.type(ines.email);
  await page.keyboard.press('Tab');
  await page.keyboard.type(ines.password);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/two-factor/);
  await tabTo(page, 'Code');
  await page.keyboard.type(totpCode(ines.totpSecret, site.clock.now()));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/home$/);

  await page.goto('/opt-outs/new');
  await scriptRuns(page);
  await tabTo(page, 'Start');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('radio').first()).toBeVisible();
  await tabTo(page, 'Yes, to everything');
  await page.keyboard.press('Space');
  await tabTo(page, 'Continue');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Check your answers' })).toBeVisible();
  await tabTo(page, 'Send my choice');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
  expect(await askGateway(request, { ...training, purpose: 'HRESCH' })).toMatchObject({ decision: 'deny' });

  await page.goto('/home');
  await scriptRuns(page);
  await tabTo(page, 'Read our answer');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Call us with any question.')).toBeVisible();
});

test('the patient’s story without script: sign in, file, read', async ({
  withoutScript: page,
  site,
  request,
}) => {
  const story = await tellStory(site.world);
  await site.signInByPages(page, 'patient');
  await page.goto('/opt-outs/new');
  await page.getByRole('link', { name: 'Start' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Please choose one.').first()).toBeVisible();
  await page.getByLabel('Yes, to everything').check();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Send my choice' }).click();
  await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
  expect(await askGateway(request, training)).toMatchObject({ decision: 'deny' });
  await page.goto(`/requests/${story.answered.id}`);
  await expect(page.getByText('Call us with any question.')).toBeVisible();
  await page.getByText('How we worked out this date').click();
  await expect(page.getByText(/we counted 60 calendar days/)).toBeVisible();
});

test('staff answer without script', async ({ withoutScript: page, site }) => {
  const story = await tellStory(site.world);
  await site.signInByPages(page, 'staff');
  await page.goto(`/staff/requests/${story.untouched.id}`);
  await page.getByRole('button', { name: 'Draft the answer' }).click();
  await page.getByLabel('I reviewed this list').check();
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await expect(page.getByText('The answer was sent.').first()).toBeVisible();
});

for (const width of [1280, 390]) {
  test(`nothing moves when script takes over a page, ${width} pixels wide`, async ({ page, site }) => {
    await page.setViewportSize({ width, height: 900 });
    const places = () =>
      page.evaluate(() =>
        [
          ...document.querySelectorAll(
            'main h2, main a, main label, main button:not([type="button"]), footer',
          ),
        ].map((at) => `${at.textContent?.slice(0, 40)}: ${Math.round(at.getBoundingClientRect().top)}`),
      );
    const stays = async (path: string) => {
      let goOn = () => undefined as void;
      const until = new Promise<void>((resolve) => (goOn = resolve));
      await page.route('**/assets/entry.client-*', async (route) => {
        await until;
        await route.continue();
      });
      await page.goto(path, { waitUntil: 'commit' });
      await page.locator('footer').waitFor();
      await page.waitForFunction(() =>
        [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')].every(({ sheet }) => sheet),
      );
      await page.evaluate(() => document.fonts.ready);
      const before = await places();
      goOn();
      await scriptRuns(page);
      expect(await places(), path).toEqual(before);
      await page.unrouteAll({ behavior: 'wait' });
    };
    for (const path of ['/sign-in', '/sign-up', '/recover']) await stays(path);
    await site.signInByPages(page, 'patient');
    for (const path of [
      '/home',
      '/account/security',
      '/account/security/passkeys',
      '/account/security/password',
    ])
      await stays(path);
    await page.context().clearCookies();
    await site.signInByPages(page, 'staff');
    for (const path of ['/staff', '/staff/intake']) await stays(path);
  });
}
