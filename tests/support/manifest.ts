import { builtSite } from '#app/server/main.ts';

export interface BuiltRoute {
  id: string;
  /** As the router matches it, with its `:params` and `*`; null for a layout, which has no address of its own. */
  pattern: string | null;
  hasLoader: boolean;
  hasAction: boolean;
  /** False for a resource route: it answers by itself, without a page around it. */
  isPage: boolean;
}

/** Every route of the built site, as the server itself knows them. */
export async function builtRoutes(): Promise<BuiltRoute[]> {
  const { build } = await builtSite();
  const { routes } = typeof build === 'function' ? await build() : build;
  const parents = new Set(Object.values(routes).map((route) => route?.parentId));
  return Object.values(routes).flatMap((route) => {
    if (!route) return [];
    const segments: string[] = [];
    for (let at: typeof route | undefined = route; at; at = at.parentId ? routes[at.parentId] : undefined)
      if (at.path) segments.unshift(at.path);
    return {
      id: route.id,
      pattern: parents.has(route.id) ? null : `/${segments.join('/')}`,
      hasLoader: route.module.loader !== undefined,
      hasAction: route.module.action !== undefined,
      isPage: route.module.default !== undefined,
    };
  });
}

/** An address for each route that has one, its params filled with an id that nobody has. */
export async function routeAddresses(): Promise<(BuiltRoute & { path: string })[]> {
  return (await builtRoutes()).flatMap((route) => {
    if (route.pattern === null) return [];
    const path = route.pattern.replace(/:\w+|\*/g, '0198a5c0-0000-7000-8000-000000000000');
    return { ...route, path: path.replace(/(.)\/$/, '$1') };
  });
}

/** Those of pages that take forms. */
export async function actionPaths(): Promise<string[]> {
  return (await routeAddresses())
    .filter(({ hasAction, path }) => hasAction && !/^\/(api|fhir)\//.test(path))
    .map(({ path }) => path);
}

/** Remix asks for a page's data under this address. */
export function dataOf(path: string, routesAsked = ''): string {
  const { pathname, searchParams } = new URL(path, 'http://site.invalid');
  if (routesAsked) searchParams.set('_routes', routesAsked);
  const query = searchParams.toString();
  return `${pathname === '/' ? '/_root' : pathname}.data${query ? `?${query}` : ''}`;
}
