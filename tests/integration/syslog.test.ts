import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { coverageOf, unnamedGapsIn } from '#app/disclosures/coverage.server.ts';
import { sourceGaps } from '#app/disclosures/source-health.server.ts';
import { watchSources } from '#app/disclosures/watch-sources.server.ts';
import { openReceiver } from '#app/disclosures/ingest/syslog/receiver.server.ts';
import { listenTls } from '#app/disclosures/ingest/syslog/tls.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { openLog } from '#app/server/request-log.server.ts';
import {
  readCertificates,
  startSyslog,
  type Syslog,
  type SyslogSettings,
} from '#app/server/syslog.server.ts';
import { localDate } from '#app/words/dates.ts';
import { makeCertificates } from '#tests/support/syslog-certificates.ts';
import { freshWorld, hours, type FreshWorld } from '#tests/support/world.ts';

let folder: string;
let certificates: ReturnType<typeof makeCertificates>;
let fresh: FreshWorld;
let syslog: Syslog | null = null;
const opened: TLSSocket[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-syslog-'));
  certificates = makeCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await syslog?.stop();
  syslog = null;
  await fresh.drop();
});

async function start(udpFrom: string[] | null = null): Promise<Syslog> {
  const settings: SyslogSettings = {
    tls: { port: 0, ...certificates.server },
    udp: udpFrom && { port: 0, from: udpFrom },
  };
  syslog = await startSyslog(fresh.world, settings, openLog('silent'));
  return syslog;
}

async function open(port: number, who: ConnectionOptions = certificates.archive): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, servername: 'plainview.riverbend.example', ...who });
  opened.push(socket);
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** However it ended: `once` would fail with the error that the other side's refusal is here. */
const closed = (socket: TLSSocket) =>
  new Promise<void>((resolve) => void socket.once('close', () => resolve()));
const sample = (name: string) => readFileSync(`tests/fixtures/syslog/syslog-${name}.bin`);
const message = readFileSync('prisma/seed/audit-messages/01-dcm4chee-cmove-transferred.xml', 'utf8');
const frame = (text: string) => `${Buffer.byteLength(text)} ${text}`;
const numbered = (id: number, xml = message) =>
  frame(`<85>1 - archive dcm4chee - IHE+RFC-3881 [meta sequenceId="${id}"] ${xml}`);

const poll = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 });

/** What came by syslog, in its order. */
async function kept() {
  const rows = await fresh.world.db.auditRecord.findMany({
    where: { batch: { channel: { in: ['syslogTls', 'syslogUdp'] } } },
    orderBy: [{ batch: { id: 'asc' } }, { index: 'asc' }],
    select: {
      state: true,
      reason: true,
      auditSourceId: true,
      batch: { select: { channel: true, peerName: true } },
    },
  });
  return rows.map(({ batch, ...row }) => ({ ...row, ...batch }));
}
const reasons = async () => (await kept()).map(({ state, reason }) => [state, reason]);

describe('syslog by TLS', () => {
  it('takes messages in frames that are cut anywhere, and knows whose certificate it was', async () => {
    const socket = await open((await start()).tlsPort!);
    const bytes = Buffer.concat([sample('01-octet-counted-bom'), sample('02-octet-counted-three-frames')]);
    for (let at = 0; at < bytes.length; at += 777) socket.write(bytes.subarray(at, at + 777));
    await poll(async () => (await kept()).length).toBe(4);
    for (const row of await kept()) {
      expect(row.state).not.toBe('rejected');
      expect(row).toMatchObject({ channel: 'syslogTls', peerName: 'CN=archive.riverbend.example' });
    }
  });

  it.each([
    ['h2-length-too-short', ['notWellFormed', 'syslogFrame']],
    ['h3-length-huge', ['syslogFrame']],
    ['h4-length-not-a-number', ['syslogFrame']],
    ['05-lf-terminated-rfc6587', ['syslogFrame']],
  ])('shuts the connection after %s, keeps what was refused, and takes the next', async (name, expected) => {
    const { tlsPort } = await start();
    const socket = await open(tlsPort!);
    socket.write(sample(name));
    await closed(socket);
    (await open(tlsPort!)).write(sample('01-octet-counted-bom'));
    await poll(async () => (await kept()).length).toBe(expected.length + 1);
    expect((await kept()).flatMap(({ state, reason }) => (state === 'rejected' ? [reason] : []))).toEqual(
      expected,
    );
  });

  it('refuses a header of RFC 3164 and goes on', async () => {
    const socket = await open((await start()).tlsPort!);
    const old = sample('h5-bsd-rfc3164');
    // The file has a length or not: the header alone is of interest.
    const bare = old.subarray(old.indexOf('<'));
    socket.write(Buffer.concat([Buffer.from(`${bare.length} `), bare]));
    socket.write(numbered(1));
    await poll(async () => (await kept()).length).toBe(2);
    expect((await reasons())[0]).toEqual(['rejected', 'syslogHeader']);
  });

  it('stores nothing of a message that does not end, and shuts it when its time is over', async () => {
    const receiver = openReceiver(fresh.world, () => undefined);
    const files = await readCertificates({ port: 0, ...certificates.server });
    const listener = await listenTls({ port: 0, ...files, limits: { message: 50 } }, receiver);
    try {
      const socket = await open(listener.port);
      socket.write(sample('h1-length-too-long'));
      await closed(socket);
      await poll(() => receiver.counts().unfinishedMessages).toBe(1);
      expect(await kept()).toEqual([]);
    } finally {
      await listener.stop();
    }
  });

  it('does not call a message late that it does not read for want of room', async () => {
    const receiver = openReceiver(fresh.world, () => undefined);
    // Room for the first half of a message, and no more until somebody tells.
    let looks = 0;
    let isFull = true;
    let tell = () => {};
    const full = {
      ...receiver,
      hasRoom: () => ++looks === 1 || !isFull,
      whenRoom: (told: () => void) => void (tell = told),
    };
    const files = await readCertificates({ port: 0, ...certificates.server });
    const patience = 300;
    const listener = await listenTls({ port: 0, ...files, limits: { message: patience } }, full);
    try {
      const socket = await open(listener.port);
      const text = numbered(1);
      socket.write(text.slice(0, 500));
      await poll(() => looks).toBe(2);
      await delay(2 * patience);
      expect(receiver.counts().unfinishedMessages).toBeUndefined();
      isFull = false;
      tell();
      socket.write(text.slice(500));
      await poll(async () => (await kept()).length).toBe(1);
    } finally {
      await listener.stop();
    }
  });

  it('lets nobody in without a certificate of its authority, nor by an old TLS', async () => {
    const { tlsPort, counts } = await start();
    for (const who of [
      certificates.nobody,
      certificates.stranger,
      { ...certificates.archive, maxVersion: 'TLSv1.1', minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' },
    ] as ConnectionOptions[]) {
      const socket = connect({ host: '127.0.0.1', port: tlsPort!, rejectUnauthorized: false, ...who });
      opened.push(socket);
      socket.on('error', () => undefined);
      socket.on('secureConnect', () => socket.write(sample('01-octet-counted-bom')));
      await closed(socket);
    }
    expect(counts().failedHandshakes).toBe(3);
    expect(counts().messages).toBeUndefined();
  });

  it('closes connections beyond its limit at once, counts them, and serves the others', async () => {
    const receiver = openReceiver(fresh.world, () => undefined);
    const files = await readCertificates({ port: 0, ...certificates.server });
    const listener = await listenTls({ port: 0, ...files, limits: { connectionsAnAddress: 3 } }, receiver);
    try {
      const inside = [];
      for (let count = 0; count < 3; count += 1) inside.push(await open(listener.port));
      const refused = Array.from({ length: 200 }, () => {
        const socket = connect({ host: '127.0.0.1', port: listener.port, ...certificates.archive });
        socket.on('error', () => undefined);
        return closed(socket);
      });
      await Promise.all(refused);
      expect(receiver.counts().refusedConnections).toBe(200);
      inside[1]!.write(numbered(1));
      await poll(async () => (await kept()).length).toBe(1);
    } finally {
      await listener.stop();
    }
  });

  it('writes all that it read when it is stopped', async () => {
    const running = await start();
    const socket = await open(running.tlsPort!);
    for (let id = 1; id <= 300; id += 1) socket.write(numbered(id, `<AuditMessage n="${id}"/>`));
    await poll(() => running.counts().messages ?? 0).toBeGreaterThan(0);
    await running.stop();
    expect((await kept()).length).toBe(running.counts().messages);
  });

  it('notes numbers that are missing, once, as a gap that is told', async () => {
    const socket = await open((await start()).tlsPort!);
    const send = (ids: number[]) => {
      for (const id of ids) socket.write(numbered(id, `${message}<!-- ${id} -->`));
    };
    send([7, 8, 12, 13, 9]);
    await poll(async () => (await kept()).length).toBe(5);
    // Sent again, as after a connection that broke: what is missing still is.
    send([9, 8, 9]);
    await poll(async () => (await kept()).length).toBe(8);
    const gaps = await fresh.world.db.sourceGap.findMany({
      select: { kind: true, auditSourceId: true, firstMissing: true, lastMissing: true, missing: true },
    });
    expect(gaps).toEqual([
      { kind: 'sequence', auditSourceId: 'dcm4chee-arc', firstMissing: 9, lastMissing: 11, missing: 2 },
    ]);
    await watchSources(fresh.world);
    await watchSources(fresh.world);
    expect(await fresh.world.db.notice.count({ where: { kind: 'sourceSilent' } })).toBe(1);
    expect(await fresh.world.db.auditEvent.count({ where: { type: 'source.gapFound' } })).toBe(1);
    // In one burst with the rest, some of them without their numbers.
    const lost = [10, 11];
    socket.write([...lost, ...lost].map((id) => numbered(id, `${message}<!-- ${id} -->`)).join(''));
    socket.write(
      lost.map((id) => frame(`<85>1 - archive dcm4chee - IHE+RFC-3881 - ${message}<!-- ${id} -->`)).join(''),
    );
    await poll(async () => (await kept()).length).toBe(14);
    expect(await fresh.world.db.sourceGap.findMany({ select: { missing: true } })).toEqual([{ missing: 0 }]);
  });

  it('notes what a sender lost that never named a source, tells it, and says so until the sender names one', async () => {
    const { world } = fresh;
    const socket = await open((await start()).tlsPort!);
    const nameless = '<AuditMessage/>';
    for (const id of [1, 4, 5]) socket.write(numbered(id, nameless));
    await poll(async () => (await kept()).length).toBe(3);
    const { timeZone } = await theFacility(world.db);
    const day = localDate(fresh.clock.now(), timeZone);
    const window = { from: '2020-01-01', to: day };
    const clock = () => ({ timeZone, now: fresh.clock.now() });
    const unnamed = () => unnamedGapsIn(world.db, window, clock());
    expect(await unnamed()).toEqual([{ from: day, to: day }]);
    expect((await coverageOf(world.db, window, clock())).map(({ source }) => source)).not.toContain('');
    await watchSources(world);
    await watchSources(world);
    expect(await world.db.notice.count({ where: { kind: 'sourceSilent' } })).toBe(1);
    const found = await world.db.auditEvent.findMany({
      where: { type: 'source.gapFound' },
      select: { subjectKind: true, subjectId: true, after: true },
    });
    expect(found).toEqual([
      {
        subjectKind: 'sender',
        subjectId: expect.stringContaining('"archive","dcm4chee"'),
        after: expect.objectContaining({ kind: 'sequence', missing: 2 }),
      },
    ]);
    // It begins anew, and then says who it is: what it lost before is that source's.
    socket.write(numbered(1, nameless));
    socket.write(numbered(2));
    await poll(async () => (await kept()).length).toBe(5);
    expect(await unnamed()).toEqual([]);
    const gaps = await sourceGaps(world.db, { since: new Date(0), of: 'dcm4chee-arc', most: 9 });
    expect(gaps).toEqual([expect.objectContaining({ auditSourceId: 'dcm4chee-arc', missing: 2 })]);
  });

  it('fills with a late number what is missing since the program began anew, and not what was before', async () => {
    const socket = await open((await start()).tlsPort!);
    let sent = 0;
    const send = async (...ids: number[]) => {
      for (const id of ids) socket.write(numbered(id, `${message}<!-- ${(sent += 1)} -->`));
      await poll(async () => (await kept()).length).toBe(sent);
    };
    const gaps = () =>
      fresh.world.db.sourceGap.findMany({
        orderBy: { id: 'asc' },
        select: { firstMissing: true, lastMissing: true, missing: true },
      });
    await send(3, 4, 6);
    await send(1, 2, 3, 4, 6, 5);
    expect(await gaps()).toEqual([
      { firstMissing: 5, lastMissing: 5, missing: 1 },
      { firstMissing: 5, lastMissing: 5, missing: 0 },
    ]);
    // The first number of the third run is lost too.
    await send(2, 3);
    expect(await gaps()).toHaveLength(3);
    expect((await gaps()).at(-1)).toEqual({ firstMissing: 1, lastMissing: 1, missing: 1 });
  });

  it('holds a message in the name of a source that another certificate speaks for', async () => {
    await fresh.world.db.sourceSender.create({
      data: {
        auditSourceId: 'dcm4chee-arc',
        fingerprint: 'ab'.repeat(32),
        subject: 'CN=other',
        firstSeenAt: fresh.clock.now(),
        trustedAt: fresh.clock.now(),
      },
    });
    (await open((await start()).tlsPort!)).write(numbered(1));
    await poll(reasons).toEqual([['quarantined', 'senderNotTrusted']]);
  });
});

describe('syslog by UDP', () => {
  const send = (port: number) =>
    new Promise<void>((resolve, reject) => {
      const socket = createSocket('udp4');
      socket.send(sample('04-udp-datagram'), port, '127.0.0.1', (error) => {
        socket.close();
        if (error) reject(error);
        else resolve();
      });
    });

  it('takes a datagram from a network that is named', async () => {
    await send((await start(['127.0.0.0/8'])).udpPort!);
    await poll(async () => (await kept()).map(({ channel }) => channel)).toEqual(['syslogUdp']);
    expect((await kept())[0]?.state).not.toBe('rejected');
  });

  it('drops one from elsewhere, and counts it', async () => {
    const { udpPort, counts } = await start(['10.20.0.0/16']);
    await send(udpPort!);
    await poll(() => counts().refusedDatagrams).toBe(1);
    expect(await kept()).toEqual([]);
  });
});

describe('coverage', () => {
  it('finds silence that nobody looked at, tells it once, and ends it with the next message', async () => {
    const { world, clock } = fresh;
    const source = 'dcm4chee-arc';
    const begin = clock.now();
    await world.db.sourceRhythm.create({ data: { auditSourceId: source, everyHours: 6, since: begin } });
    await watchSources(world);
    expect(await world.db.sourceGap.count()).toBe(0);
    clock.advance(hours(48));
    await watchSources(world);
    await watchSources(world);
    const gaps = () =>
      world.db.sourceGap.findMany({
        orderBy: { fromAt: 'asc' },
        select: { kind: true, fromAt: true, toAt: true },
      });
    expect(await gaps()).toEqual([{ kind: 'silence', fromAt: begin, toAt: null }]);
    expect(await world.db.notice.count({ where: { kind: 'sourceSilent' } })).toBe(1);
    const back = clock.now();
    (await open((await start()).tlsPort!)).write(numbered(1));
    await poll(async () => (await kept()).length).toBe(1);
    // Nobody looked for days: a second silence came and went.
    clock.advance(hours(30));
    (await open(syslog!.tlsPort!)).write(numbered(2, message));
    await poll(async () => (await kept()).length).toBe(2);
    const again = clock.now();
    await watchSources(world);
    expect(await gaps()).toEqual([
      { kind: 'silence', fromAt: begin, toAt: back },
      { kind: 'silence', fromAt: back, toAt: again },
    ]);
    const window = { from: '2000-01-01', to: '2100-01-01' };
    await world.db.sourceRhythm.create({ data: { auditSourceId: 'NEVER', everyHours: 6, since: begin } });
    const covered = await coverageOf(world.db, window, { timeZone: 'America/New_York', now: again });
    const covers = (id: string) => covered.find((one) => one.source === id);
    expect(covers(source)?.completeFrom).not.toBeNull();
    // It has to report, and never did; and one that reported, and that nobody watches.
    expect(covers('NEVER')).toEqual({ source: 'NEVER', completeFrom: null, untold: false, gaps: [] });
    expect(covered.filter(({ source: id }) => id !== source && id !== 'NEVER')).toContainEqual(
      expect.objectContaining({ completeFrom: null, untold: true }),
    );
  });
});

const rsyslogd = ['/usr/sbin/rsyslogd', '/sbin/rsyslogd'].find((file) => existsSync(file));
const skipped = rsyslogd ? '' : ' (skipped: rsyslogd is not installed; Debian: rsyslog, rsyslog-gnutls)';

describe.skipIf(!rsyslogd)(`rsyslog, as docs/connect-rsyslog.md configures it${skipped}`, () => {
  let sender: ChildProcess | null = null;
  afterEach(async () => {
    if (!sender) return;
    const ended = once(sender, 'exit');
    sender.kill('SIGTERM');
    await ended;
    sender = null;
  });

  const page = readFileSync('docs/connect-rsyslog.md', 'utf8');
  const block = (begin: string) => page.split(`\`\`\`\n${begin}`)[1]!.split('```')[0]!;
  const here = (text: string, port: number) =>
    text
      .replaceAll('/etc/rsyslog/', `${folder}/`)
      .replace('target="plainview.riverbend.example"', 'target="127.0.0.1"')
      .replace(/port="\d+"/, `port="${port}"`);

  /** Runs rsyslog with its own files alone, and gives it messages by a file that it follows. */
  async function run(config: string): Promise<void> {
    const work = await mkdtemp(path.join(folder, 'rsyslog-'));
    const lines = ['one', 'two', 'three'].map(
      (id) => message.replace(/\s*\n\s*/g, ' ').trim() + `<!-- ${id} -->`,
    );
    const input = path.join(work, 'audit.log');
    await writeFile(input, lines.join('\n') + '\n');
    const file = path.join(work, 'rsyslog.conf');
    await writeFile(
      file,
      [
        `global(workDirectory="${work}")`,
        'module(load="imfile")',
        `input(type="imfile" file="${input}" tag="dcm4chee" severity="notice" facility="authpriv")`,
        config,
      ].join('\n'),
    );
    execFileSync(rsyslogd!, ['-N1', '-f', file], { stdio: 'pipe' });
    sender = spawn(rsyslogd!, ['-n', '-f', file, '-i', path.join(work, 'pid')], { stdio: 'ignore' });
  }

  it('sends over TLS', async () => {
    const { tlsPort } = await start();
    await run(here(`global(${block('global(')}`, tlsPort!));
    await poll(async () => (await kept()).length).toBe(3);
    for (const row of await kept())
      expect(row).toMatchObject({
        auditSourceId: 'dcm4chee-arc',
        peerName: 'CN=archive.riverbend.example',
        channel: 'syslogTls',
      });
  }, 40_000);

  it('sends over UDP', async () => {
    const { udpPort } = await start(['127.0.0.1']);
    const template = `template(name="audit"${block('global(').split('template(name="audit"')[1]!.split('\n\n')[0]!}`;
    const action = here(`action(type="omfwd"${block('action(type="omfwd"')}`, udpPort!);
    await run(`global(maxMessageSize="1m")\n${template}\n${action}`);
    await poll(async () => (await kept()).length).toBe(3);
    for (const row of await kept())
      expect(row).toMatchObject({ auditSourceId: 'dcm4chee-arc', channel: 'syslogUdp', peerName: null });
  }, 40_000);
});
