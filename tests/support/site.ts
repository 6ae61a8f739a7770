import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Writable } from 'node:stream';
import { expect } from 'vitest';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import type { World } from '#app/db/world.ts';
import { builtSite } from '#app/server/main.ts';
import { openLog } from '#app/server/request-log.server.ts';
import type { Configuration } from '#app/server/configuration.server.ts';
import { startPlainview } from '#app/server/start.server.ts';
import type { Syslog } from '#app/server/syslog.server.ts';
import { operationOutcome } from '#app/web/operation-outcome.ts';
import { demoApiKey, type CastMember } from '#prisma/seed/cast.ts';
import { testKeys, testOrigin } from './fixed.ts';
import { codeNow, freshWorld, type TestClock, type WorldOptions } from './world.ts';

export interface Ask {
  method?: string;
  /** Sent as it stands; a header that is null is left out, also Host. */
  headers?: Record<string, string | null>;
  body?: string | Uint8Array;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  bytes: Buffer;
  text: string;
  /** The body as JSON. */
  json(): unknown;
}

/** A line of the site's log. */
export type LogLine = Record<string, unknown> & { level: number; msg?: string };

export interface Site {
  world: World;
  clock: TestClock;
  databaseUrl: string;
  port: number;
  syslog: Syslog | null;
  /** Log lines as they were written. */
  rawLog: string[];
  log(): LogLine[];
  /** Sends one HTTP request as given: path and headers are not touched, redirects not followed. */
  ask(target: string, how?: Ask): Promise<Answer>;
  /** Stops the site and removes its database. Fails the test if the site logged an error that `stop` was not told of. */
  stop(expecting?: { errors: boolean }): Promise<void>;
}

/** The whole site as it runs in production (built pages, worker, HTTP server on a free port) on a World of its own. */
export async function startSite(
  options: WorldOptions & { trustedProxies?: string[] } = { seeded: true },
): Promise<Site> {
  const fresh = await freshWorld(options);
  const { seeded: demo = false, trustedProxies = [] } = options;
  const site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo, trustedProxies });
  return {
    ...site,
    stop: async (expecting) => {
      await site.stop(expecting).finally(() => fresh.drop());
    },
  };
}

/** The same on a database that is there already and stays. */
export async function startSiteOn(
  databaseUrl: string,
  clock: TestClock,
  {
    demo,
    keys = testKeys,
    smtpUrl = null,
    trustedProxies = [],
    syslog = null,
  }: {
    demo: boolean;
    keys?: KeyRing;
    smtpUrl?: string | null;
    trustedProxies?: string[];
    syslog?: Configuration['syslog'];
  },
): Promise<Site> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'plainview-site-'));
  const rawLog: string[] = [];
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      rawLog.push(...chunk.toString('utf8').split('\n').filter(Boolean));
      done();
    },
  });
  const running = await startPlainview({
    ...(await builtSite()),
    clock: clock.now,
    log: openLog('info', sink),
    say: () => undefined,
    configuration: {
      mode: demo ? 'demo' : 'production',
      port: 0,
      appOrigin: testOrigin,
      dataDir,
      databaseUrl,
      migrationDatabaseUrl: null,
      checkpointFile: path.join(dataDir, 'audit-checkpoints.jsonl'),
      keys,
      smtpUrl,
      mailFrom: 'Riverbend Imaging <privacy@riverbend.example>',
      trustedProxies,
      syslog,
      webhooks: { hosts: ['localhost'], ownMachine: true },
      logLevel: 'info',
    },
  });
  const log = () => rawLog.map((line) => JSON.parse(line) as LogLine);
  return {
    world: running.world,
    clock,
    databaseUrl,
    port: running.port,
    syslog: running.syslog,
    rawLog,
    log,
    ask: (target, how) => ask(running.port, target, how),
    stop: async (expecting) => {
      await running.stop();
      await rm(dataDir, { recursive: true, force: true });
      if (!expecting?.errors) expect(log().filter(({ level }) => level >= 50)).toEqual([]);
    },
  };
}

const host = new URL(testOrigin).host;

export function ask(
  port: number,
  target: string,
  { method = 'GET', headers = {}, body }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent: Record<string, string | number> = {};
    const wanted: Record<string, string | number | null> = {
      Host: host,
      ...(body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
      ...headers,
    };
    for (const [name, value] of Object.entries(wanted)) if (value !== null) sent[name] = value;
    const request = http.request(
      { host: '127.0.0.1', port, path: target, method, headers: sent, setHost: false, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const bytes = Buffer.concat(chunks);
          const text = bytes.toString('utf8');
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            bytes,
            text,
            json: () => JSON.parse(text) as unknown,
          });
        });
      },
    );
    request.on('error', reject);
    if (body !== undefined) request.write(body);
    request.end();
  });
}

/** What a form of our own pages is sent with. */
export function asForm(fields: Record<string, string>, cookie?: string): Ask {
  return {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      Origin: testOrigin,
      'Sec-Fetch-Site': 'same-origin',
      ...(cookie ? { Cookie: cookie } : {}),
    },
    body: new URLSearchParams(fields).toString(),
  };
}

/** What a machine's call is sent with. */
export function asMachine(
  body: string | Uint8Array,
  { key = demoApiKey, type = 'application/json', more = {} }: MachineCall = {},
): Ask {
  return {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': type, ...more },
    body,
  };
}

interface MachineCall {
  key?: string;
  type?: string;
  more?: Record<string, string>;
}

/** `name=value` of a cookie that an answer sets; undefined when it does not, or drops it. */
export function cookieOf(
  answer: Answer,
  name:
    | 'plainview_session'
    | 'plainview_sign_in'
    | 'plainview_device'
    | 'plainview_kept'
    | 'plainview_passkey'
    | 'plainview_proof'
    | 'plainview_notice',
): string | undefined {
  const set = answer.headers['set-cookie']?.find((line) => line.startsWith(`__Host-${name}=`));
  const pair = set?.split(';')[0];
  return pair && !/Max-Age=0/i.test(set ?? '') ? pair : undefined;
}

/** First step through the page. @returns the cookie of a half-session */
export async function givePassword(site: Site, { email, password }: CastMember): Promise<string> {
  const answer = await site.ask('/sign-in', asForm({ email, password }));
  const cookie = cookieOf(answer, 'plainview_sign_in');
  if (!cookie) throw new Error(`the password was not taken: ${answer.status}`);
  return cookie;
}

/** Both steps through the pages. The clock is moved on by a step, so that the same person can sign in again. @returns the session's cookie */
export async function signIn(site: Site, member: CastMember): Promise<string> {
  site.clock.advance(30_000);
  const half = await givePassword(site, member);
  const answer = await site.ask('/sign-in/two-factor', asForm({ code: codeNow(member, site.clock) }, half));
  const cookie = cookieOf(answer, 'plainview_session');
  if (!cookie) throw new Error(`the code was not taken: ${answer.status}`);
  return cookie;
}

/** That an answer is a machine's error answer (RFC 9457). */
export function expectProblem(answer: Answer, status: number, more: object = {}): void {
  expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({
    status,
    type: 'application/problem+json; charset=utf-8',
  });
  expect(answer.json()).toMatchObject({
    status,
    type: expect.stringMatching(/^\/problems\/[a-z-]+$/),
    title: expect.any(String),
    detail: expect.any(String),
    ...more,
  });
  expect(answer.headers['cache-control']).toBe('no-store');
}

/** That an answer is a FHIR R4 OperationOutcome, in the form in which every error under /fhir/ is told. */
export function expectOutcome(answer: Answer, status: number, issue: object = {}): void {
  expect({ status: answer.status, type: answer.headers['content-type'] }).toEqual({
    status,
    type: 'application/fhir+json; charset=utf-8',
  });
  expect(operationOutcome.parse(answer.json()).issue).toEqual([expect.objectContaining(issue)]);
  expect(answer.headers['cache-control']).toBe('no-store');
}
