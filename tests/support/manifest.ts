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

/** An address for each page route that takes forms, its params filled with an id that nobody has. */
export async function actionPaths(): Promise<string[]> {
  return (await builtRoutes())
    .filter(({ hasAction, pattern }) => hasAction && pattern !== null && !/^\/(api|fhir)\//.test(pattern))
    .map(({ pattern }) => (pattern ?? '').replace(/:\w+|\*/g, '0198a5c0-0000-7000-8000-000000000000'));
}
