import { beforeAll, describe, expect, it } from 'vitest';
import {
  bothWays,
  cycles,
  dangling,
  databaseAround,
  frameworkBelow,
  impurities,
  lineCount,
  longestChain,
  readImports,
  roomOf,
  throughTheDoor,
  upwards,
  type Imports,
} from './support/floors.ts';

let imports: Imports;
beforeAll(async () => {
  imports = await readImports();
}, 240_000);

describe('the floors of docs/decisions/001-floors.md', () => {
  it('knows the room of every file', () => {
    const lost = [...imports.keys()].filter((file) => /\.tsx?$/.test(file) && roomOf(file) === null);
    expect(lost).toEqual([]);
    expect(imports.size).toBeGreaterThan(150);
  });

  it.each([
    ['every import leads to a file', dangling],
    ['imports go down or stay in the room', upwards],
    ['of two rooms on one floor at most one knows the other', bothWays],
    ['nothing imports a route, and no room imports a job', throughTheDoor],
    ['no circles, import() counted', cycles],
    ['pure files import neither Node nor the world nor React', impurities],
    ['the framework stays at the doors', frameworkBelow],
    ['only app/db imports the database client', databaseAround],
  ])('%s', (_rule, broken) => {
    expect(broken(imports)).toEqual([]);
  });
});

describe('size', () => {
  it('stays within reach: files under 400 lines', () => {
    const files = [...imports.keys()].filter((file) => /\.tsx?$/.test(file));
    const long = files.map((file) => ({ file, lines: lineCount(file) })).sort((a, b) => b.lines - a.lines);
    const routes = long.filter(({ file }) => file.startsWith('app/routes/'));
    const chain = longestChain(imports);
    process.stdout.write(
      [
        `longest chain: ${chain.length} files: ${chain.join(' → ')}`,
        `longest file: ${long[0]?.file} with ${long[0]?.lines} lines`,
        `median route: ${routes[Math.floor(routes.length / 2)]?.lines} lines of ${routes.length} routes`,
        '',
      ].join('\n'),
    );
    expect(long.filter(({ lines }) => lines >= 400)).toEqual([]);
  });
});
