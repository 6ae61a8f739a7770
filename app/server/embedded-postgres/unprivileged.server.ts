import { createHash } from 'node:crypto';
import { chmod, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { StartRefusal } from '../start-refusal.ts';
import { run, systemCode, type RunAs } from './run.server.ts';

const systemUser = 'postgres';

/** Where the data go when their wanted place is out of reach for the system user; the first that works. */
const reachableHomes = ['/var/lib/plainview', '/var/tmp/plainview'];

/**
 * Decides who runs PostgreSQL and where its data are. PostgreSQL refuses to run as root
 * (https://www.postgresql.org/docs/18/postgres-user.html), so under root it runs as the owner of the data if
 * there are any, else as the system user `postgres`, which is made when absent. A folder that this user cannot
 * enter, such as one below /root, is never opened up for it: the data are kept elsewhere, and `say` tells where.
 *
 * @returns the folder to use, and the user to run as (undefined: this process is not root)
 */
export async function placeData(
  wantedDir: string,
  say: (line: string) => void,
): Promise<{ dataDir: string; runAs: RunAs }> {
  const parent = path.dirname(wantedDir);
  try {
    await mkdir(parent, { recursive: true });
  } catch (cause) {
    throw new StartRefusal(
      'dataFolderNotWritable',
      `Cannot make the folder ${parent} (${systemCode(cause) ?? String(cause)}).`,
      'Set DATA_DIR to a folder that this user may write, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
  if (process.getuid?.() !== 0) return { dataDir: wantedDir, runAs: undefined };

  const owner = await ownerOf(wantedDir);
  if (owner && !(await canEnter(parent, owner))) throw outOfReach(owner, parent);
  if (owner) return { dataDir: wantedDir, runAs: owner };
  const runAs = (await systemUserIfAny(systemUser)) ?? (await makeSystemUser(say));
  if (await canEnter(parent, runAs)) return { dataDir: wantedDir, runAs };

  const dataDir = await reachableInstead(wantedDir, runAs);
  say(
    `PostgreSQL runs as the user "${runAs.name}", who cannot enter ${parent}; its data are kept in ${dataDir}.`,
  );
  return { dataDir, runAs };
}

/** Whether a user can pass through a folder and all folders above it. */
async function canEnter(folder: string, runAs: RunAs): Promise<boolean> {
  return (await run('test', ['-x', folder], runAs)).code === 0;
}

/** The owner of existing data, unless that is root: data of an ordinary user stay that user's under sudo. */
async function ownerOf(dataDir: string): Promise<RunAs> {
  try {
    const { uid, gid } = await stat(path.join(dataDir, 'cluster'));
    if (uid === 0) return undefined;
    const { code, output } = await run('id', ['-un', String(uid)]);
    return { uid, gid, name: code === 0 ? output : `number ${uid}` };
  } catch {
    return undefined;
  }
}

async function systemUserIfAny(name: string): Promise<NonNullable<RunAs> | undefined> {
  const [uid, gid] = [await run('id', ['-u', name]), await run('id', ['-g', name])];
  if (uid.code !== 0 || gid.code !== 0) return undefined;
  return { uid: Number(uid.output), gid: Number(gid.output), name };
}

/** Debian, Fedora and SUSE have useradd; Alpine and BusyBox have adduser with other options. */
async function makeSystemUser(say: (line: string) => void): Promise<NonNullable<RunAs>> {
  const commands = [
    ['useradd', '--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', systemUser],
    ['adduser', '-S', '-D', '-H', systemUser],
  ];
  for (const [program = '', ...args] of commands) {
    await run(program, args).catch(() => undefined); // absent here: the next one, or the refusal below
    const made = await systemUserIfAny(systemUser);
    if (!made) continue;
    say(`PostgreSQL does not run as root: made the system user "${systemUser}" for it.`);
    return made;
  }
  throw new StartRefusal(
    'noUnprivilegedUser',
    `PostgreSQL does not run as root, and the system user "${systemUser}" could not be made.`,
    'Start Plainview as an ordinary user, or make that user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

/** Data that are already in one of the homes stay there, whichever home would be chosen today. */
async function reachableInstead(wantedDir: string, runAs: NonNullable<RunAs>): Promise<string> {
  const name = createHash('sha256').update(wantedDir).digest('hex').slice(0, 12);
  const places = reachableHomes.map((home) => path.join(home, name, 'postgres'));
  for (const place of places) {
    if (await stat(place).catch(() => undefined)) return place;
  }
  for (const place of places) {
    try {
      const folder = path.dirname(place);
      await mkdir(folder, { recursive: true });
      const home = path.dirname(folder);
      if ((await stat(home)).uid !== 0) continue; // somebody else made it in a folder open to all
      await chmod(home, 0o711);
      await chmod(folder, 0o711);
      if (await canEnter(folder, runAs)) return place;
    } catch {
      continue; // read-only here: the next one, or the refusal below
    }
  }
  throw outOfReach(runAs, path.dirname(wantedDir));
}

function outOfReach(runAs: NonNullable<RunAs>, folder: string): StartRefusal {
  return new StartRefusal(
    'dataFolderOutOfReach',
    `PostgreSQL runs as the user "${runAs.name}", who cannot enter ${folder}.`,
    'Set DATA_DIR to a folder outside any private home, such as /srv/plainview, or start as an ordinary user.',
  );
}
