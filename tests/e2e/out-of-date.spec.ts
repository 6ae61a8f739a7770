import { tellFee } from '#app/requests/fees.server.ts';
import { byStaff, takeAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { openSecrets } from '#app/vendors/channels.server.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { fileAccess } from '#tests/support/asked.ts';
import { expect, test } from '#tests/support/browser-site.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { patientOf, personOf } from '#tests/support/seeded-people.ts';
import { addChannel, linkTo } from '#tests/support/told-vendors.ts';

// A page with script that was open while something changed: it is told so, shows what stands there now, and does not stay refused.

const words = wordsFor('en');

test('a setting that another officer changed: the page shows what counts now, and saves again', async ({
  page,
  site,
  watched,
}) => {
  watched.expectComplaint('status of 409');
  const { world } = site;
  await site.signIn(page, 'privacyOfficer');
  await page.goto('/officer/settings/fees');
  const { versionId, value } = await newestSetting(world.db, 'fees');
  const theirs = { name: 'fees', value: { ...value, accessCents: 700 }, expected: versionId } as const;
  expect(await changeSetting(world, { ...theirs, actor: await personOf(world, 'privacyOfficer') })).toEqual({
    ok: true,
  });
  const access = page.locator('input[name="access"]');
  await access.fill('9.00');
  await page.getByRole('button', { name: words('settings.save') }).click();
  await expect(page.getByRole('alert')).toContainText(words('errors.settingChanged'));
  await expect(access).toHaveValue(/^7/);
  await access.fill('9.00');
  await page.getByRole('button', { name: words('settings.save') }).click();
  await expect(page).toHaveURL(/done=saved/);
  await expect(access).toHaveValue(/^9/);
});

test('a company whose answer came too late reads so, and has its words still', async ({
  page,
  site,
  watched,
}) => {
  watched.expectComplaint('status of 409');
  const { world, clock } = site;
  const optOutId = await fileOptOut(world);
  const { id: vendorId } = await world.db.vendor.findFirstOrThrow({ where: { slug: { contains: 'umbra' } } });
  await addChannel(world, vendorId, await personOf(world, 'privacyOfficer'));
  const { id: noticeId } = await world.db.vendorNotice.findFirstOrThrow({
    where: { vendorId, optOutId, kind: 'stop' },
  });
  await page.goto(`/notices/${await linkTo(world, noticeId)}`);
  await page.locator('input[name="code"]').fill((await openSecrets(world, vendorId, 'page'))[0] ?? '');
  await page.locator('main form button').click();
  await page.locator('input[name="deed"][value="stopped"]').check();
  await page.locator('input[name="since"]').fill(localDate(clock.now(), 'America/New_York'));
  await page.locator('textarea[name="text"]').fill('We took them out by hand.');
  const told = { deeds: ['stopped' as const], sinceOn: localDate(clock.now(), 'America/New_York') };
  const byPhone = { ...told, text: 'They said so by phone.', proof: null };
  const taken = await takeAnswer(world, noticeId, byStaff(await personOf(world, 'staff')), byPhone);
  expect(taken.ok).toBe(true);
  await page.locator('button[value="answer"]').click();
  await expect(page.getByRole('alert')).toContainText(words('errors.vendorNotice.linkOver'));
  await expect(page.getByRole('heading', { name: words('vendorNotices.page.over') })).toBeVisible();
  await expect(page.getByLabel(words('vendorNotices.page.notTaken'))).toHaveValue(
    'We took them out by hand.',
  );
  await expect(page.locator('button[value="answer"]')).toHaveCount(0);
});

test('a yes to a cost that was told anew meanwhile has to be said again', async ({ page, site, watched }) => {
  watched.expectComplaint('status of 409');
  const { world, clock } = site;
  const [ines, dana] = [await patientOf(world, 'RB000417'), await personOf(world, 'staff')];
  const requestId = await fileAccess(world, ines);
  const tell = (amountCents: number) =>
    tellFee(world, { requestId, actor: dana, amountCents, currency: 'USD', basis: 'A disc.' });
  expect((await tell(1_250)).ok).toBe(true);
  await site.signIn(page, 'ines.okafor@demo.example');
  const send = page.getByRole('button', { name: words('asking.fee.send') });
  const elsewhere = await page.context().newPage();
  for (const one of [page, elsewhere]) await one.goto(`/requests/${requestId}`);
  await elsewhere.locator('input[name="choice"][value="change"]').check();
  await elsewhere.locator('textarea[name="change"]').fill('Only the chest CT.');
  await elsewhere.getByRole('button', { name: words('asking.fee.send') }).click();
  await elsewhere.waitForURL(/done=chosen/);
  clock.advance(60_000);
  expect((await tell(2_000)).ok).toBe(true);

  const goOn = page.locator('input[name="choice"][value="goOn"]');
  await goOn.check();
  await send.click();
  await expect(page.getByRole('alert')).toContainText(words('errors.costChanged'));
  await expect(page.locator('main')).toContainText('$20.00');
  await expect(goOn).not.toBeChecked();
  await send.click();
  await expect(page.getByRole('alert')).toContainText(words('errors.choose'));
  await goOn.check();
  await send.click();
  await page.waitForURL(/done=chosen/);
});
