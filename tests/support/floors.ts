import { readFileSync } from 'node:fs';
import { cruise } from 'dependency-cruiser';

/** One import: of which file or package, whether for its types alone, and whether by `import()`. */
export interface Import {
  to: string;
  typeOnly: boolean;
  dynamic: boolean;
}

/** Every source file of the site, and what it imports. */
export type Imports = Map<string, Import[]>;

/** The floors of docs/decisions/001-floors.md, top to bottom; rooms of one line share a floor. */
export const floors: string[][] = [
  ['routes'],
  ['server'],
  ['web'],
  ['prisma'],
  ['components'],
  ['jobs'],
  ['mail', 'emails'],
  ['requests'],
  ['optouts', 'disclosures'],
  ['vendors'],
  ['clocks'],
  ['people'],
  ['facility'],
  ['audit'],
  ['notices'],
  ['db'],
  ['crypto'],
  ['words'],
];

/** Reads the imports of `app/`, `emails/` and `prisma/`, without tests. */
export async function readImports(): Promise<Imports> {
  const { output } = await cruise(['app', 'emails', 'prisma'], {
    tsPreCompilationDeps: 'specify',
    exclude: { path: '(\\.test\\.tsx?$|^prisma/migrations|\\.css$)' },
    doNotFollow: { path: '(node_modules|^app/db/generated/)' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  });
  if (typeof output === 'string') throw new Error(output);
  return new Map(
    output.modules
      .filter(({ source }) => /^(app|emails|prisma)\//.test(source) && !isGenerated(source))
      .map(({ source, dependencies }) => [
        source,
        dependencies.map((dependency) => ({
          to:
            dependency.coreModule && !dependency.module.startsWith('node:')
              ? `node:${dependency.module}`
              : dependency.coreModule || dependency.couldNotResolve
                ? dependency.module
                : dependency.resolved,
          typeOnly: dependency.preCompilationOnly ?? false,
          dynamic: dependency.dynamic,
        })),
      ]),
  );
}

const isGenerated = (file: string) => file.startsWith('app/db/generated/');

/** The room a file is in; null for what is in none (packages, styles, generated code). */
export function roomOf(file: string): string | null {
  if (/^app\/(root|entry\.\w+)\.tsx$/.test(file)) return 'routes';
  const [, room] = /^(?:app\/)?([\w-]+)\//.exec(file) ?? [];
  return floors.flat().find((name) => name === room) ?? null;
}

const floorOf = (room: string) => floors.findIndex((rooms) => rooms.includes(room));

/** Imports that go up a floor. */
export function upwards(imports: Imports): string[] {
  return eachImport(imports, (from, { to }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (here === null || there === null || here === there) return false;
    return floorOf(there) < floorOf(here);
  });
}

/** Rooms of one floor that import each other: one of two may know the other, never both. */
export function bothWays(imports: Imports): string[] {
  const pairs = new Set<string>();
  eachImport(imports, (from, { to }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (here !== null && there !== null && here !== there && floorOf(here) === floorOf(there))
      pairs.add(`${here} → ${there}`);
    return false;
  });
  return [...pairs].filter((pair) => pairs.has(pair.split(' → ').reverse().join(' → ')));
}

/** Imports of routes from elsewhere, and of jobs from a room: a room queues by name. */
export function throughTheDoor(imports: Imports): string[] {
  return eachImport(imports, (from, { to }) => {
    const [here, there] = [roomOf(from), roomOf(to)];
    if (there === 'routes') return here !== 'routes' || /^app\/(root|entry)/.test(to);
    return there === 'jobs' && here !== 'jobs' && here !== 'server';
  });
}

/** Circles of imports, counting `import()`; those for types alone do not run, and are left out. */
export function cycles(imports: Imports): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    const again = path.indexOf(file);
    if (again >= 0) return void found.push([...path.slice(again), file].join(' → '));
    if (done.has(file)) return;
    for (const next of runtimeImports(imports, file)) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}

/** Files named `x.ts`, not `x.server.ts`, in a room: they may run anywhere, and give the same answer each time. */
export function isPure(file: string): boolean {
  const room = roomOf(file);
  return (
    room !== null &&
    !['routes', 'server', 'prisma'].includes(room) &&
    /\.tsx?$/.test(file) &&
    !/\.server\.tsx?$/.test(file)
  );
}

/** What pure files import and must not: Node, the world (`.server`), the database client, React outside of what renders. */
export function impurities(imports: Imports): string[] {
  return eachImport(imports, (from, { to, typeOnly }) => {
    if (!isPure(from) || typeOnly) return false;
    if (to.startsWith('node:') || /\.server\.tsx?$/.test(to) || isGenerated(to)) return true;
    const renders = ['components', 'web', 'emails', 'words'].includes(roomOf(from) ?? '');
    return !renders && isPackage(to, /^(react|react-dom|react-intl|react-email|@react-email\/.+)$/);
  });
}

/** Remix below the doors: the move to another version of it stays mechanical. */
export function frameworkBelow(imports: Imports): string[] {
  return eachImport(imports, (from, { to }) => {
    const room = roomOf(from) ?? '';
    return (
      !['routes', 'server', 'web', 'components'].includes(room) && isPackage(to, /^(@remix-run\/.+|express)$/)
    );
  });
}

/** Imports of the generated database client, or of Prisma itself, outside app/db. */
export function databaseAround(imports: Imports): string[] {
  return eachImport(
    imports,
    (from, { to }) => roomOf(from) !== 'db' && (isGenerated(to) || isPackage(to, /^@prisma\/.+$/)),
  );
}

/** Imports that lead nowhere. */
export function dangling(imports: Imports): string[] {
  return eachImport(imports, (_from, { to }) => /^[.#]/.test(to));
}

/** The longest way down from a file, file by file. */
export function longestChain(imports: Imports): string[] {
  const best = new Map<string, string[]>();
  const chainFrom = (file: string, above: Set<string>): string[] => {
    const known = best.get(file);
    if (known) return known;
    let longest: string[] = [];
    for (const next of runtimeImports(imports, file)) {
      if (above.has(next)) continue;
      const chain = chainFrom(next, new Set([...above, file]));
      if (chain.length > longest.length) longest = chain;
    }
    best.set(file, [file, ...longest]);
    return [file, ...longest];
  };
  return [...imports.keys()]
    .map((file) => chainFrom(file, new Set()))
    .reduce((a, b) => (b.length > a.length ? b : a), []);
}

export const lineCount = (file: string) => readFileSync(file, 'utf8').split('\n').length - 1;

function runtimeImports(imports: Imports, file: string): string[] {
  return (imports.get(file) ?? [])
    .filter(({ typeOnly, to }) => !typeOnly && imports.has(to))
    .map(({ to }) => to);
}

function isPackage(to: string, name: RegExp): boolean {
  const [, found] = /(?:^|.*\/)node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(to) ?? [];
  return name.test(found ?? to);
}

function eachImport(imports: Imports, isWrong: (from: string, found: Import) => boolean): string[] {
  return [...imports].flatMap(([from, found]) =>
    found.filter((each) => isWrong(from, each)).map(({ to }) => `${from} → ${to}`),
  );
}
