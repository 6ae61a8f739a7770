import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { expect, test } from '#tests/support/browser-site.ts';
import { askGateway } from '#tests/support/machine.ts';

const day = 24 * 60 * 60_000;
const training = { purpose: 'MLTRAINING', recipient: 'umbra', patientId: 'RB000417' };

/** The main job, from the archive's reports to the officer's trail, each step as the person it is for. */
test('the story: who got my images, no to AI training, the official list, the answer', async ({
  page,
  request,
  browser,
  site,
  watched,
}) => {
  test.setTimeout(180_000);
  const desk = async (who: 'staff' | 'privacyOfficer') => {
    const context = await browser.newContext({ baseURL: site.origin, locale: 'en-US' });
    watched.watch(context);
    const opened = await context.newPage();
    await site.signInByPages(opened, who);
    return opened;
  };

  await test.step('1–2: the patient sees who received their images, when, how many, what for and on what basis', async () => {
    await site.signInByPages(page, 'patient');
    await page.getByRole('link', { name: 'Who got my images' }).first().click();
    await expect(page.getByText(/3 companies and research centers got your images/)).toBeVisible();
    // What the archive's C-MOVE report said (prisma/seed/audit-messages/01), in words; the receiver's copy made no second row.
    const rows = page
      .getByRole('row')
      .filter({ hasText: 'Northlight AI' })
      .filter({ hasText: 'September 14, 2026' });
    await expect(rows).toHaveCount(1);
    await expect(rows).toContainText('413 images');
    await expect(rows).toContainText('CT');
    // Failed and begun transfers, and the recipient nobody knows, are in no row.
    await expect(page.getByRole('row').filter({ hasText: 'September 20, 2026' })).toHaveCount(0);
    await expect(page.getByText('LUMEN2')).toHaveCount(0);
  });

  await test.step('3: before the "no", the gateway may send', async () => {
    expect(await askGateway(request, training)).toMatchObject({ status: 200, decision: 'permit' });
  });

  const optOutReference =
    await test.step('3: the patient says no to AI training for all companies', async () => {
      await page.goto('/opt-outs/new');
      await expect(page.getByText('It cannot take back images that were sent before.')).toBeVisible();
      await expect(page.getByText('It does not change your care.')).toBeVisible();
      await page.getByRole('link', { name: 'Start' }).click();
      await page.getByLabel('Let me choose').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Training AI (computer programs that learn)').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('All companies and research centers').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      // Each study is named, with who got it.
      await expect(page.getByRole('checkbox', { name: /scan of/ }).first()).toBeVisible();
      await page.getByLabel('All my images, also those to come').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByLabel('Yes, stop these too').check();
      await page.getByRole('button', { name: 'Continue' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Check your answers' })).toBeVisible();
      await expect(page.getByText(/This choice stops \d of these lines/)).toBeVisible();
      await expect(page.getByText('stops when you send this').first()).toBeVisible();
      await page.getByRole('button', { name: 'Send my choice' }).click();
      await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
      return referenceOn(page);
    });

  await test.step('3: from the next call on, the answer is no; care and other purposes are as before', async () => {
    expect(await askGateway(request, training)).toMatchObject({ decision: 'deny', reason: 'optedOut' });
    expect(await askGateway(request, { ...training, recipient: 'northlight' })).toMatchObject({
      decision: 'deny',
    });
    expect(await askGateway(request, { ...training, purpose: 'TREATDS' })).toMatchObject({
      decision: 'permit',
    });
    expect(await askGateway(request, { ...training, purpose: 'HRESCH' })).toMatchObject({
      decision: 'permit',
    });
    expect(await askGateway(request, { ...training, patientId: 'RB999999' })).toMatchObject({
      decision: 'deny',
      reason: 'patientUnknown',
    });
    expect(await askGateway(request, { ...training, patientId: 'RB000533' })).toMatchObject({
      decision: 'permit',
    });
    await page.goto('/opt-outs');
    await expect(page.getByRole('link', { name: `Receipt ${optOutReference}` })).toBeVisible();
    await expect(page.getByText(/We were asked 2 times if your images may be sent/)).toBeVisible();
  });

  const reference = await test.step('4: the patient asks for the official list', async () => {
    await page.goto('/requests/new/accounting');
    await page.getByLabel(/The last 6 years/).check();
    await page.getByRole('button', { name: 'Send my request' }).click();
    await expect(page).toHaveURL(/\/requests\/[0-9a-f-]{36}/);
    await expect(page.getByText('Due', { exact: false }).first()).toBeVisible();
    return referenceOn(page);
  });
  const requestPath = new URL(page.url()).pathname;

  const staff = await desk('staff');
  await test.step('4: staff find it in the queue with its last day, the working and the law', async () => {
    site.clock.advance(2 * day);
    await site.signInByPages(staff, 'staff');
    const row = staff.getByRole('row').filter({ hasText: reference });
    await expect(row).toContainText('Ines Okafor');
    await expect(row).toContainText('law');
    await expect(row).toContainText('58 days left');
    await row.getByRole('link', { name: reference }).click();
    await expect(staff.getByText('45 CFR 164.528(c)(1)').first()).toBeVisible();
    await expect(staff.getByText('America/New_York').first()).toBeVisible();
    await expect(staff.getByText(/60 calendar days/).first()).toBeVisible();
  });

  await test.step('4: staff draft the accounting in two layers, review and send it', async () => {
    await staff.getByRole('button', { name: 'Draft the answer' }).click();
    const law = staff.getByRole('region', { name: 'What the law makes us list' });
    const also = staff.getByRole('region', { name: 'Others who received your images' });
    await expect(law.getByRole('row').filter({ hasText: 'Kestrel Research Institute' })).toHaveCount(2);
    await expect(law.getByRole('row').filter({ hasText: 'Northlight AI' })).toHaveCount(0);
    await expect(also.getByRole('row').filter({ hasText: 'Northlight AI' })).toHaveCount(2);
    await expect(also.getByRole('row').filter({ hasText: 'Umbra CAD' })).toHaveCount(1);
    await expect(also.getByText('45 CFR 164.528(a)(1)(i)').first()).toBeVisible();
    await staff.getByLabel('Note to the patient').fill('Call us if anything here surprises you.');
    await staff.getByRole('button', { name: 'Send the answer' }).click();
    await expect(staff.getByRole('alert')).toContainText('reviewed');
    await expect(staff.getByLabel('Note to the patient')).toHaveValue(
      'Call us if anything here surprises you.',
    );
    await staff.getByLabel('I reviewed this list').check();
    await staff.getByRole('button', { name: 'Send the answer' }).click();
    await expect(staff.getByText('The answer was sent.').first()).toBeVisible();
  });

  await test.step('5: the mail says only that there is something to read', async () => {
    const mails = await site.outbox();
    const mail = mails.at(-1);
    expect(mail?.to).toBe('ines.okafor@demo.example');
    expect(mail?.text).toContain(`${site.origin}${requestPath}`);
    for (const sent of mails) {
      expect(`${sent.subject} ${sent.text}`).not.toMatch(
        /opt|AI|training|Northlight|Kestrel|Umbra|RB000417|scan|CT|list of/,
      );
    }
  });

  await test.step('5: the patient reads the answer and downloads a PDF that a screen reader can follow', async () => {
    await site.signInByPages(page, 'patient');
    await page.goto(requestPath);
    await expect(page.getByText('Call us if anything here surprises you.')).toBeVisible();
    await expect(
      page
        .getByRole('region', { name: 'What the law makes us list' })
        .getByRole('row')
        .filter({ hasText: 'Kestrel' }),
    ).toHaveCount(2);
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as PDF' }).click();
    const file = await (await downloading).path();
    const pdf = await getDocument({ data: new Uint8Array(await readFile(file)) }).promise;
    expect((await pdf.getMetadata()).info).toMatchObject({
      Language: expect.stringMatching(/^en/),
    });
    const tree = JSON.stringify(await (await pdf.getPage(1)).getStructTree());
    expect(tree).toContain('"Table"');
    expect(tree).toContain('"TH"');
    const text = await Promise.all(
      Array.from({ length: pdf.numPages }, async (_, at) => (await pdf.getPage(at + 1)).getTextContent()),
    );
    const words = text.flatMap(({ items }) => items.map((item) => ('str' in item ? item.str : ''))).join(' ');
    expect(words).toContain(reference);
    expect(words).toContain('Kestrel Research Institute');
    expect(words).toContain('Northlight AI');
  });

  await test.step('6: the officer sees it answered, the days it took, and the trail of every step', async () => {
    const officer = await desk('privacyOfficer');
    await officer.goto('/officer');
    const row = officer.getByRole('row').filter({ hasText: reference });
    await expect(row).toContainText('2');
    await expect(row).toContainText(/on time/i);
    await row.getByRole('link').first().click();
    await expect(officer).toHaveURL(new RegExp(`/officer/audit\\?request=${reference}`));
    for (const [who, what] of [
      ['Ines Okafor', /sent/i],
      ['Dana Whitlow', /drafted/i],
      ['Dana Whitlow', /Answer sent/i],
    ] as const) {
      await expect(
        officer
          .locator('main')
          .getByRole('row')
          .or(officer.locator('main li'))
          .filter({ hasText: who })
          .filter({ hasText: what })
          .first(),
      ).toBeVisible();
    }
    await expect(officer.locator('main')).toContainText(/Being worked on/);
    await expect(officer.locator('main')).toContainText(/Answered/);
  });

  const research = { ...training, purpose: 'HRESCH' };
  await test.step('8: the officer asks permission for research: from the next call on, silence is no', async () => {
    const officer = await desk('privacyOfficer');
    await officer.goto('/officer/settings/choices');
    await officer
      .getByRole('group', { name: 'Research' })
      .getByLabel('Nothing goes without the patient’s “yes”')
      .check();
    await officer.getByRole('button', { name: 'Save' }).click();
    await expect(officer.getByText('Saved. It counts from now on.')).toBeVisible();
    expect(await askGateway(request, research)).toMatchObject({ decision: 'deny', reason: 'notPermitted' });
  });

  await test.step('8: the patient says yes to one company, and changes it to another', async () => {
    await page.goto('/opt-outs');
    await page.getByRole('link', { name: 'Say yes to something' }).click();
    await page.getByLabel('Research', { exact: true }).check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Only the ones I choose').check();
    await page.getByLabel('Umbra').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('All my images, also those to come').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Send my choice' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Your choice' })).toBeVisible();
    expect(await askGateway(request, research)).toMatchObject({ decision: 'permit', reason: 'permitted' });

    await page.getByRole('link', { name: /^Keep or change it/ }).click();
    await page.getByRole('link', { name: 'Change my answers' }).click();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Change For whom' }).click();
    await page.getByLabel('Umbra').uncheck();
    await page.getByLabel('Kestrel').check();
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Send my choice' }).click();
    await expect(page.getByRole('heading', { level: 2, name: 'Your choice' })).toBeVisible();
    expect(await askGateway(request, research)).toMatchObject({ decision: 'deny', reason: 'notPermitted' });
    await page.goto('/opt-outs');
    await expect(page.getByText('A “yes” that you changed')).toBeVisible();
  });
});

async function referenceOn(page: Page): Promise<string> {
  const text = await page.locator('main').innerText();
  const found = /PV-[0-9A-Z]{6}/.exec(text)?.[0];
  if (!found) throw new Error('the page shows no reference number');
  return found;
}
