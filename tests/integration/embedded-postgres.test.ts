import { execFileSync, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '#app/server/embedded-postgres.server.ts';
import { StartRefusal } from '#app/server/start-refusal.ts';
import { connected } from '#tests/support/database.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';
const deadPid = 4_194_305; // above the largest process number that Linux gives (proc_sys_kernel(5), pid_max)

let folder: string;
let dataDir: string;
let said: string[];
let running: EmbeddedPostgres[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-embedded-'));
  await chmod(folder, 0o711);
  dataDir = path.join(folder, 'postgres');
  said = [];
  running = [];
});

afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(now?: Date): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, say: (line) => said.push(line), fast: true, now });
  running.push(postgres);
  return postgres;
}

async function refusal(work: Promise<unknown>): Promise<StartRefusal> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StartRefusal)) throw new Error(`Expected a StartRefusal, got ${String(error)}`);
  return error;
}

const keep = (url: string, text: string) =>
  connected(url, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS kept (text text)');
    await client.query('INSERT INTO kept VALUES ($1)', [text]);
  });

const kept = (url: string) =>
  connected(url, async (client) =>
    (await client.query<{ text: string }>('SELECT text FROM kept')).rows.map((r) => r.text),
  );

/** Starts in another process, which says its url and then waits, or dies without stopping PostgreSQL. */
async function startElsewhere(then: 'wait' | 'die', ids?: { uid: number; gid: number }) {
  const script = `
    const { startEmbeddedPostgres } = await import('#app/server/embedded-postgres.server.ts');
    const { url, stop } = await startEmbeddedPostgres({ dataDir: process.argv[1], say: () => undefined, fast: true });
    process.on('SIGTERM', () => stop().then(() => process.exit(0)));
    setInterval(() => undefined, 1000);
    console.log(url);`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HOME: folder, TMPDIR: folder },
    ...ids,
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    child.once('exit', () => reject(new Error('The other process ended early')));
  });
  if (then === 'die') {
    await keep(url, 'committed before the kill');
    child.kill('SIGKILL');
    await ended;
  }
  return { url, pid: child.pid ?? 0, stop: () => (child.kill('SIGTERM'), ended) };
}

describe('startEmbeddedPostgres', () => {
  it('makes a database on the first start and finds its data again on the second', async () => {
    const first = await start();
    await keep(first.url, 'a');
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(() => process.kill(first.pid, 0)).toThrow('ESRCH');
    expect(await readdir(folder)).toEqual(['postgres']);

    const second = await start();
    expect(await kept(second.url)).toEqual(['a']);
    expect(said).toEqual([`Making a new database in ${dataDir}.`]);
  });

  it('listens on this machine only, in UTF-8 and UTC, and keeps its password to itself', async () => {
    const { url } = await start();
    const settings = await connected(url, async (client) => {
      const { rows } = await client.query<Record<string, string>>(
        `SELECT current_setting('listen_addresses') AS listens, current_setting('unix_socket_directories') AS sockets,
                current_setting('TimeZone') AS zone, current_setting('server_encoding') AS encoding,
                (SELECT datlocale FROM pg_database WHERE datname = current_database()) AS locale,
                (SELECT left(rolpassword, 13) FROM pg_authid WHERE rolname = current_user) AS password,
                upper('é') AS upper`,
      );
      return rows[0];
    });
    expect(settings).toEqual({
      listens: '127.0.0.1',
      sockets: '',
      zone: 'UTC',
      encoding: 'UTF8',
      locale: 'C.UTF-8',
      password: 'SCRAM-SHA-256',
      upper: 'É',
    });
    expect((await stat(path.join(dataDir, 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);

    const wrong = new URL(url);
    wrong.password = 'guess';
    await expect(connected(wrong.toString(), async () => undefined)).rejects.toThrow(
      'password authentication failed',
    );
  });

  it.runIf(isLinux)('runs in a process group of its own, so that Ctrl-C does not reach it', async () => {
    const { pid } = await start();
    const group = (of: number) =>
      execFileSync('ps', ['-o', 'pgid=', '-p', String(of)])
        .toString()
        .trim();
    expect(group(pid)).toBe(String(pid));
    expect(group(pid)).not.toBe(group(process.pid));
  });

  it('moves a half-made data folder aside and says where', async () => {
    await mkdir(path.join(dataDir, 'cluster'), { recursive: true });
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '18\n');
    await mkdir(path.join(folder, 'postgres.init-0a1b2c3d'));

    const { url } = await start(new Date('2026-05-03T10:00:00Z'));
    await keep(url, 'a');
    const aside = path.join(folder, 'postgres.broken-20260503T100000Z');
    expect(await readFile(path.join(aside, 'cluster', 'PG_VERSION'), 'utf8')).toBe('18\n');
    expect(said.join('\n')).toContain(aside);
    expect((await readdir(folder)).sort()).toEqual(
      ['postgres', path.basename(aside), 'postgres.lock'].sort(),
    );
  });

  it('uses an empty folder in its place without a word', async () => {
    await mkdir(dataDir);
    await start();
    expect(said).toEqual([`Making a new database in ${dataDir}.`]);
  });

  it.each([
    ['a process that is gone', deadPid],
    ['another program that got its number', process.pid],
  ])('removes the lock file of a server that crashed: %s', async (_, pid) => {
    const first = await start();
    await keep(first.url, 'a');
    const cluster = path.join(dataDir, 'cluster');
    const pidFile = path.join(cluster, 'postmaster.pid');
    const text = await readFile(pidFile, 'utf8');
    await first.stop();
    await writeFile(pidFile, text.replace(/^\d+/, String(pid)));

    const second = await start();
    expect(await kept(second.url)).toEqual(['a']);
    expect(said.at(-1)).toContain(`process ${pid} is gone`);
  });

  it('stops a server whose parent was killed, and keeps what it had committed', async () => {
    await startElsewhere('die');
    const { url } = await start();
    expect(said.join('\n')).toContain('is still running');
    expect(await kept(url)).toEqual(['committed before the kill']);
  });

  it('refuses data that another Plainview is using, and names it', async () => {
    const other = await startElsewhere('wait');
    try {
      const refused = await refusal(start());
      expect(refused.code).toBe('dataFolderInUse');
      expect(refused.message).toContain(`process ${other.pid}`);
      expect(refused.whatToDo).toContain(`kill ${other.pid}`);
      await keep(other.url, 'still there');
    } finally {
      expect(await other.stop()).toBe(0);
    }
    expect(await kept((await start()).url)).toEqual(['still there']);
  });

  it('refuses a second start of the same process', async () => {
    await start();
    expect((await refusal(start())).code).toBe('dataFolderInUse');
  });

  it.each([
    ['is gone', { pid: deadPid, born: null }],
    ['is another one with the same number', { pid: process.pid, born: 'an earlier boot 1' }],
  ])('takes over the lock of a Plainview that %s', async (_, holder) => {
    await writeFile(`${dataDir}.lock`, JSON.stringify(holder));
    await start();
    expect(JSON.parse(await readFile(`${dataDir}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('lets one of several starts at the same moment through', async () => {
    await writeFile(`${dataDir}.lock`, JSON.stringify({ pid: deadPid, born: null }));
    const results = await Promise.allSettled([start(), start(), start()]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('refuses data of another major version', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'cluster', 'PG_VERSION'), '17\n');
    const refused = await refusal(start());
    expect(refused.code).toBe('otherPostgresVersion');
    expect(refused.message).toContain('PostgreSQL 17');
  });

  it('says what stands in the way when its own configuration is broken', async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, 'cluster', 'postgresql.conf'), 'max_connections = many\n');
    const refused = await refusal(start());
    expect(refused.code).toBe('postgresNotReady');
    expect(refused.message).toContain('max_connections');
  });

  it.runIf(isRoot && isLinux)('runs as an ordinary user too', async () => {
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody']).toString()));
    await chmod(folder, 0o777);
    const other = await startElsewhere('wait', { uid: uid ?? 0, gid: gid ?? 0 });
    expect((await stat(path.join(dataDir, 'cluster'))).uid).toBe(uid);
    await keep(other.url, 'of nobody');
    expect(await other.stop()).toBe(0);
    // Root then serves the data as their owner: they stay in place, and stay his.
    const { url } = await start();
    expect(await kept(url)).toEqual(['of nobody']);
    expect((await stat(path.join(dataDir, 'postgres.log'))).uid).toBe(uid);
  });
});
