import { randomBytes } from 'node:crypto';
import { chown, mkdir, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { StartRefusal } from '../start-refusal.ts';
import type { Programs } from './programs.server.ts';
import { run, systemCode, type RunAs } from './run.server.ts';

/** The only role of the cluster, and its owner. */
export const clusterRole = 'plainview';

/** What a data folder holds. `complete` is written last, so a folder without it was never finished. */
export const within = (dataDir: string) => ({
  cluster: path.join(dataDir, 'cluster'),
  password: path.join(dataDir, 'password'),
  log: path.join(dataDir, 'postgres.log'),
  complete: path.join(dataDir, 'complete'),
});

type Making = {
  dataDir: string;
  programs: Programs;
  runAs: RunAs;
  say: (line: string) => void;
  fast: boolean;
};

/**
 * Makes the cluster if there is none yet, under another name that is changed at the end, so that a start
 * killed in the middle leaves no half of one. A folder in its place that is not a finished data folder is
 * moved aside, never deleted. Call it only while holding the lock of the data folder.
 *
 * @param making.fast does not flush to disk: for tests
 * @param now names the folder that is moved aside
 * @returns the password of the role
 */
export async function ensureCluster(making: Making, now: Date): Promise<string> {
  const { dataDir, programs, runAs, say } = making;
  await removeUnfinished(dataDir);
  if (!(await isComplete(dataDir))) {
    await moveAside(dataDir, now, say);
    await makeCluster(making);
  }
  await refuseOtherVersion(dataDir, programs, runAs);
  return readFile(within(dataDir).password, 'utf8');
}

async function isComplete(dataDir: string): Promise<boolean> {
  try {
    await readFile(within(dataDir).complete);
    await readFile(path.join(within(dataDir).cluster, 'PG_VERSION'));
    return true;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return false;
    throw new StartRefusal(
      'dataFolderNotOurs',
      `The data in ${dataDir} cannot be read (${systemCode(cause) ?? String(cause)}): they belong to another user.`,
      'Start Plainview as the user who made them (or as root), or set DATA_DIR to another folder.',
      { cause },
    );
  }
}

/** What killed starts left while making a cluster: nothing in it was ever used. */
async function removeUnfinished(dataDir: string): Promise<void> {
  const parent = path.dirname(dataDir);
  for (const name of await readdir(parent)) {
    if (name.startsWith(`${path.basename(dataDir)}.init-`)) {
      await rm(path.join(parent, name), { recursive: true, force: true });
    }
  }
}

async function moveAside(dataDir: string, now: Date, say: (line: string) => void): Promise<void> {
  try {
    await rmdir(dataDir);
    return; // it was empty
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
  }
  const aside = `${dataDir}.broken-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  try {
    await rename(dataDir, aside);
  } catch (cause) {
    throw new StartRefusal(
      'dataFolderNotReplaceable',
      `${dataDir} holds no finished database and cannot be moved aside (${systemCode(cause) ?? String(cause)}).`,
      'Set DATA_DIR to a folder inside it (a mounted volume cannot itself be the data folder), or empty it.',
      { cause },
    );
  }
  say(
    `${dataDir} held no finished database: an earlier start was cut off. Moved it to ${aside}; starting anew.`,
  );
}

async function makeCluster({ dataDir, programs, runAs, say, fast }: Making): Promise<void> {
  say(`Making a new database in ${dataDir}.`);
  const unfinished = `${dataDir}.init-${randomBytes(4).toString('hex')}`;
  const files = within(unfinished);
  const give = async (file: string) => runAs && chown(file, runAs.uid, runAs.gid);
  await mkdir(unfinished, { mode: 0o700 });
  await give(unfinished);
  await writeFile(files.password, randomBytes(24).toString('base64url'), { mode: 0o600 });
  await give(files.password);

  const { code, output } = await run(
    programs.initdb,
    [
      ['--pgdata', files.cluster],
      ['--username', clusterRole, '--pwfile', files.password],
      ['--auth-host', 'scram-sha-256', '--auth-local', 'scram-sha-256'],
      ['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      fast ? ['--no-sync'] : [],
    ].flat(),
    runAs,
  );
  if (code !== 0) {
    await rm(unfinished, { recursive: true, force: true });
    throw new StartRefusal(
      'databaseNotMade',
      `PostgreSQL could not make its database in ${dataDir}: ${output}`,
      'Free space on that disk or set DATA_DIR to another, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  await writeFile(files.complete, '', { mode: 0o600 });
  await give(files.complete);
  await rename(unfinished, dataDir);
}

/** Data of another major version cannot be opened; PostgreSQL says so too, but not what to do. */
async function refuseOtherVersion(dataDir: string, programs: Programs, runAs: RunAs): Promise<void> {
  const ofData = (await readFile(path.join(within(dataDir).cluster, 'PG_VERSION'), 'utf8')).trim();
  const { output } = await run(programs.postgres, ['--version'], runAs);
  const ofPrograms = /(\d+)/.exec(output)?.[1];
  if (ofData === ofPrograms) return;
  throw new StartRefusal(
    'otherPostgresVersion',
    `The data in ${dataDir} are of PostgreSQL ${ofData}, and this version of Plainview carries ${ofPrograms}.`,
    'Make a backup with the version of Plainview that used them, and restore it into a new DATA_DIR with this one.',
  );
}
