import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '../start-refusal.ts';
import { processExists } from './data-lock.server.ts';
import type { Programs } from './programs.server.ts';
import { run, systemCode, type RunAs } from './run.server.ts';

/**
 * Clears what an earlier start left that did not end well. A PostgreSQL of this cluster that outlived its
 * parent is stopped cleanly, so that everything it committed is there for the next start. A
 * `postmaster.pid` whose process is gone, or is some other program by now, is removed.
 * Call it only while holding the lock of the data folder.
 */
export async function clearLeftovers(options: {
  cluster: string;
  programs: Programs;
  runAs: RunAs;
  say: (line: string) => void;
}): Promise<void> {
  const { cluster, programs, runAs, say } = options;
  const pidFile = path.join(cluster, 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return;

  const pid = Number.parseInt(text, 10);
  if (pid > 0 && processExists(pid) && (await isPostgresOf(cluster, pid))) {
    say(`The PostgreSQL of an earlier start is still running (process ${pid}); stopping it first.`);
    await stopCluster({ cluster, programs, runAs });
    return;
  }
  await waitForBackends(cluster);
  say(
    `Removing the lock file that an earlier PostgreSQL left (process ${pid || 'unknown'} is gone): ${pidFile}`,
  );
  await rm(pidFile, { force: true });
}

/** A fast shutdown: transactions under way are rolled back, everything committed is kept. */
export async function stopCluster(options: {
  cluster: string;
  programs: Programs;
  runAs: RunAs;
}): Promise<void> {
  const { cluster, programs, runAs } = options;
  const stop = (mode: string) =>
    run(programs.pgCtl, ['stop', '--pgdata', cluster, '--mode', mode, '--wait', '--timeout', '60'], runAs);
  const gone = async () => !(await readFile(path.join(cluster, 'postmaster.pid')).catch(() => undefined));
  const fast = await stop('fast');
  if (fast.code === 0 || (await gone())) return;
  const immediate = await stop('immediate');
  if (immediate.code === 0 || (await gone())) return;
  throw new StartRefusal(
    'postgresDoesNotStop',
    `PostgreSQL with the data in ${cluster} does not stop: ${immediate.output || fast.output}`,
    'Look at postgres.log beside that folder, stop the process by hand, and start again.',
  );
}

/** PostgreSQL makes the cluster its working folder, which tells it from any program that got its number. */
async function isPostgresOf(cluster: string, pid: number): Promise<boolean> {
  if (process.platform === 'linux') {
    return workingFolder(pid) === realpathSync(cluster) && programName(pid).startsWith('postgres');
  }
  const { output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)]);
  return output.includes('postgres') && output.includes(cluster);
}

/**
 * Processes of a killed server can outlive it by a moment and still write; two servers on one cluster would
 * destroy it, and the lock file is what keeps PostgreSQL itself from that. So it goes only after they do.
 * Outside Linux PostgreSQL's own check of its shared memory has to do.
 */
async function waitForBackends(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const folder = realpathSync(cluster);
  const alive = () =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => workingFolder(pid) === folder && programName(pid).startsWith('postgres'));
  for (let waited = 0; waited < 10_000; waited += 100) {
    if (alive().length === 0) return;
    await sleep(100);
  }
  const pids = alive();
  if (pids.length === 0) return;
  throw new StartRefusal(
    'postgresDoesNotStop',
    `Processes of an earlier PostgreSQL still use ${cluster}: ${pids.join(', ')}.`,
    `Stop them (kill ${pids.join(' ')}) and start again.`,
  );
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}

function programName(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8');
  } catch {
    return '';
  }
}
