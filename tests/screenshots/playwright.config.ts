import { defineConfig } from '@playwright/test';
import config from '../../playwright.config.ts';

// npm run screenshots: makes the pictures of README anew, from the built site and the demo's data.
export default defineConfig({
  ...config,
  projects: undefined,
  testDir: '.',
  globalSetup: '../support/postgres.global.ts',
  workers: 1,
});
