import { expect, test } from '#tests/support/browser-site.ts';
import { askGateway } from '#tests/support/machine.ts';

const training = { purpose: 'MLTRAINING', recipient: 'umbra', patientId: 'RB000533' };

/** A representative's whole way, in the browser, each step as the person it is for. */
test('the story: somebody asks with a document, staff decide, they act and say no, the check denies', async ({
  page,
  request,
  browser,
  site,
  watched,
}) => {
  test.setTimeout(180_000);

  await test.step('who has no record of her own begins with those she acts for', async () => {
    await site.signIn(page, 'rosa.castellano@demo.example');
    await expect(page).toHaveURL(/\/account\/representatives$/);
    await expect(page.getByRole('heading', { name: 'Mila Castellano' })).toBeVisible();
  });

  await test.step('she asks to act for somebody else, with a document, by keyboard', async () => {
    await page.getByRole('link', { name: 'Ask to act for someone' }).click();
    await page.getByLabel('First name').fill('Tor');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Lindqvist');
    await page.getByLabel('Date of birth').fill('1984-11-27');
    await page.getByLabel(/Patient number/).fill('RB000533');
    await page.getByLabel('Who you are to this person').fill('Sister');
    await page.getByLabel('Guardian.').check();
    await page.getByLabel('May see the records, ask and say no.').check();
    await page.getByLabel('Document that shows your right').setInputFiles({
      name: 'order.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7\n%%EOF\n'),
    });
    await page.getByRole('button', { name: 'Send my request' }).click();
    await expect(page.getByRole('status').filter({ hasText: 'We have your request' })).toBeVisible();
    await expect(page.getByText('Waits for our answer')).toBeVisible();
    expect(await askGateway(request, training)).toMatchObject({ decision: 'permit' });
  });

  await test.step('staff read the document, match the record and grant it', async () => {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-US' });
    watched.watch(context);
    const desk = await context.newPage();
    await site.signIn(desk, 'staff');
    await desk.getByRole('link', { name: /Decide who may act: 1 request/ }).click();
    await desk.getByRole('link', { name: 'Rosa Castellano' }).click();
    const download = desk.waitForEvent('download');
    await desk.getByRole('link', { name: 'order.pdf' }).click();
    expect((await download).suggestedFilename()).toBe('order.pdf');
    await expect(desk.getByText('Agrees', { exact: true })).toHaveCount(4);
    await desk.getByLabel(/This is Tor Lindqvist/).check();
    // An adult's guardian: staff say why.
    await desk.locator('[name="reason"]').first().fill('Order of the county court, seen in the document.');
    await desk.getByRole('button', { name: 'Grant: this person may act' }).click();
    await expect(desk.getByText('Decided. We write to the person.')).toBeVisible();
  });

  await test.step('she acts for him, and every page says so', async () => {
    await page.reload();
    await page.getByRole('button', { name: 'Act for Tor Lindqvist' }).click();
    await expect(page).toHaveURL(/\/home$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Records of Tor Lindqvist' })).toBeVisible();
    for (const path of ['/disclosures', '/opt-outs', '/requests', '/account/activity']) {
      await page.goto(path);
      await expect(page.getByRole('complementary', { name: 'For whom you act' })).toContainText(
        'Tor Lindqvist',
      );
    }
  });

  await test.step('she says no for him; the receipt names both, and the check denies', async () => {
    await page.goto('/opt-outs/new/check?everything=yes');
    await page.getByRole('button', { name: 'Send my choice' }).click();
    await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
    await expect(page.getByText('You asked for this on the patient’s behalf.')).toBeVisible();
    await expect(page.getByText('You, on behalf of Tor Lindqvist').first()).toBeVisible();
    expect(await askGateway(request, training)).toMatchObject({ decision: 'deny', reason: 'optedOut' });
  });

  await test.step('the patient’s activity says on whose behalf, and that staff looked', async () => {
    await page.goto('/account/activity');
    await expect(page.getByText('You, on behalf of Tor Lindqvist').first()).toBeVisible();
    await expect(page.getByText('Staff at Riverbend Imaging').first()).toBeVisible();
  });

  await test.step('back to her own, without script too', async () => {
    await page.getByRole('button', { name: 'Back to my own records' }).click();
    await expect(page).toHaveURL(/\/account\/representatives$/);
    await expect(page.getByRole('complementary', { name: 'For whom you act' })).toHaveCount(0);
  });
});

test('without script: act for a child, be told when the right has ended, and find the way back', async ({
  withoutScript: page,
  site,
}) => {
  await site.signIn(page, 'rosa.castellano@demo.example');
  await page.getByRole('button', { name: 'Act for Mila Castellano' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Records of Mila Castellano' })).toBeVisible();
  await site.world.db.representation.updateMany({ data: { endsOn: new Date('2026-11-21') } });
  await page.goto('/opt-outs/new/check?everything=yes');
  await expect(
    page.getByRole('heading', { name: 'You can no longer act for Mila Castellano' }),
  ).toBeVisible();
  await page.getByRole('button', { name: 'Back to my own records' }).click();
  await expect(page.getByText('Ended by its date')).toBeVisible();
});
