import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import { matchRoutes, type AgnosticRouteObject } from '@remix-run/router';
import { beforeAll, describe, expect, it } from 'vitest';
import { areasOf, type AreaOf } from '#app/server/route-areas.ts';

let build: ServerBuild;
let areaOf: AreaOf;
beforeAll(async () => {
  build = (await import(pathToFileURL(path.resolve('build/server/index.js')).href)) as ServerBuild;
  areaOf = areasOf(build);
});

function treeOf({ routes }: ServerBuild, parentId?: string): AgnosticRouteObject[] {
  return Object.values(routes)
    .filter((route) => (route?.parentId ?? '') === (parentId ?? ''))
    .map((route): AgnosticRouteObject => {
      const { id, path: own, index } = route;
      return index
        ? { id, ...(own === undefined ? {} : { path: own }), index: true }
        : {
            id,
            ...(own === undefined ? {} : { path: own }),
            children: treeOf({ routes } as ServerBuild, id),
          };
    });
}
const matchedIn = (part: ServerBuild, at: string) =>
  matchRoutes(treeOf(part), at)?.map(({ route, params }) => ({ id: route.id, params })) ?? null;

/** An address of each route that can be asked for. */
function addresses(): string[] {
  return Object.keys(build.routes).map((id) => {
    let whole = '';
    for (let at = build.routes[id]; at; at = build.routes[at.parentId ?? ''])
      whole = `${at.path ?? ''}/${whole}`;
    return `/${whole.split('/').filter(Boolean).join('/')}`
      .replace(/:[^/.]+/g, 'any')
      .replace('*', 'no/such/page');
  });
}

describe('a part of the site', () => {
  it('has what every address of the whole leads to, and nothing that comes in between', () => {
    const all = addresses();
    expect(all.length).toBeGreaterThan(150);
    for (const at of [...all, ...all.map((one) => `${one}/nowhere`)]) {
      const whole = matchedIn(build, at);
      expect(whole, at).not.toBeNull();
      expect(matchedIn(areaOf(at), at), at).toEqual(whole);
    }
  });

  it('is a fraction of it, in large letters and as data too; what is written otherwise is matched in the whole', () => {
    const size = (at: string) => Object.keys(areaOf(at).routes).length;
    const whole = Object.keys(build.routes).length;
    for (const at of ['/home', '/home.data', '/HOME', '/api/v1/checks', '/staff/requests/any'])
      expect(size(at), at).toBeLessThan(whole / 2);
    expect(size('/api/v1/disclosures/dicom-audit')).toBeLessThan(12);
    for (const at of ['/', '//home', '/%68ome', '/_root.data', '/nowhere']) expect(size(at), at).toBe(whole);
    expect(Object.keys(areaOf('/home').assets.routes).sort()).toEqual(
      Object.keys(areaOf('/home').routes).sort(),
    );
  });
});
