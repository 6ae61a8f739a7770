import { castMember, expect, test } from '#tests/support/browser-site.ts';
import { tellStory } from '#tests/support/told-story.ts';

test('staff find a patient, flag the record, join it with its look-alike, part them again, and confirm who somebody is', async ({
  page,
  site,
  watched,
}) => {
  // The number of another record is answered with 409.
  watched.expectComplaint('409');
  await tellStory(site.world);
  await site.signIn(page, 'staff');
  const told = (words: string) => expect(page.getByRole('status').filter({ hasText: words })).toBeVisible();

  await test.step('find, by keyboard', async () => {
    await page.goto('/staff/patients');
    await page.getByLabel('Name', { exact: true }).focus();
    await page.keyboard.type('delacroix');
    await page.keyboard.press('Enter');
    await told('2 records');
    await page.getByRole('link', { name: 'Marguerite Delacroix', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/why?to=**');
    await page.getByRole('radio', { name: 'To keep the record right' }).focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Open the record' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/staff\/patients\/[0-9a-f-]{36}$/);
    await expect(page.getByRole('heading', { level: 1, name: 'Marguerite Delacroix' })).toBeVisible();
  });

  await test.step('flag', async () => {
    await page.getByRole('link', { name: 'Set or lift a flag' }).click();
    await page.waitForURL('**/flags');
    await page.getByRole('radio', { name: 'Conflict: nobody acts for this patient for now' }).focus();
    await page.keyboard.press('Space');
    await page.getByLabel('Reason', { exact: true }).fill('Two letters that contradict each other');
    await page.getByRole('button', { name: 'Set the flag' }).click();
    await page.waitForURL('**done=flagSet');
    await told('The flag is set.');
    await expect(page.getByText('Two letters that contradict each other')).toBeVisible();
  });

  await test.step('join: the number of the other record leads to both, side by side', async () => {
    await page.getByLabel('Patient number', { exact: true }).fill('MS-2231');
    await page.locator('input[name="issuer"]').fill('MILLSTREET');
    await page.getByRole('button', { name: 'Add the number' }).click();
    await page.getByRole('link', { name: 'Compare the two records' }).click();
    await page.waitForURL('**/merge?with=**');
    await expect(page.getByText('Different').first()).toBeVisible();
    await page.getByLabel('Marguerite Delacroix, RB000760').check();
    await page.getByLabel('Reason', { exact: true }).fill('Same person, seen at the desk');
    await page.getByRole('button', { name: 'Join: this is one person' }).click();
    await page.waitForURL('**done=merged');
    await told('The records are joined.');
    await expect(page.getByText('MS-2231').first()).toBeVisible();
  });

  await test.step('part', async () => {
    await page.getByRole('link', { name: 'Part these records again' }).click();
    await page.waitForURL('**/part?merge=**');
    await expect(page.getByText('Why they were joined: Same person, seen at the desk')).toBeVisible();
    await page.getByLabel('Reason', { exact: true }).fill('They are sisters');
    await page.getByRole('button', { name: 'Part them: these are two people' }).click();
    await page.waitForURL('**done=parted');
    await told('The records are parted again.');
    await expect(page.getByText(/Parted again on .*: They are sisters/)).toBeVisible();
  });

  await test.step('confirm who somebody is, in spite of another number', async () => {
    await page.goto('/staff/identity');
    await page.getByRole('link', { name: 'Marguerite Delacroix' }).click();
    await page.waitForURL(/\/staff\/identity\/[0-9a-f-]{36}$/);
    const confirm = page.getByRole('button', { name: 'Confirm: this is Marguerite Delacroix' });
    await confirm.click();
    await expect(page.getByRole('alert').first()).toBeVisible();
    await page
      .getByRole('region', { name: 'Marguerite Delacroix', exact: true })
      .getByLabel('Why it is this person all the same')
      .fill('One digit was misread');
    await confirm.click();
    await page.waitForURL('**/staff/identity?done=decided');
    await told('Decided. We write to the person.');
  });

  const { patient } = await site.world.db.user.findUniqueOrThrow({
    where: { email: castMember('rosa.castellano@demo.example').email },
    select: { patient: { select: { familyName: true } } },
  });
  expect(patient).toEqual({ familyName: 'Delacroix' });
});
