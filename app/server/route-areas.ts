import type { ServerBuild } from '@remix-run/node';

// The router of Remix 2 flattens, ranks and compiles all routes of its build anew for each request, some of it thrice: of two hundred routes
// that was a sixth of what a page costs (docs/decisions/034).

/** The same site with the routes alone that a request may mean. */
export type AreaOf = (path: string) => ServerBuild;

/** As many segments of a path as a part is told by: with the fourth, a program's call is matched among a handful of routes. */
const told = 4;

/**
 * Parts of a build by how their routes' paths begin: what is matched in its part is matched as in the whole, for a part has each route that may
 * begin so. Whatever is written in an unusual way, or begins as no route does, is matched in the whole.
 */
export function areasOf(build: ServerBuild): AreaOf {
  const pathOf = new Map(Object.keys(build.routes).map((id) => [id, segmentsOf(build, id)]));
  const beginnings = new Set([...pathOf.values()].flatMap((path) => beginningsOf(path)));
  const made = new Map<string, ServerBuild>();
  return (path) => {
    const beginning = beginningsOf(asked(path)).findLast((one) => beginnings.has(one));
    if (beginning === undefined) return build;
    const area = made.get(beginning) ?? areaOf(build, pathOf, beginning.split('/'));
    made.set(beginning, area);
    return area;
  };
}

/** In small letters, as paths are matched; of what a page's script asks for, without its ending. */
function asked(path: string): string[] {
  return path
    .replace(/\.data$/, '')
    .toLowerCase()
    .split('/', told + 1)
    .slice(1);
}

const isPlain = (segment: string) => /^[a-z0-9.-]+$/.test(segment);

/** How a path begins, by one segment, by two and so on: as far as it is written plainly. */
function beginningsOf(path: readonly string[]): string[] {
  const upTo = path.findIndex((segment) => !isPlain(segment));
  const plain = path.slice(0, upTo < 0 ? told : Math.min(upTo, told));
  return plain.map((_, at) => plain.slice(0, at + 1).join('/'));
}

/** Of a route's whole path, its layouts' before its own. Empty for the root, an index of it and layouts without a path. */
function segmentsOf({ routes }: ServerBuild, id: string): string[] {
  for (let path = '', at = routes[id]; ; at = routes[at.parentId]) {
    path = `${at?.path ?? ''}/${path}`;
    if (!at?.parentId) return path.toLowerCase().split('/').filter(Boolean);
  }
}

/** Whether a path that begins so may mean a route: a name of any kind stands for every segment, one that may be left out for all that follow. */
function mayBegin(route: readonly string[], beginning: readonly string[]): boolean {
  for (const [at, segment] of beginning.entries()) {
    const its = route[at];
    if (its === undefined || its === '*' || its.endsWith('?')) return true;
    if (isPlain(its) && its !== segment) return false;
  }
  return true;
}

function areaOf(
  build: ServerBuild,
  pathOf: ReadonlyMap<string, readonly string[]>,
  beginning: readonly string[],
): ServerBuild {
  const ids = new Set<string>();
  for (const [id, path] of pathOf) {
    if (!mayBegin(path, beginning)) continue;
    for (let at: string | undefined = id; at && !ids.has(at); at = build.routes[at]?.parentId) ids.add(at);
  }
  const ofArea = <T>(all: Record<string, T>): Record<string, T> =>
    Object.fromEntries(Object.entries(all).filter(([id]) => ids.has(id)));
  return {
    ...build,
    routes: ofArea(build.routes),
    assets: { ...build.assets, routes: ofArea(build.assets.routes) },
  };
}
