import { defineConfig } from '@playwright/test';
import { findBrowser } from './tests/support/browser.ts';

/** Begun last, one of these would run alone while the other core has nothing left to do. */
const longest = [
  'accessibility',
  'ledger',
  'matching',
  'records',
  'representative',
  'sign-up',
  'staff-work',
  'stored-script',
  'story',
].map((name) => `**/${name}.spec.ts`);

export default defineConfig({
  testDir: 'tests/e2e',
  // Begun in this order.
  projects: [
    { name: 'longest', testMatch: longest },
    { name: 'others', testIgnore: longest },
  ],
  globalSetup: './tests/support/postgres.global.ts',
  workers: 2,
  fullyParallel: true,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  // The longest is the whole story, about a minute where two cores are busy.
  timeout: 150_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: findBrowser(),
    locale: 'en-US',
    timezoneId: 'America/New_York',
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    // A trace costs a third of the time. To see what went wrong: --trace on.
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
