import { formsOf, kindOf, linksOf, type FoundForm } from './html.ts';
import { builtRoutes } from './manifest.ts';
import type { Answer } from './site.ts';

type Get = (path: string) => Promise<Answer>;
export const nobodysId = '0198a5c0-0000-7000-8000-000000000000';

/** Every address of the build that takes GET, its params filled with an id that nobody has. */
export async function builtAddresses(): Promise<string[]> {
  const routes = await builtRoutes();
  return routes.flatMap(({ pattern }) =>
    pattern === null ? [] : [pattern.replace(/:\w+|\*/g, nobodysId).replace(/(.)\/$/, '$1')],
  );
}

/**
 * Opens every address of the build and whatever the pages lead to (links, redirects, forms that only ask), as one person. Of pages
 * that differ only in ids or in the query, a few of each.
 */
export async function crawl(get: Get): Promise<Map<string, Answer>> {
  const pages = new Map<string, Answer>();
  const seenOfKind = new Map<string, number>();
  const waiting = await builtAddresses();
  const starts = new Set(waiting);
  for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
    const kind = kindOf(path);
    const seen = seenOfKind.get(kind) ?? 0;
    if (pages.has(path) || seen >= 2) continue;
    if (!starts.has(path)) seenOfKind.set(kind, seen + 1);
    const answer = await get(path);
    pages.set(path, answer);
    if (answer.status === 302) waiting.push(...ownPath(answer.headers.location));
    if (answer.status !== 200 || !isHtml(answer)) continue;
    waiting.push(...linksOf(answer.text), ...formsOf(path, answer.text).flatMap(asked));
  }
  return pages;
}

export const isHtml = (answer: Answer) => String(answer.headers['content-type']).startsWith('text/html');

const ownPath = (location: string | undefined) => (location && /^\/(?!\/)/.test(location) ? [location] : []);

/** Where a form leads that asks and changes nothing. */
function asked({ method, action, fields }: FoundForm): string[] {
  if (method === 'post') return [];
  const query = new URLSearchParams(fields.map(({ name, value }) => [name, value])).toString();
  return ownPath(`${action.split('?')[0]}?${query}`);
}
