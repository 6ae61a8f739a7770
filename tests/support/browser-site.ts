import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { test as base, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import type { Role } from '#app/audit/actor.ts';
import { totpCode } from '#app/people/totp.ts';
import type * as Main from '#app/server/main.ts';
import { cast, type CastMember } from '#prisma/seed/cast.ts';
import { freshDatabase } from './database.ts';
import { seededAt, testKeys } from './fixed.ts';

/** The built site, with the demo facility in a database of its own, and a clock that moves only when it is told to. */
export interface BrowserSite {
  origin: string;
  databaseUrl: string;
  world: Main.Running['world'];
  clock: { now(): Date; advance(milliseconds: number): void };
  /** Mail that was sent so far, oldest first, once the queue is empty. */
  outbox(): Promise<{ to: string; subject: string; text: string }[]>;
  /**
   * Signs in with password and code, by the two forms alone, and opens the page that this leads to. Loading the forms' own pages takes
   * longer than most of what comes after it. @param who a role's first person of the cast, or an e-mail address
   */
  signIn(page: Page, who: Role | (string & {})): Promise<CastMember>;
  /** The same through the pages, where what a browser makes of them is the question. */
  signInByPages(page: Page, who: Role | (string & {})): Promise<CastMember>;
}

export interface Watch {
  /** Whatever the page complained of, and was not expected. */
  complaints: string[];
  /** An error that this test provokes: a part of its text. */
  expectComplaint(part: string): void;
  /** Watches the pages of a context that the test made itself. */
  watch(context: BrowserContext): void;
}

/** Of the seed's people: the first with this role, or the one with this e-mail address. */
export function castMember(who: string): CastMember {
  const found = cast.find(({ role, email }) => role === who || email === who);
  if (!found) throw new Error(`nobody of the cast is ${who}`);
  return found;
}

export const test = base.extend<{ site: BrowserSite; watched: Watch; withoutScript: Page }>({
  // Playwright reads from the pattern which fixtures this one needs.
  site: async ({}, use) => {
    const { site, stop } = await startBuiltSite();
    try {
      await use(site);
    } finally {
      await stop();
    }
  },

  baseURL: async ({ site }, use) => use(site.origin),

  watched: [
    async ({ context }, use) => {
      const expected: string[] = [];
      const complaints: string[] = [];
      const note = (words: string) => {
        if (!expected.some((part) => words.includes(part))) complaints.push(words);
      };
      const watch = (watched: BrowserContext) => {
        watched.on('console', (message) => {
          if (message.type() === 'error' && !formSentBack.test(message.text()))
            note(`${message.page()?.url()}: ${message.text()}`);
        });
        watched.on('weberror', (error) => note(`${error.page()?.url()}: ${error.error().message}`));
      };
      watch(context);
      await use({ complaints, expectComplaint: (part) => expected.push(part), watch });
      expect(complaints, 'what the browser complained of (errors of script, network and CSP)').toEqual([]);
    },
    { auto: true },
  ],

  withoutScript: async ({ browser, site, watched }, use) => {
    const context = await contextWithoutScript(browser, site.origin);
    watched.watch(context);
    await use(await context.newPage());
    await context.close();
  },
});

/** Chromium's note that a form was answered with what is wrong in it, which the page shows. */
const formSentBack = /^Failed to load resource: the server responded with a status of 400 /;

export { expect };

/** Until the page's script has taken over what the server sent: a page of Remix is one tree, whose root comes last. */
export async function scriptRuns(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    Object.keys(document.documentElement).some((key) => key.startsWith('__reactProps')),
  );
  // What is there only with script is put in by the turn after. Chromium without a window now and then never says that it is idle.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve, { timeout: 500 })));
}

function contextWithoutScript(browser: Browser, baseURL: string): Promise<BrowserContext> {
  return browser.newContext({ baseURL, javaScriptEnabled: false, locale: 'en-US' });
}

async function startBuiltSite(): Promise<{ site: BrowserSite; stop: () => Promise<void> }> {
  process.env.NODE_ENV = 'production';
  const { builtSite, openLog, startPlainview } = (await import(
    pathToFileURL(path.resolve('build', 'main.js')).href
  )) as typeof Main;
  const database = await freshDatabase(process.env.PLAINVIEW_TEST_SEEDED_TEMPLATE);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'plainview-browser-'));
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let at = seededAt.getTime() + 60 * 60_000;
  const clock = { now: () => new Date(at), advance: (milliseconds: number) => void (at += milliseconds) };
  const running = await startPlainview({
    ...(await builtSite()),
    clock: clock.now,
    log: openLog('silent'),
    say: () => undefined,
    configuration: {
      mode: 'demo',
      port,
      appOrigin: origin,
      dataDir,
      databaseUrl: database.url,
      migrationDatabaseUrl: null,
      checkpointFile: path.join(dataDir, 'audit-checkpoints.jsonl'),
      keys: testKeys,
      smtpUrl: null,
      mailFrom: 'Riverbend Imaging <privacy@riverbend.example>',
      trustedProxies: [],
      syslog: null,
      webhooks: { hosts: ['localhost'], ownMachine: true },
      logLevel: 'silent',
    },
  });
  const lastSignIn = new Map<string, number>();
  const withNextCode = (who: string) => {
    const member = castMember(who);
    // A code counts once: a second sign-in waits for the next one.
    if (lastSignIn.get(member.email) === Math.floor(at / 30_000)) clock.advance(30_000);
    lastSignIn.set(member.email, Math.floor(at / 30_000));
    return { member, code: () => totpCode(member.totpSecret, clock.now()) };
  };
  const site: BrowserSite = {
    origin,
    databaseUrl: database.url,
    world: running.world,
    clock,
    outbox: async () => {
      await expect
        .poll(async () => (await running.world.database.pool.query(queued)).rows.length, { timeout: 15_000 })
        .toBe(0);
      return running.world.db.outboxMessage.findMany({
        orderBy: { writtenAt: 'asc' },
        select: { to: true, subject: true, text: true },
      });
    },
    signIn: async (page, who) => {
      const { member, code } = withNextCode(who);
      const send = async (path: string, form: Record<string, string>) => {
        const answer = await page.request.post(origin + path, {
          form,
          headers: { Origin: origin },
          maxRedirects: 0,
        });
        expect(answer.status(), path).toBe(302);
        return answer.headers().location ?? '';
      };
      const { email, password } = member;
      const second = await send('/sign-in', { email, password });
      expect(second).toMatch(/^\/sign-in\/two-factor/);
      const home = await send(second, { code: code() });
      expect(home).not.toMatch(/^\/sign-in/);
      await page.goto(origin + home);
      return member;
    },
    signInByPages: async (page, who) => {
      const { member, code } = withNextCode(who);
      await page.goto('/sign-in');
      await page.locator('input[name="email"]').fill(member.email);
      await page.locator('input[name="password"]').fill(member.password);
      await page.locator('main button[type="submit"], main button:not([type])').first().click();
      await page.waitForURL('**/sign-in/two-factor**');
      await page.locator('input[name="code"]').fill(code());
      await page.locator('main button[type="submit"], main button:not([type])').first().click();
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
      return member;
    },
  };
  return {
    site,
    stop: async () => {
      await running.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const queued = 'select 1 from graphile_worker.jobs where attempts < max_attempts and run_at <= now()';

/** A port that is free now: the origin has to be known before the site starts. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
