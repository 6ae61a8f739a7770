import type { Page } from '@playwright/test';
import { test } from '#tests/support/browser-site.ts';
import { tellStory } from '#tests/support/told-story.ts';

const folder = 'docs/screenshots';

async function take(page: Page, path: string, name: string): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 1000 });
  await page.goto(path);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: `${folder}/${name}.png` });
}

test('pictures for README', async ({ page, site }) => {
  const story = await tellStory(site.world);
  await site.signIn(page, 'patient');
  await take(page, '/disclosures', 'disclosures');
  await page.context().clearCookies();
  await site.signIn(page, 'staff');
  await take(page, `/staff/requests/${story.drafted.id}`, 'staff-request');
  await page.context().clearCookies();
  await site.signIn(page, 'privacyOfficer');
  await take(page, '/officer', 'officer');
});
