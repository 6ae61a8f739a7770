import { expectSound, narrow, takeLook, wide } from '#tests/support/axe.ts';
import { expect, test } from '#tests/support/browser-site.ts';

/** A log as an older system writes it: names of its own, one line without a time. */
const log = (month: string) => ({
  name: `log-${month}.csv`,
  mimeType: 'text/csv',
  buffer: Buffer.from(
    [
      'Sent At,MRN,Authority,Called AE,Study Instance UID,Status,Remark',
      `2026-${month}-05T13:00:00Z,RB000417,RIVERBEND,NORTHLIGHT_AI,2.25.71${month},success,"a, b"`,
      `2026-${month}-05T13:01:00Z,RB000417,RIVERBEND,NOBODYS_AE,2.25.72${month},success,`,
      `yesterday,RB000417,RIVERBEND,NORTHLIGHT_AI,2.25.73${month},success,`,
      `2026-${month}-05T13:02:00Z,RB000417`,
    ].join('\r\n'),
  ),
});

test('staff import a file: without script, then the next of its source, and see what became of each row', async ({
  page,
  site,
  withoutScript,
}) => {
  await test.step('without script: they say what its columns are, look at it, and take it in', async () => {
    const plain = withoutScript;
    await site.signIn(plain, 'staff');
    await plain.goto('/staff/disclosures');
    await plain.getByRole('main').getByRole('link', { name: 'Imports' }).click();
    await expect(plain.getByRole('heading', { name: 'No file was imported yet' })).toBeVisible();
    await plain.getByRole('link', { name: 'Import a file' }).click();
    await plain.getByRole('button', { name: 'Show the file' }).click();
    await expect(plain.getByRole('alert')).toContainText('Choose the system whose log it is.');
    await plain.getByLabel('Whose log is it?').selectOption({ label: 'Another system' });
    await plain.getByLabel('Name of the other system').fill('OLD_PACS');
    await plain.getByLabel('CSV file').setInputFiles(log('08'));
    await plain.getByRole('button', { name: 'Show the file' }).click();
    await plain.waitForURL(/\/staff\/imports\/[0-9a-f-]{36}$/);
    await expect(plain.getByText('As their names suggest. Check each one.')).toBeVisible();
    await plain.getByLabel('authority').selectOption({ label: 'Issuer of the number' });
    await plain.getByRole('button', { name: 'Take in these 4 rows' }).click();
    await expect(plain.getByText('You changed the columns.')).toBeVisible();
    await expect(plain.getByText('2 rows have a problem.')).toBeVisible();
    await expect(plain.getByText('RB000417 RIVERBEND').first()).toBeVisible();
    await plain.getByRole('button', { name: 'Take in these 4 rows' }).click();
    await expect(async () => {
      await plain.reload();
      await expect(plain.getByText('1 accepted, 0 known already, 2 unmatched, 1 refused')).toBeVisible({
        timeout: 1_000,
      });
    }).toPass({ timeout: 15_000 });
    await plain.getByRole('link', { name: 'Refused' }).click();
    await expect(plain.getByRole('row')).toHaveCount(2);
    await expect(plain.getByText('It has more or fewer columns than the first line')).toBeVisible();
    const [download] = await Promise.all([
      plain.waitForEvent('download'),
      plain.getByRole('link', { name: 'Rows that need somebody (CSV)' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^rows-[0-9a-f]{12}\.csv$/);
  });

  await test.step('the next file of this source is read as it was kept', async () => {
    await site.signIn(page, 'staff');
    await takeLook(page, site, wide);
    await page.goto('/staff/imports/new');
    await page.getByLabel('Whose log is it?').selectOption('OLD_PACS');
    await page.getByLabel('CSV file').setInputFiles(log('09'));
    await page.getByRole('button', { name: 'Show the file' }).click();
    await page.waitForURL(/\/staff\/imports\/[0-9a-f-]{36}$/);
    await expect(page.getByText('As it was kept for this source.')).toBeVisible();
    await expectSound(page, wide);
    await takeLook(page, site, narrow);
    await page.reload();
    await expectSound(page, narrow);
    // It is taken in while the page looks on.
    await page.getByRole('button', { name: 'Incorporar estas 4 filas' }).click();
    await expect(page.getByText('1 aceptadas, 0 ya conocidas, 2 sin asignar, 1 rechazadas')).toBeVisible({
      timeout: 15_000,
    });
    await expectSound(page, narrow);
    await takeLook(page, site, wide);
    await page.goto('/staff/imports');
    await expect(page.getByRole('row')).toHaveCount(3);
    await expectSound(page, wide);
    await page.getByRole('link', { name: 'log-08.csv' }).click();
    await page.getByRole('link', { name: 'Decide Row 2' }).click();
    await expect(page.getByRole('heading', { name: 'AE title NOBODYS_AE' })).toBeVisible();
  });

  await test.step('one that is thrown away leaves nothing', async () => {
    await page.goto('/staff/imports/new');
    await page.getByLabel('Whose log is it?').selectOption('OLD_PACS');
    await page.getByLabel('CSV file').setInputFiles(log('10'));
    await page.getByRole('button', { name: 'Show the file' }).click();
    await page.getByRole('button', { name: 'Throw away' }).click();
    await expect(page.getByText('Thrown away. Nothing of it was taken in.')).toBeVisible();
    await expect(page.getByRole('row', { name: /log-10/ })).toContainText('Thrown away');
  });
});
