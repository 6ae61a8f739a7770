import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { StartRefusal } from '../start-refusal.ts';
import { run, systemCode } from './run.server.ts';

type Holder = { pid: number; born: string | null };

/**
 * Takes the data folder for this process by a lock file beside it, `<dataDir>.lock`, that names the process.
 * A lock whose process is gone is taken over.
 *
 * @returns releases the lock; harmless when called again
 * @throws StartRefusal `dataFolderInUse`, naming the process that has it
 */
export async function lockData(dataDir: string): Promise<() => Promise<void>> {
  const lockFile = `${dataDir}.lock`;
  const own: Holder = { pid: process.pid, born: await bornAt(process.pid) };
  const mine = JSON.stringify(own);
  const draft = `${lockFile}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, mine, { mode: 0o644 });
  try {
    while (!(await linkIfFree(draft, lockFile))) {
      const text = await readFile(lockFile, 'utf8').catch(() => undefined);
      if (text === undefined) continue; // released meanwhile
      const holder = parseHolder(text);
      if (holder && (await isAlive(holder))) throw inUse(dataDir, holder.pid, lockFile);
      await putAside(lockFile, text);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if ((await readFile(lockFile, 'utf8').catch(() => undefined)) === mine)
      await rm(lockFile, { force: true });
  };
}

/** A hard link appears whole or not at all, and fails when the name is taken. */
async function linkIfFree(draft: string, lockFile: string): Promise<boolean> {
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes a dead lock, and only that: what another start put there meanwhile goes back. */
async function putAside(lockFile: string, dead: string): Promise<void> {
  const aside = `${lockFile}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(lockFile, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await linkIfFree(aside, lockFile);
  await rm(aside, { force: true });
}

function parseHolder(text: string): Holder | undefined {
  try {
    const { pid, born } = JSON.parse(text) as Partial<Holder>;
    return typeof pid === 'number' ? { pid, born: born ?? null } : undefined;
  } catch {
    return undefined;
  }
}

/** A process number alone proves nothing: numbers are used again, in containers after every restart. */
async function isAlive({ pid, born }: Holder): Promise<boolean> {
  if (!processExists(pid)) return false;
  const bornNow = await bornAt(pid);
  return born === null || bornNow === null || born === bornNow;
}

/** Whether a process has this number; one of another user counts too. */
export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

/** What tells two processes of one number apart: when it was started, and on Linux in which boot. */
async function bornAt(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const startTicks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]; // field 22 of proc_pid_stat(5)
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTicks}`;
    }
    const { code, output } = await run('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return code === 0 ? output : null;
  } catch {
    return null;
  }
}

function inUse(dataDir: string, pid: number, lockFile: string): StartRefusal {
  return new StartRefusal(
    'dataFolderInUse',
    `Another Plainview, process ${pid}, is using the data in ${dataDir}.`,
    `Stop it first (kill ${pid}), or set DATA_DIR to another folder. If process ${pid} is no Plainview, ` +
      `remove ${lockFile}.`,
  );
}
