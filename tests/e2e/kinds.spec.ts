import type { Page } from '@playwright/test';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { askedForm } from '#app/requests/kinds/asked-form.ts';
import { groundOf, kindDefinition, type RequestKind } from '#app/requests/kinds/registry.ts';
import { wordsFor } from '#app/words/words.ts';
import { answer, askedKinds, filledForm, wholeLetter } from '#tests/support/asked.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { castMember, expect, test, type BrowserSite } from '#tests/support/browser-site.ts';

/** The kind that is told without script, and the one that is told in Spanish on a narrow page. */
const withoutAnyScript: RequestKind = 'amendment';
const inSpanish: RequestKind = 'complaint';

async function personOf(site: BrowserSite, who: 'staff' | 'privacyOfficer'): Promise<Person> {
  const { id, displayName, role, patientId } = await site.world.db.user.findUniqueOrThrow({
    where: { email: castMember(who).email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', id, name: displayName, role, patientId };
}

/** Fills the form of a kind in as a person would. */
async function fill(page: Page, kind: RequestKind): Promise<void> {
  const filled = filledForm(kind);
  for (const { name, input } of askedForm(kind)?.form ?? []) {
    const value = filled[name] ?? '';
    if (input === 'choice' || input === 'vendors')
      await page.locator(`input[name="${name}"][value="${value}"]`).check();
    else await page.locator(`[name="${name}"]`).fill(value);
  }
}

for (const kind of askedKinds) {
  const how =
    kind === withoutAnyScript
      ? ', without script'
      : kind === inSpanish
        ? ', in Spanish on a narrow page'
        : '';
  test(`${kind}${how}: asked for on its page, answered, and read`, async ({
    page: scripted,
    withoutScript,
    site,
  }) => {
    const page = kind === withoutAnyScript ? withoutScript : scripted;
    const locale = kind === inSpanish ? 'es' : 'en';
    const words = wordsFor(locale);
    if (kind === inSpanish) await page.setViewportSize({ width: 390, height: 844 });
    await site.signIn(page, 'patient');
    if (kind === inSpanish) {
      await page.getByRole('button', { name: 'Español' }).first().click();
      await expect(page.locator('html')).toHaveAttribute('lang', 'es');
    }

    await page.goto('/requests/new');
    await page.getByRole('link', { name: words(kindDefinition(kind).title) }).click();
    await page.waitForURL(`**/requests/new/${kind}`);
    await fill(page, kind);
    if (kind === 'access')
      await page.locator('input[name="files"]').setInputFiles({
        name: 'Ausweis ✓.pdf',
        mimeType: 'application/pdf',
        buffer: Buffer.from('%PDF-1.4\n%%EOF\n'),
      });
    await page.getByRole('button', { name: words('asking.send') }).click();
    await page.waitForURL(/\/requests\/[0-9a-f-]{36}\?done=sent/);
    await expect(page.getByRole('heading', { name: words('patient.done.sent') })).toBeVisible();
    const reference = (await page.locator('main').innerText()).match(/PV-[A-Z0-9]+(-[A-Z0-9]+)*/)?.[0] ?? '';
    const path = new URL(page.url()).pathname;
    const { id, dueOn } = await site.world.db.privacyRequest.findUniqueOrThrow({
      where: { reference },
      select: { id: true, dueOn: true },
    });
    await expect(page.locator(`time[datetime="${dueOn.toISOString().slice(0, 10)}"]`).first()).toBeVisible();
    for (const { name, input } of askedForm(kind)?.form ?? [])
      if (input === 'words') await expect(page.getByText(`My words about ${name}.`)).toBeVisible();
    if (kind === 'access') {
      const link = page.getByRole('link', { name: /Ausweis ✓\.pdf/ });
      const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
      expect(download.suggestedFilename()).toBe('Ausweis ✓.pdf');
    }

    const [dana, amara] = await Promise.all([personOf(site, 'staff'), personOf(site, 'privacyOfficer')]);
    const outcome = (['denied', 'granted'] as const).find((one) =>
      (kindDefinition(kind).outcomes as readonly string[]).includes(one),
    );
    const letter = wholeLetter(kind, outcome ?? 'granted', 'We looked at it.\nAnd this is why.');
    await answer(site.world, id, { letter, drafter: dana, sender: amara });

    await page.goto(path);
    const section = page.getByRole('region', { name: words('patient.answer.heading') });
    await expect(section).toContainText('And this is why.');
    if (outcome === 'denied') {
      const ground = groundOf(kind, letter.ground ?? null);
      await expect(section).toContainText(words(ground?.label ?? 'letters.ground'));
      await expect(section.getByRole('heading', { name: words('letters.rights') })).toBeVisible();
    }
    // Answered is answered: nothing can be added, but it can be looked at again, and both say so.
    await expect(page.getByRole('button', { name: words('asking.message.send') })).toHaveCount(0);
    await page.getByRole('link', { name: words('asking.again.open') }).click();
    await page.waitForURL('**/again');
    await page.locator('[name="reason"]').fill('Something is missing.');
    await page.getByRole('button', { name: words('asking.send') }).click();
    await page.waitForURL(/\/requests\/[0-9a-f-]{36}\?done=sent/);
    await page
      .getByRole('link', { name: words('patient.request.title', { reference }) })
      .first()
      .click();
    await page.waitForURL(`**${path}`);
    await expect(page.getByText(words('asking.again.asked'))).toBeVisible();
  });
}

test('optOutWithdrawal: a “no” is taken back on its page, counts at once, is confirmed, and read', async ({
  page,
  site,
}) => {
  const words = wordsFor('en');
  const optOutId = await fileOptOut(site.world, { purposes: ['research'] });
  await site.signIn(page, 'patient');
  await page.goto('/requests/new');
  await page.getByRole('link', { name: words(kindDefinition('optOutWithdrawal').title) }).click();
  await page.waitForURL('**/opt-outs');
  await page.locator(`a[href="/opt-outs/${optOutId}/withdraw"]`).first().click();
  await page.waitForURL('**/withdraw');
  await page.getByRole('button', { name: words('optOuts.withdraw.send') }).click();
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const path = new URL(page.url()).pathname;
  await expect(page.locator('main')).toContainText(words('optOuts.fact.withdrawn'));
  const id = path.split('/').at(-1) ?? '';
  const dana = await personOf(site, 'staff');
  const turn = { requestId: id, actor: dana };
  await draftAnswer(site.world, { ...turn, expectedVersion: 1 }, { note: 'It is as you said.' });
  const sent = await sendAnswer(
    site.world,
    { ...turn, expectedVersion: 2 },
    { note: 'It is as you said.', elementsLookedFor: false },
  );
  expect(sent.ok).toBe(true);
  await page.goto(path);
  await expect(page.getByRole('region', { name: words('patient.answer.heading') })).toContainText(
    'It is as you said.',
  );
});
