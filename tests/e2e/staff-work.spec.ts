import { submitRequest } from '#app/requests/filing.server.ts';
import { castMember, expect, test, type BrowserSite } from '#tests/support/browser-site.ts';

/** A correction that Ines asks for. */
async function correction(site: BrowserSite): Promise<{ requestId: string; reference: string }> {
  const { id, displayName, role, patientId } = await site.world.db.user.findUniqueOrThrow({
    where: { email: castMember('patient').email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  const filed = await submitRequest(site.world, {
    actor: { kind: 'person', id, name: displayName, role, patientId },
    kind: 'amendment',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: {},
    statement: { wrong: 'The report says left lung.', right: 'Right lung', why: 'I was there.' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return filed;
}

test('a day at the desk: the queue by keys, a letter with a second look, more time, a paper request', async ({
  page,
  browser,
  site,
  watched,
}) => {
  const first = await correction(site);
  // The queue is by last day, and then by when it came.
  site.clock.advance(60_000);
  const second = await correction(site);
  const desk = async () => {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-US' });
    watched.watch(context);
    return context.newPage();
  };
  await site.signIn(page, 'staff');

  await test.step('staff go through the queue by keys, and give what is ticked to the officer', async () => {
    await page.goto('/staff?kind=amendment');
    await expect(page.getByText('Keys, while you are in the list')).toBeVisible();
    await page.getByRole('link', { name: first.reference }).focus();
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await expect(page.getByRole('link', { name: second.reference })).toBeFocused();
    await page.keyboard.press('x');
    await expect(page.getByLabel(`Tick ${second.reference}`)).toBeChecked();
    await page.getByLabel('Give them to').selectOption({ label: 'Amara Diallo' });
    await page.getByRole('button', { name: 'Give them' }).click();
    await expect(page.getByText('2 requests now belong to Amara Diallo.')).toBeVisible();
    await expect(page).toHaveURL(/kind=amendment/);
    await page.getByRole('link', { name: first.reference }).focus();
    await page.keyboard.press('/');
    await expect(page.getByLabel('Find by number, name or patient number')).toBeFocused();
    await page.keyboard.type(first.reference);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/staff/requests/${first.requestId}`);
  });

  await test.step('staff draft a denial, which they cannot send', async () => {
    await expect(page.getByText('The report says left lung.')).toBeVisible();
    await page.getByLabel('Denied').check();
    await page
      .getByLabel('Ground, if it is a denial')
      .selectOption({ label: 'The record is correct and complete. (45 CFR 164.526(a)(2)(iv))' });
    await page.getByLabel('The letter', { exact: true }).fill('We looked at the scan again.');
    await page.getByLabel('The reasons in plain words').check();
    await page.getByRole('button', { name: 'Keep the draft' }).click();
    await page.waitForURL('**done=letter');
    await expect(page.getByText('Only a privacy officer can send a denial.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Send the answer' })).toHaveCount(0);
  });

  const officer = await desk();
  await test.step('the officer reads it as the patient will, and sends it', async () => {
    await site.signIn(officer, 'privacyOfficer');
    await officer.goto(`/staff/requests/${first.requestId}`);
    await expect(officer.getByText(/Dana Whitlow opened this/)).toBeVisible();
    const preview = officer.getByRole('region', { name: 'What Ines Okafor will read' });
    await expect(preview).toContainText('We looked at the scan again.');
    await expect(preview).toContainText('45 CFR 164.526(a)(2)(iv)');
    await officer.getByLabel('I read this letter as the patient will read it').check();
    await officer.getByRole('button', { name: 'Send the answer' }).click();
    await officer.waitForURL('**done=send');
    await expect(officer.getByText('The answer was sent.').first()).toBeVisible();
  });

  await test.step('the officer takes more time, and the new last day stands in the queue', async () => {
    await officer.goto(`/staff/requests/${second.requestId}`);
    await officer.getByText('Take more time').click();
    await officer.getByLabel('Why we need more time').fill('The film archive is being moved.');
    await expect(officer.getByLabel('The new last day')).toHaveValue('2027-02-20');
    await officer.getByRole('button', { name: 'Move the last day' }).click();
    await officer.waitForURL('**done=extend');
    await expect(officer.locator('main')).toContainText('February 20, 2027');
  });

  await test.step('what somebody types is still there when another person was faster', async () => {
    await page.goto(`/staff/requests/${second.requestId}`);
    await page.getByLabel('Done as asked').check();
    await page.getByLabel('The letter', { exact: true }).fill('Words that took an hour.');
    await officer.getByText('Ask who it is').click();
    await officer.getByRole('button', { name: 'Ask for proof' }).click();
    await officer.waitForURL('**done=askIdentity');
    watched.expectComplaint('the server responded with a status of 409');
    await page.getByRole('button', { name: 'Keep the draft' }).click();
    await expect(page.getByText('This changed while you were looking at it')).toBeVisible();
    await expect(page.getByText(/We asked for proof of who is asking: Amara Diallo/)).toBeVisible();
    await expect(page.getByLabel('What you typed')).toHaveValue('Words that took an hour.');
  });

  await test.step('a "no" on paper is entered with the day it came, and its receipt says what it does', async () => {
    await page.goto('/staff');
    await page.getByRole('link', { name: 'Record a paper or phone request' }).click();
    await page.waitForURL('**/staff/intake');
    await page.getByLabel('Name', { exact: true }).fill('Okafor');
    await page.getByRole('button', { name: 'Find' }).click();
    await page.getByRole('link', { name: 'Ines Okafor' }).click();
    await page.waitForURL(/\/staff\/intake\/[0-9a-f-]{36}$/);
    await page.getByRole('link', { name: 'A choice about my images' }).click();
    await page.waitForURL('**kind=optOut');
    await page.getByLabel('On paper').check();
    await page.getByLabel('Day on which we got it').fill('2026-11-18');
    await page.locator('input[name="everything"][value="yes"]').check();
    await page.getByRole('button', { name: 'Enter the request' }).click();
    await page.waitForURL('**/receipt');
    await expect(page.getByText(/PV-[0-9A-Z]{6}/).first()).toBeVisible();
    await expect(page.getByText('This is our own promise. No law sets this day.')).toBeVisible();
    await page.emulateMedia({ media: 'print' });
    await expect(page.getByRole('button', { name: 'Print the receipt' })).toBeHidden();
  });
});
