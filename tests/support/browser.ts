import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';

export interface FoundBrowser {
  /** Of a browser of the system; undefined: Playwright's own. */
  executablePath?: string;
  args: string[];
}

// The shell draws no window: it opens a page in less than half the time.
const systemBrowsers = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/**
 * Finds a Chromium to test with: the one that Playwright installed, else one of the system, else it asks Playwright to install one,
 * which needs a network.
 * @throws saying what to do when there is none
 */
export function findBrowser(): FoundBrowser {
  // A browser under root has no sandbox of its own to enter; none of them has business on a network.
  const args = [
    '--disable-quic',
    '--disable-background-networking',
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  ];
  if (existsSync(chromium.executablePath())) return { args };
  const executablePath = systemBrowser();
  if (executablePath) return { executablePath, args };
  const installed = spawnSync(
    process.execPath,
    ['node_modules/@playwright/test/cli.js', 'install', 'chromium'],
    { encoding: 'utf8', timeout: 300_000 },
  );
  if (installed.status === 0 && existsSync(chromium.executablePath())) return { args };
  throw new Error(
    `There is no Chromium to test with, and installing one failed: ${(installed.stderr ?? '').trim().split('\n').at(-1)}\n` +
      'Install one: apt-get install chromium, or npx playwright install chromium where the network allows it.',
  );
}

function systemBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).concat('/usr/bin');
  return systemBrowsers
    .flatMap((name) => folders.map((folder) => path.join(folder, name)))
    .find((file) => existsSync(file));
}
