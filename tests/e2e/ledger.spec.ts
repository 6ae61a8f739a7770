import { inTransaction } from '#app/db/client.server.ts';
import { openAlert } from '#app/disclosures/alerts.server.ts';
import { expectSound, takeLook, wide } from '#tests/support/axe.ts';
import { expect, test } from '#tests/support/browser-site.ts';
import { tellStory } from '#tests/support/told-story.ts';

test('a patient looks through the list, staff search the ledger and keep a study, the officer closes an alert and records an agency’s statement', async ({
  page,
  site,
  withoutScript,
}) => {
  const story = await tellStory(site.world);
  const patientId = story.people.patient;
  const sent = await site.world.db.disclosure.findFirstOrThrow({
    where: { patientId, purpose: 'MLTRAINING' },
    select: { id: true, vendorId: true },
  });
  const now = site.clock.now();
  await inTransaction(site.world.db, (tx) =>
    openAlert(
      tx,
      {
        disclosureId: sent.id,
        patientId,
        optOutId: story.optOutId,
        purpose: 'MLTRAINING',
        raisedAt: now,
      },
      now,
    ),
  );
  await takeLook(page, site, wide);
  const sound = () => expectSound(page, wide);

  await test.step('the patient filters without script, and the picture is drawn on the server', async () => {
    await site.signIn(withoutScript, 'patient');
    await withoutScript.goto('/disclosures');
    await expect(withoutScript.getByRole('img', { name: /^Your images were sent \d+ times/ })).toBeVisible();
    await withoutScript.getByText('Show only a part').click();
    await withoutScript.getByLabel('Company').selectOption({ label: 'Kestrel Research Institute' });
    await withoutScript.getByLabel('What for').selectOption('research');
    await withoutScript.getByLabel('Which list').selectOption('law');
    await withoutScript.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(withoutScript).toHaveURL(/company=kestrel&use=research&list=law/);
    await expect(withoutScript.getByText('1 company got your images in what you chose.')).toBeVisible();
    await expect(withoutScript.getByRole('row')).toHaveCount(4);
    await expect(
      withoutScript.getByRole('heading', { name: 'Others who received your images' }),
    ).toBeHidden();
  });

  await test.step('staff find entries with their evidence, and keep a study', async () => {
    await site.signIn(page, 'staff');
    await page.goto('/staff/disclosures');
    await page.getByLabel('Patient number').fill('RB000417');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await expect(page.getByRole('status').filter({ hasText: /\d entries/ })).toBeVisible();
    await expect(page).toHaveURL(/\/staff\/disclosures(\?index)?$/);
    await page.getByText('1 message').first().click();
    await expect(page.getByText('Made up for the demo, report').first()).toBeVisible();
    await sound();
    await page.goto('/staff/disclosures/studies/new');
    for (const [label, value] of [
      ['Name of the study', 'Lung nodules in the county'],
      ['What it studies and why, in plain words', 'How early cancer can be seen.'],
      ['How records were chosen', 'All chest scans of adults.'],
      ['What kind of data was sent', 'CT images.'],
      ['First day on which data was sent', '2025-01-01'],
      ['How many people', '400'],
    ] as const)
      await page.getByLabel(label).fill(value);
    for (const party of ['Sponsor', 'Researcher who received the data']) {
      const group = page.getByRole('group', { name: party });
      await group.getByLabel('Name').fill('Heron Fund');
      await group.getByLabel('Address').fill('1 Quay, Portland');
      await group.getByLabel('Phone').fill('555-0111');
    }
    await page.getByRole('button', { name: 'Record a study' }).click();
    await page.waitForURL('**done=saved');
    await expect(page.getByRole('link', { name: 'Lung nodules in the county' })).toBeVisible();
    await sound();
  });

  await test.step('the officer closes an alert', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/staff'));
    await site.signIn(page, 'privacyOfficer');
    await page.goto('/officer');
    await page.getByRole('link', { name: 'Umbra CAD' }).click();
    await page.waitForURL(/\/officer\/alerts\/[0-9a-f-]{36}$/);
    await expect(page.getByText(/If it was a breach: tell the patient by/).first()).toBeVisible();
    await sound();
    await page.getByRole('button', { name: 'I look into it' }).click();
    await page.waitForURL('**done=saved');
    await page.getByRole('radio', { name: /It was allowed after all/ }).check();
    await page.getByLabel('Why').fill('The contract was signed before.');
    await page.getByRole('button', { name: 'Close it' }).click();
    await expect(page.getByText('The contract was signed before.')).toBeVisible();
    await sound();
  });

  await test.step('and records an agency’s statement', async () => {
    await page.goto(`/officer/suspensions/new/${patientId}`);
    await page.getByLabel('Agency that received images').selectOption(sent.vendorId);
    await page.getByRole('radio', { name: 'Law enforcement' }).check();
    await page.getByRole('radio', { name: 'By mouth' }).check();
    await page.getByLabel('Day of the statement').fill('2026-11-22');
    await page.getByLabel('Who said it').fill('Lt. Moss');
    await page.getByLabel('What the statement says').fill('It would impede an inquiry.');
    await page.getByRole('button', { name: 'Record it' }).click();
    await page.waitForURL('**done=recorded');
    await expect(page.getByText('In force')).toBeVisible();
    await sound();
    await withoutScript.goto('/disclosures');
    await expect(withoutScript.getByText('Umbra CAD')).toHaveCount(0);
  });
});
