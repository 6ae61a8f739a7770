import { chmod, mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import { listen, makeApp, stopListening } from '#app/server/http.server.ts';
import { builtSite } from '#app/server/main.ts';
import { beatParts, databasePart, workerPart } from '#app/server/readiness.server.ts';
import { openLog } from '#app/server/request-log.server.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#app/server/embedded-postgres.server.ts';
import { fillDemo } from '#prisma/seed/demo.server.ts';
import { bytesOf, messageXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { seededAt } from '#tests/support/fixed.ts';
import {
  asForm,
  asMachine,
  expectProblem,
  signIn,
  startSite,
  startSiteOn,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { castMember, hours, testClock, worldOn } from '#tests/support/world.ts';

const check = (site: Site) =>
  site.ask(
    '/api/v1/checks',
    asMachine(
      JSON.stringify({
        purpose: 'TREATDS',
        recipient: 'umbra',
        items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
      }),
    ),
  );

const missing = async (site: Site) => {
  const answer = await site.ask('/readyz');
  const { ready, missing: parts } = answer.json() as {
    ready: boolean;
    missing: { part: string; why: string }[];
  };
  expect(answer.status).toBe(ready ? 200 : 503);
  return parts.map(({ part }) => part);
};

/** Asks until it is so. Something outside this process has to notice: the test has no moment to wait for. */
async function until(what: string, isSo: () => Promise<boolean>, patience = 90_000): Promise<void> {
  const end = performance.now() + patience;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Three seconds before a minute begins, by the clock of the process: the queue's timetable goes by that one. */
const beforeTheMinute = new Date('2026-11-25T17:59:57Z');
const aMinuteOn = () => vi.setSystemTime(Date.now() + 60_000);

describe('a database that goes away', () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let door: Door;
  const undo: (() => Promise<unknown>)[] = [];
  let site: Site;

  const startPostgres = () =>
    startEmbeddedPostgres({ dataDir: path.join(folder, 'postgres'), say: () => undefined, fast: true });

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-away-'));
    undo.push(() => rm(folder, { recursive: true, force: true }));
    await chmod(folder, 0o711); // under root, PostgreSQL's own user has to pass through
    postgres = await startPostgres();
    undo.push(() => postgres.stop());
    // The site reaches it through a door that stays at one port: PostgreSQL itself comes back at another.
    door = await openDoor(postgres.url);
    undo.push(() => door.close());
    await prepareDatabase(door.url, () => undefined);
    const clock = testClock(seededAt);
    const seeding = worldOn(door.url, clock, { demo: true });
    await fillDemo(seeding);
    await seeding.database.close();
    clock.advance(hours(1));
    // Stands still until a test moves it, so that the minute begins while the database is away.
    vi.useFakeTimers({ toFake: ['Date'], now: beforeTheMinute });
    undo.push(async () => void vi.useRealTimers());
    site = await startSiteOn(door.url, clock, { demo: true });
    undo.push(() => site.stop({ errors: true }));
  }, 90_000);
  afterAll(async () => {
    for (const step of undo.reverse()) await step();
  });

  // A worker of the queue that ends while its pool does is written there by graphile-worker itself, with its trace.
  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
  });

  it('is said to be away, decides nothing while it is, and is used again when it is back, without a new start', async () => {
    const cookie = await signIn(site, castMember('patient'));
    await fileOptOut(site.world, { purposes: ['commercialSharing'] });
    expect((await check(site)).status).toBe(200);
    expect(await missing(site)).toEqual([]);

    await postgres.stop();
    expect((await site.ask('/healthz')).status).toBe(200);
    expect(await missing(site)).toContain('database');

    for (const answer of await Promise.all(Array.from({ length: 8 }, () => check(site)))) {
      expectProblem(answer, 503, { type: '/problems/unavailable' });
      expect(answer.headers['retry-after']).toBe('5');
      expect(answer.text).not.toMatch(/permit|127\.0\.0\.1|ECONN|prisma/i);
    }
    const message = bytesOf(messageXml({ dateTime: '2026-11-20T09:00:00Z' }));
    expectProblem(
      await site.ask('/api/v1/disclosures/dicom-audit', asMachine(message, { type: 'application/xml' })),
      503,
    );

    for (const headers of [{ Cookie: null }, { Cookie: cookie }]) {
      // Whoever has no cookie is sent to sign in: that needs no database.
      for (const target of [headers.Cookie ? '/home' : '/', '/sign-in']) {
        const page = await site.ask(target, { headers });
        expect(page.status, target).toBe(503);
        expect(page.headers['content-type'], target).toMatch(/^text\/html/);
        expect(page.text, target).toContain('We cannot reach our records right now');
        expect(page.text, target).not.toMatch(/ECONN|Prisma|at .*\.js:\d+|127\.0\.0\.1/);
      }
    }
    const { email, password } = castMember('patient');
    const refused = await site.ask('/sign-in', asForm({ email, password }));
    expect(refused.status).toBe(503);
    expect(refused.headers['set-cookie']).toBeUndefined();

    aMinuteOn();
    await until('the timetable met a database that is away', async () =>
      site
        .log()
        .some(({ msg }) => msg?.includes('Cron hit an error') || msg?.includes('the job runner ended')),
    );

    postgres = await startPostgres();
    door.leadsTo(postgres.url);
    await until('ready again', async () => (await missing(site)).length === 0);
    const again = await check(site);
    expect(again.status).toBe(200);
    expect(again.json()).toMatchObject({ results: [{ decision: 'permit', reason: 'neverStopped' }] });
    expect((await site.ask('/home', { headers: { Cookie: cookie } })).status).toBe(200);

    // Mail that was owed before goes out: the queue works again.
    await until(
      'the notice is sent',
      async () => (await site.world.db.notice.count({ where: { sentAt: null } })) === 0,
    );
    // To the patient, and to whoever answers for what companies are told.
    const sent = await site.world.db.outboxMessage.findMany({ select: { to: true }, orderBy: { to: 'asc' } });
    expect(sent.map(({ to }) => to)).toEqual([
      castMember('privacyOfficer').email,
      castMember('patient').email,
    ]);

    // And so does what runs by the timetable.
    site.clock.advance(hours(1));
    aMinuteOn();
    let turnedAt = performance.now();
    await until('the worker says that it lives', async () => {
      // A queue that was started anew after that minute began waits for the next one, and this clock stands still.
      if (performance.now() - turnedAt > 10_000) {
        aMinuteOn();
        turnedAt = performance.now();
      }
      const { beatAt } = await site.world.db.heartbeat.findUniqueOrThrow({ where: { name: 'worker' } });
      return beatAt.getTime() === site.clock.now().getTime();
    });
    expect(await missing(site)).toEqual([]);
  }, 300_000);

  it('has its jobs done when it is back, also the one that ran when it went away', async () => {
    const { db } = site.world;
    const sentBefore = await db.outboxMessage.count();
    const ended = () => site.log().filter(({ msg }) => msg?.includes('the job runner ended')).length;
    const endedBefore = ended();
    await connected(postgres.url, async (client) => {
      client.on('error', () => undefined); // it is cut off with all others
      await client.query('begin');
      await client.query('lock table outbox_message in exclusive mode');
      await fileOptOut(site.world, { purposes: ['research'] });
      await until('a letter is being written', async () => {
        const { rows } = await client.query(
          `select from pg_locks where relation = 'outbox_message'::regclass and not granted`,
        );
        return rows.length > 0;
      });
      await postgres.stop();
    });
    // What became of that letter cannot be written: the queue gives up.
    await until('the queue noticed', async () => ended() > endedBefore);
    expect(await missing(site)).toEqual(expect.arrayContaining(['database', 'worker']));

    postgres = await startPostgres();
    door.leadsTo(postgres.url);
    await until('ready again', async () => (await missing(site)).length === 0);
    await until(
      'every notice is sent',
      async () => (await db.notice.count({ where: { sentAt: null } })) === 0,
    );
    expect(await db.outboxMessage.count()).toBeGreaterThan(sentBefore);
  }, 300_000);

  it('answers 503 and never a permit while it is cut off in the middle of checks', async () => {
    const answers: Answer[] = [];
    let goOn = true;
    const asking = Array.from({ length: 4 }, async () => {
      while (goOn) answers.push(await check(site));
    });
    for (let turn = 0; turn < 5; turn++) {
      await until(
        'some more were answered',
        async () => answers.filter(({ status }) => status === 200).length > 5 * (turn + 1),
      );
      // All connections are cut on the server's side, as in a fail-over.
      await connected(postgres.url, (client) =>
        client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`,
        ),
      );
    }
    goOn = false;
    await Promise.all(asking);
    const others = answers.filter(({ status }) => status !== 200);
    expect(others.length).toBeGreaterThan(0);
    for (const answer of others) expectProblem(answer, 503, { type: '/problems/unavailable' });
    await until('ready again', async () => (await missing(site)).length === 0);
  }, 240_000);
});

describe('readiness', () => {
  let site: Site | undefined;
  afterEach(async () => {
    await site?.stop({ errors: true });
    site = undefined;
  });

  it('names a migration that is not applied', async () => {
    site = await startSite();
    await connected(site.databaseUrl, (client) =>
      client.query(
        `delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)`,
      ),
    );
    expect(await missing(site)).toEqual(['migrations']);
    expect((await site.ask('/healthz')).status).toBe(200);
  });

  it('names the worker that has stopped', async () => {
    site = await startSite();
    const app = makeApp({
      world: site.world,
      parts: [databasePart(site.world.database), workerPart(() => false)],
      behind: [],
      log: openLog('silent'),
      trustedProxies: [],
      ...(await builtSite()),
    });
    const { server, port } = await listen(app, 0);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ ready: false, missing: [{ part: 'worker' }] });
    } finally {
      await stopListening(server, 0);
    }
  });

  it('names background work that stands still, and takes no page away for it', async () => {
    site = await startSite();
    const { world, clock } = site;
    const aDayOn = () => new Date(clock.now().getTime() + hours(24));
    const app = makeApp({
      world,
      parts: [databasePart(world.database)],
      behind: beatParts(world.database, aDayOn),
      log: openLog('silent'),
      trustedProxies: [],
      ...(await builtSite()),
    });
    const { server, port } = await listen(app, 0);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        ready: true,
        missing: [],
        late: [{ part: 'heartbeat of worker' }, { part: 'heartbeat of remind' }],
      });
    } finally {
      await stopListening(server, 0);
    }
  });

  it('names the facility that is not set up', async () => {
    site = await startSite({ seeded: false });
    expect(await missing(site)).toEqual(['facility']);
  });
});

interface Door {
  url: string;
  leadsTo(url: string): void;
  close(): Promise<void>;
}

/** A port that passes everything on to PostgreSQL, wherever that is now; when it is nowhere, the connection is refused. */
async function openDoor(first: string): Promise<Door> {
  let target = Number(new URL(first).port);
  const open = new Set<net.Socket>();
  const server = net.createServer((incoming) => {
    const outgoing = net.connect(target, '127.0.0.1');
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(first);
  url.port = String((server.address() as net.AddressInfo).port);
  return {
    url: url.toString(),
    leadsTo: (next) => void (target = Number(new URL(next).port)),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
