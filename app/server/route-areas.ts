import type { ServerBuild } from '@remix-run/node';

// The router of Remix 2 flattens, ranks and compiles all routes of its build anew for each request, some of it thrice: of two hundred routes
// that was a sixth of what a page costs (docs/decisions/034).

/** The same site with the routes alone that a request may mean. */
export type AreaOf = (path: string) => ServerBuild;

/**
 * Parts of a build by the first segment of their routes' paths: what is matched in its part is matched as in the whole, for a part has each route
 * that may begin so. Whatever is written in an unusual way, or begins as no route does, is matched in the whole.
 */
export function areasOf(build: ServerBuild): AreaOf {
  const firstOf = new Map(Object.keys(build.routes).map((id) => [id, firstSegment(build, id)]));
  const areas = new Map<string, ServerBuild>();
  for (const first of new Set(firstOf.values()))
    if (isPlain(first) && first !== '') areas.set(first, areaOf(build, firstOf, first));
  return (path) => areas.get(asked(path)) ?? build;
}

/** In small letters, as paths are matched; of what a page's script asks for, without its ending. */
function asked(path: string): string {
  return (
    path
      .split('/', 2)[1]
      ?.replace(/\.data$/, '')
      .toLowerCase() ?? ''
  );
}

const isPlain = (segment: string) => /^[a-z0-9.-]*$/.test(segment);

/** Of a route's whole path, its layouts' before its own. Empty for the root, an index of it and layouts without a path. */
function firstSegment({ routes }: ServerBuild, id: string): string {
  for (let path = '', at = routes[id]; ; at = routes[at.parentId]) {
    path = `${at?.path ?? ''}/${path}`;
    if (!at?.parentId) return path.split('/').find(Boolean)?.toLowerCase() ?? '';
  }
}

function areaOf(build: ServerBuild, firstOf: ReadonlyMap<string, string>, first: string): ServerBuild {
  const ids = new Set<string>();
  for (const [id, its] of firstOf) {
    // One that begins with a name of any kind may be meant by every path.
    if (its !== first && (its === '' || isPlain(its))) continue;
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
