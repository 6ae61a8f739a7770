import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, bench, describe } from 'vitest';
import { dicomAuditItem } from '#app/disclosures/ingest/dicom-audit/item.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { takeInTogether } from '#app/disclosures/ingest/take-together.server.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { startEmbeddedPostgres } from '#app/server/embedded-postgres.server.ts';
import { connected } from '#tests/support/database.ts';
import { addBenchPatients, bundleOf, csvOf, xmlOf } from '#tests/support/ingest-messages.ts';
import setUpDatabases from '#tests/support/postgres.global.ts';
import { rawSpeed } from '#tests/support/raw-insert.ts';
import { pause, startRealSite, type RealSite } from '#tests/support/site-process.ts';
import { startSmtpSink } from '#tests/support/smtp-sink.ts';
import { makeCertificates } from '#tests/support/syslog-certificates.ts';
import { freshWorld, somebody } from '#tests/support/world.ts';

// npm run build && npm run bench -- ingest. Reports by syslog and HTTP to one process of the built site on a PostgreSQL that syncs to the disk,
// against the same rows by bound multi-row INSERT in raw SQL, their events' seals among them; and many senders of single messages.
// BENCH_MESSAGES sets another number.

const messages = Number(process.env.BENCH_MESSAGES ?? 200_000);
const singles = Math.min(6_400, Math.ceil(messages / 10));
const senders = 32;
/** Rows that the floor writes again. */
const floorRecords = Math.min(messages, 50_000);
const wanted = { ofFloor: 0.45, together: 4, megabytes: 400 };
const [linesACall, entriesACall] = [2_000, 500];

const endings: (() => Promise<void>)[] = [];
const complaints: string[] = [];
const say = (line: string) => void process.stdout.write(`${line}\n`);
beforeAll(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-ingest-bench-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  // Under root, PostgreSQL's own user has to pass through.
  await chmod(folder, 0o711);
  // A server of its own: that of the tests gives up safety for speed, and here a commit is to cost what it costs.
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    say: () => undefined,
  });
  endings.push(postgres.stop);
  process.env.DATABASE_URL = postgres.url;
  // The global setup of all benches told of the tests' server already.
  delete process.env.PLAINVIEW_TEST_TEMPLATE;
  endings.push(await setUpDatabases());
  say('');
  await oneByOne();
  await mixed(folder);
}, 7_200_000);
afterAll(async () => {
  for (const end of endings.reverse()) await end();
}, 300_000);

/** How many single messages a second 32 senders get acknowledged, each sending its next when the last is. */
async function singlesASecond(send: (n: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let next = 0;
  const sender = async () => {
    while (next < singles) await send(next++);
  };
  await Promise.all(Array.from({ length: senders }, sender));
  return singles / ((performance.now() - began) / 1_000);
}

async function oneByOne(): Promise<void> {
  const takers = [
    (world: Parameters<typeof takeInTogether>[0], bytes: Uint8Array) =>
      takeInDicomAudit(world, { ...carrier(), bytes }),
    (world: Parameters<typeof takeInTogether>[0], bytes: Uint8Array) =>
      takeInTogether(world, carrier(), dicomAuditItem(bytes)),
  ];
  const speeds: number[] = [];
  for (const take of takers) {
    const fresh = await freshWorld({ seeded: true, now: new Date() });
    await connected(fresh.databaseUrl, addBenchPatients);
    speeds.push(await singlesASecond((n) => take(fresh.world, Buffer.from(xmlOf(n)))));
    await fresh.drop();
  }
  const [alone = 0, together = 0] = speeds;
  say(
    `singles: ${senders} senders, ${singles} messages: ${alone.toFixed(0)} a second by a commit each, ${together.toFixed(0)} by shared commits; ratio ${(together / alone).toFixed(1)}`,
  );
  if (together < wanted.together * alone) complaints.push('shared commits bring too little');
}

const carrier = () => ({ channel: 'dicomAuditHttp' as const, actor: somebody, now: new Date() });

/** Half of the messages by syslog over TLS, four in ten as lines and Bundles, and the rest one a call. */
async function mixed(folder: string): Promise<void> {
  const { server, archive } = makeCertificates(folder);
  const sink = await startSmtpSink({ refuseWith: null });
  endings.push(() => sink.stop());
  const keys: string[] = [];
  const site = await startRealSite({
    count: 1,
    smtpUrl: sink.url,
    syslog: server,
    fromTemplate: true,
    fill: async ({ world, databaseUrl }) => {
      await connected(databaseUrl, addBenchPatients);
      // A program may make so many calls a minute: many programs.
      for (let at = 0; at < senders; at += 1) {
        const made = await createMachineClient(world.db, {
          name: `Bench ${at}`,
          scopes: ['disclosures:write', 'fhir:write'],
          actor: somebody,
          now: world.clock(),
        });
        keys.push(made.key);
      }
    },
  });
  endings.push(site.stop);
  const many = Math.floor(messages / 2);
  const lines = Math.floor(messages / 5 / linesACall) * linesACall;
  const entries = Math.floor(messages / 5 / entriesACall) * entriesACall;
  const single = messages - many - lines - entries;
  const [process0] = site.processes as [RealSite['processes'][number]];
  const idle = await process0.peak();

  const began = performance.now();
  const seconds: Record<string, number> = {};
  const timed = async (name: string, count: number, work: Promise<unknown>) => {
    await work;
    const took = (performance.now() - began) / 1_000;
    seconds[name] = took;
    say(
      `  ${name}: ${count} messages ${name === 'seals' ? 'sealed' : 'acknowledged'} after ${took.toFixed(1)} s`,
    );
  };
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const post = (where: string, type: string, key: string, body: string) =>
    posted(process0.port, agent, { where, type, key, body });
  await Promise.all([
    timed('syslog', many, bySyslog(site, archive, many)),
    timed(
      'csv',
      lines,
      inTurns(2, lines / linesACall, (turn) =>
        post(
          '/api/v1/disclosures/csv',
          'text/csv',
          keys[turn % senders]!,
          csvOf(many + turn * linesACall, linesACall),
        ),
      ),
    ),
    timed(
      'fhir',
      entries,
      inTurns(2, entries / entriesACall, (turn) =>
        post(
          '/fhir/r4',
          'application/fhir+json',
          keys[turn % senders]!,
          bundleOf(many + lines + turn * entriesACall, entriesACall),
        ),
      ),
    ),
    timed(
      'xml',
      single,
      inTurns(senders, single, (turn) =>
        post(
          '/api/v1/disclosures/dicom-audit',
          'application/xml',
          keys[turn % senders]!,
          xmlOf(many + lines + entries + turn),
        ),
      ),
    ),
  ]);
  agent.destroy();
  await timed('seals', messages, allSealed(site));
  const speed = messages / ((performance.now() - began) / 1_000);
  const peak = await process0.peak();
  const states = await connected(site.fresh.databaseUrl, async (client) => {
    const { rows } = await client.query<{ state: string; count: string }>(
      `select r.state, count(*) from audit_record r join ingest_batch b on b.id = r.batch_id where b.channel <> 'seed' group by 1 order by 2 desc`,
    );
    return rows.map(({ state, count }) => `${state} ${count}`).join(', ');
  });
  const into = await freshWorld({ seeded: true, now: new Date() });
  endings.push(into.drop);
  await connected(into.databaseUrl, addBenchPatients);
  const floor = await rawSpeed(site.fresh.databaseUrl, into.databaseUrl, { most: floorRecords, size: 500 });
  say(
    `ingest: ${messages} messages (${states}), ${speed.toFixed(0)} a second, at most ${peak.toFixed(0)} MB (${idle.toFixed(0)} MB at the start)`,
  );
  say(
    `ingest: floor ${floor.toFixed(0)} a second by bound multi-row INSERT of the same rows; ratio ${(speed / floor).toFixed(2)}`,
  );
  if (speed < wanted.ofFloor * floor) complaints.push('reports are taken in too slowly');
  if (peak > wanted.megabytes) complaints.push('it takes too much memory');
}

/** Four senders, each with numbers of its own; there once the last number is. */
async function bySyslog(
  { fresh, processes }: RealSite,
  archive: ReturnType<typeof makeCertificates>['archive'],
  count: number,
): Promise<void> {
  const streams = 4;
  const port = processes[0]!.tlsPort!;
  const send = async (stream: number) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      servername: 'plainview.riverbend.example',
      ...archive,
    });
    await once(socket, 'secureConnect');
    for (let n = stream, id = 1; n < count; n += streams, id += 1) {
      const text = `<85>1 - archive${stream} bench - IHE+RFC-3881 [meta sequenceId="${id}"] ${xmlOf(n)}`;
      if (!socket.write(`${Buffer.byteLength(text)} ${text}`)) await once(socket, 'drain');
    }
    socket.end();
    await once(socket, 'close');
  };
  await Promise.all(Array.from({ length: streams }, (_, stream) => send(stream)));
  await connected(fresh.databaseUrl, async (client) => {
    const due = Array.from({ length: streams }, (_, stream) => Math.ceil((count - stream) / streams));
    for (;;) {
      const { rows } = await client.query<{ last: number }>(
        `select last_id as last from source_sequence where stream like '%bench%' order by stream`,
      );
      if (rows.length === streams && rows.every(({ last }, stream) => last === due[stream])) return;
      await pause(50);
    }
  });
}

/** Each event has its place in the chain: rows of the run as much as the others, written moments after them. */
function allSealed({ fresh }: RealSite): Promise<void> {
  return connected(fresh.databaseUrl, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ done: boolean }>(
        'select (select max(event_id) from audit_seal) = (select max(id) from audit_event) as done',
      );
      if (rows[0]?.done) return;
      await pause(50);
    }
  });
}

async function inTurns(atOnce: number, turns: number, work: (turn: number) => Promise<void>): Promise<void> {
  let next = 0;
  const one = async () => {
    while (next < turns) await work(next++);
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

function posted(
  port: number,
  agent: http.Agent,
  { where, type, key, body }: { where: string; type: string; key: string; body: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = {
      Host: 'portal.riverbend.example',
      Authorization: `Bearer ${key}`,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(body),
    };
    const request = http.request({ port, agent, path: where, method: 'POST', headers }, (response) => {
      let said = '';
      response.on('data', (chunk: Buffer) => (said += said.length < 500 ? chunk.toString() : ''));
      response.on('end', () =>
        (response.statusCode ?? 500) < 300
          ? resolve()
          : reject(new Error(`${where}: ${response.statusCode} ${said}`)),
      );
    });
    request.on('error', reject);
    request.end(body);
  });
}

describe(`${messages} reports`, () => {
  bench(
    'are taken in, as printed above',
    () => {
      if (complaints.length > 0) throw new Error(complaints.join('; '));
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
