// Run by node: the built site, as `npm start` runs it, and beside its pages one that is as empty as a Remix page can be. It has a root of its
// own: what every page of ours costs before it says anything is not in it.
import { Links, Meta, Scripts } from '@remix-run/react';
import type { ServerBuild } from '@remix-run/node';
import { createElement } from 'react';
import type * as Main from '#app/server/main.ts';
import { pathToFileURL } from 'node:url';
import path from 'node:path';

const { builtSite, runUntilSignal } = (await import(
  pathToFileURL(path.resolve('build/main.js')).href
)) as typeof Main;

const id = 'empty';
// Written so that it is matched among all routes, as the framework does it: the floor that the aims of the bench were set against.
const route = { id, path: 'empty_page' };

function Empty() {
  return createElement(
    'html',
    { lang: 'en' },
    createElement('head', null, createElement(Meta), createElement(Links)),
    createElement('body', null, createElement('h1', null, 'Empty'), createElement(Scripts)),
  );
}

function withEmptyPage(build: ServerBuild): ServerBuild {
  const asset = {
    ...route,
    module: build.assets.routes.root?.module ?? '',
    hasAction: false,
    hasLoader: false,
    hasClientAction: false,
    hasClientLoader: false,
    hasErrorBoundary: false,
  };
  return {
    ...build,
    routes: { ...build.routes, [id]: { ...route, module: { default: Empty } } },
    assets: { ...build.assets, routes: { ...build.assets.routes, [id]: asset } },
  };
}

const site = await builtSite();
await runUntilSignal({ ...site, build: withEmptyPage(site.build as ServerBuild), mode: 'production' });
