import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, type BrowserSite } from '#tests/support/browser-site.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';

type Visitor = 'nobody' | 'patient' | 'staff' | 'privacyOfficer';

/** Every page, with something on it. A new page gets its line here; tests/attacks/routes.test.ts fails for a route nobody knows. */
const pages: Record<Visitor, (story: ToldStory) => string[]> = {
  nobody: () => [
    '/',
    '/deadlines',
    '/deadlines?rule=eu.gdpr.art12&receivedOn=2026-11-20&event1=clarificationRequested&on1=2026-11-25&event2=clarificationReceived&on2=2026-11-28',
    '/deadlines?rule=x&receivedOn=1800-01-01',
    '/sign-in',
    '/sign-in?problem=passkey',
    '/sign-up',
    '/sign-up?why=over',
    '/recover',
    '/recover/done',
    '/demo',
    '/demo/outbox',
    '/no/such/page',
  ],
  patient: ({ optOutId, optOutRequestId, answered, untouched }) => [
    '/home',
    '/disclosures',
    '/disclosures?year=2025',
    '/opt-outs',
    '/opt-outs/new',
    '/opt-outs/new/everything',
    '/opt-outs/new/everything?answered=everything',
    '/opt-outs/new/purposes?everything=choose',
    '/opt-outs/new/check?everything=yes',
    `/opt-outs/${optOutId}/withdraw`,
    '/requests',
    '/requests/new',
    '/requests/new/accounting',
    '/account/security',
    '/account/security/password',
    '/account/security/app',
    '/account/security/passkeys',
    '/account/security/codes',
    '/account/contact',
    '/account/contact/email',
    '/account/contact/code',
    `/requests/${optOutRequestId}`,
    `/requests/${answered.id}`,
    `/requests/${untouched.id}`,
    '/confirm?next=/home',
    '/account/activity',
    '/account/representatives',
    '/account/representatives/ask',
    '/staff',
  ],
  staff: ({ answered, drafted, untouched, optOutRequestId, people }) => [
    '/staff',
    '/staff?standing=ended',
    '/staff/sign-in-help',
    '/staff/sign-in-help/new',
    '/account/security',
    '/staff/patients',
    `/staff/patients/${people.patient}`,
    `/staff/patients/${people.patient}/merge?with=${people.lookAlike}`,
    `/staff/patients/${people.patient}/part?merge=${people.merge}`,
    `/staff/patients/${people.patient}/flags`,
    `/staff/patients/${people.lookAlike}/invite`,
    '/staff/representatives',
    `/staff/representatives/${people.asked}`,
    '/staff/identity',
    `/staff/identity/${people.claim}`,
    '/account/activity',
    `/staff/requests/${untouched.id}`,
    `/staff/requests/${drafted.id}`,
    `/staff/requests/${answered.id}`,
    `/staff/requests/${optOutRequestId}`,
  ],
  privacyOfficer: ({ answered }) => [
    '/officer',
    '/officer/audit',
    '/officer/people',
    '/officer/people?search=ines',
    '/officer/people/invite',
    '/officer/keys',
    '/officer/keys/new',
    '/officer/settings',
    '/officer/settings/facility',
    '/officer/settings/holidays',
    '/officer/settings/holidays?year=2040',
    '/officer/settings/holidays/import',
    '/officer/settings/promises',
    '/officer/settings/reminders',
    '/officer/settings/fees',
    '/officer/settings/templates',
    '/officer/settings/templates/accounting/granted/es',
    '/account/contact',
    `/officer/audit?request=${answered.reference}`,
  ],
};

// Each page is looked at by axe twice, so that every language, theme and width is met: English in light on a wide page, Spanish in dark on
// a narrow one. Nothing may scroll sideways at either width in either language.
const looks = [
  { locale: 'en', theme: 'light', widths: [1280, 390] },
  { locale: 'es', theme: 'dark', widths: [390, 1280] },
] as const;

for (const visitor of Object.keys(pages) as Visitor[]) {
  for (const { locale, theme, widths } of looks) {
    test(`axe finds nothing on the pages of ${visitor} in ${locale}, ${theme}, ${widths[0]} pixels wide`, async ({
      page,
      site,
      watched,
    }) => {
      test.setTimeout(600_000);
      // The refused pages answer 404, 403 and 400, which the browser notes.
      watched.expectComplaint('Failed to load resource');
      const story = await tellStory(site.world);
      if (visitor !== 'nobody') await site.signIn(page, visitor);
      await choose(page, site, { locale });
      await choose(page, site, { theme });
      for (const path of pages[visitor](story)) {
        await page.setViewportSize({ width: widths[0], height: 900 });
        await page.goto(path);
        await expectSound(page, path, { locale, theme });
        for (const width of widths) {
          await page.setViewportSize({ width, height: 900 });
          await expectNoSidewaysScroll(page, `${path} (${locale}, ${width})`);
        }
      }
    });
  }
}

async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow, `${where} scrolls sideways`).toBeLessThanOrEqual(0);
}

async function choose(
  page: Page,
  site: BrowserSite,
  choice: { locale: string } | { theme: string },
): Promise<void> {
  const [[name, value]] = Object.entries(choice) as [[string, string]];
  const response = await page.request.post(name === 'locale' ? '/language' : '/theme', {
    form: { [name]: value, returnTo: '/' },
    headers: { Origin: site.origin },
    maxRedirects: 0,
  });
  expect(response.status()).toBe(302);
}

async function expectSound(
  page: Page,
  path: string,
  { locale, theme }: { locale: string; theme: string },
): Promise<void> {
  const where = `${path} (${locale}, ${theme})`;
  await expect(page.locator('html'), where).toHaveAttribute('lang', locale);
  await expect(page.locator('html'), where).toHaveAttribute('data-theme', theme);
  await expect(page.locator('h1'), where).toHaveCount(1);
  await expect(page.locator('main'), where).toHaveCount(1);
  expect(await page.title(), where).toMatch(/Plainview$/);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`),
    where,
  ).toEqual([]);
  await expect(page.locator('body'), `${where} shows a message id`).not.toContainText(
    /\b(site|people|patient|records|staff|officer|clocks|disclosures|optOuts|requests|mail|errors|deadlines|settings)\.[a-z]+\.[a-zA-Z]/,
  );
}
