import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPackage, findPrograms } from '#app/server/embedded-postgres/programs.server.ts';
import { placeData } from '#app/server/embedded-postgres/unprivileged.server.ts';
import { StartRefusal } from '#app/server/start-refusal.ts';

const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

let folder: string;
let dataDir: string;
let said: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-programs-'));
  await chmod(folder, 0o711);
  dataDir = path.join(folder, 'postgres');
  said = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe('placeData', () => {
  it.runIf(isRoot && isLinux)(
    'keeps data that root wants below a private home where PostgreSQL can reach them',
    async () => {
      const home = path.join(folder, 'home');
      await mkdir(home, { mode: 0o700 });
      const wanted = path.join(home, 'plainview', '.data', 'postgres');
      const placed = await placeData(wanted, (line) => said.push(line));
      try {
        expect(placed.dataDir).toMatch(/^\/var\/(lib|tmp)\/plainview\/[0-9a-f]{12}\/postgres$/);
        expect(placed.runAs?.uid).not.toBe(0);
        expect(said.join('\n')).toContain(placed.dataDir);
        expect((await stat(home)).mode & 0o777).toBe(0o700);
        expect(await placeData(wanted, () => undefined)).toEqual(placed);
      } finally {
        await rm(path.dirname(placed.dataDir), { recursive: true, force: true });
      }
    },
  );

  it.runIf(!isRoot)('leaves the data where they are wanted', async () => {
    expect(await placeData(dataDir, () => undefined)).toEqual({ dataDir, runAs: undefined });
  });
});

describe('findPrograms', () => {
  const packageFolder = () => path.join(folder, 'package', 'linux-x64');
  const find = async () => {
    const { runAs } = await placeData(dataDir, () => undefined);
    return findPrograms({
      cacheParent: folder,
      runAs,
      say: (line) => said.push(line),
      packageFolder: packageFolder(),
    });
  };
  const links = async (of: string) =>
    (
      JSON.parse(await readFile(path.join(of, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[]
    ).map(({ target }) => path.join(of, target));

  /** The package as npm leaves it when it runs no install scripts. */
  async function unpack() {
    await cp(findPackage(), packageFolder(), { recursive: true, verbatimSymlinks: true });
    for (const link of await links(packageFolder())) await rm(link, { force: true });
  }

  it.runIf(isLinux)('makes the library links that no install script has made', async () => {
    await unpack();
    const { postgres } = await find();
    expect(postgres).toBe(path.join(packageFolder(), 'native', 'bin', 'postgres'));
    for (const link of await links(packageFolder())) expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(said).toEqual([]);
  });

  it.runIf(isLinux)('copies itself from a node_modules that it cannot use, once', async () => {
    await unpack();
    // Root may write everywhere, so for root it is a folder that PostgreSQL's own user cannot enter.
    if (isRoot) await chmod(path.join(folder, 'package'), 0o700);
    else await chmod(path.join(packageFolder(), 'native', 'lib'), 0o555);
    try {
      const { postgres } = await find();
      expect(postgres.startsWith(path.join(folder, 'programs-linux-x64-'))).toBe(true);
      expect(await find()).toMatchObject({ postgres });
      expect(said).toHaveLength(1);
    } finally {
      await chmod(path.join(packageFolder(), 'native', 'lib'), 0o755);
    }
  });

  it.runIf(isLinux)('says so when the programs do not run on this machine', async () => {
    await unpack();
    const bin = path.join(packageFolder(), 'native', 'bin', 'postgres');
    await rename(bin, `${bin}.real`);
    await writeFile(bin, '#!/bin/sh\necho "libmissing.so: cannot open shared object file" >&2\nexit 127\n', {
      mode: 0o755,
    });
    await expect(find()).rejects.toMatchObject({
      name: 'StartRefusal',
      code: 'postgresDoesNotRun',
      message: expect.stringContaining('libmissing.so') as string,
      whatToDo: expect.stringContaining('DATABASE_URL') as string,
    });
  });

  it('says what to do where there is no embedded PostgreSQL', () => {
    const missing = () => findPackage('sunos', 'sparc');
    expect(missing).toThrow(StartRefusal);
    expect(missing).toThrow('@embedded-postgres/sunos-sparc');
  });
});
