import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '#tests/support/browser-site.ts';

// A page of somebody else's, in the same browser in which a patient is signed in: on another site (127.0.0.1), and on the same site but
// another origin (localhost with another port), whose requests carry SameSite cookies.

let server: Server;
let port: number;

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const target = new URL(request.url ?? '/', 'http://x').searchParams.get('target') ?? '';
    const kind = new URL(request.url ?? '/', 'http://x').searchParams.get('kind');
    const fields = { move: 'withdraw', intent: 'send', to: 'es', returnTo: '/home' };
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    if (kind === 'frame') return response.end(`<title>evil</title><iframe src="${target}"></iframe>`);
    if (kind === 'fetch') {
      return response.end(
        `<title>evil</title><script>
          const body = new URLSearchParams(${JSON.stringify(fields)});
          fetch(${JSON.stringify(target)}, { method: 'POST', credentials: 'include', mode: 'no-cors', body })
            .catch(() => undefined).then(() => (document.title = 'done'));
        </script>`,
      );
    }
    const inputs = Object.entries(fields)
      .map(([name, value]) => `<input name="${name}" value="${value}">`)
      .join('');
    return response.end(
      `<title>evil</title><form method="post" action="${target}">${inputs}<button>Win a prize</button></form>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, resolve));
  port = (server.address() as AddressInfo).port;
});
test.afterAll(() => new Promise<void>((resolve) => void server.close(() => resolve())));

const attacked = ['/sign-out', '/language', '/opt-outs/new/check?everything=yes', '/requests/new/accounting'];

for (const host of ['127.0.0.1', 'localhost']) {
  test(`a form on a page of ${host} does nothing in the name of whoever is signed in`, async ({
    page,
    site,
    watched,
  }) => {
    watched.expectComplaint('403');
    watched.expectComplaint('404 (Not Found)'); // the browser looks for /favicon.ico beside the refusal
    watched.expectComplaint('ERR_BLOCKED_BY_RESPONSE');
    await site.signInByPages(page, 'patient');
    const evil = (kind: string, path: string) =>
      `http://${host}:${port}/?kind=${kind}&target=${encodeURIComponent(site.origin + path)}`;
    const count = async () => {
      const [requests, optOuts, sessions] = await Promise.all([
        site.world.db.privacyRequest.count(),
        site.world.db.optOut.count(),
        site.world.db.session.count(),
      ]);
      return { requests, optOuts, sessions };
    };
    const before = await count();
    for (const path of attacked) {
      await page.goto(evil('form', path));
      await page.getByRole('button', { name: 'Win a prize' }).click();
      await expect(page.getByText('did not come from a page of this site')).toBeVisible();
      await page.goto(evil('fetch', path));
      await expect(page).toHaveTitle('done');
    }
    expect(await count()).toEqual(before);
    await page.goto('/home');
    await expect(page.getByText('Ines Okafor').first()).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
}

test('no page can be shown inside another one', async ({ page, site, watched }) => {
  watched.expectComplaint('frame');
  watched.expectComplaint('ERR_BLOCKED_BY_RESPONSE');
  await site.signInByPages(page, 'patient');
  await page.goto(`http://localhost:${port}/?kind=frame&target=${encodeURIComponent(`${site.origin}/home`)}`);
  await expect(page.frameLocator('iframe').getByText('Ines Okafor')).toHaveCount(0);
  expect(page.frames()[1]?.url()).toMatch(/^chrome-error:/);
});

test('after sign-out nothing of the pages is left in the browser: not by back, not in its stores, not in its caches', async ({
  page,
  site,
}) => {
  await site.signInByPages(page, 'patient');
  for (const path of ['/disclosures', '/requests', '/home']) await page.goto(path);
  const kept = () =>
    page.evaluate(async () => ({
      local: localStorage.length,
      // How far each page was scrolled, under keys drawn by chance: the router's own.
      session: Object.entries(sessionStorage).filter(
        ([key, value]: [string, string]) =>
          key !== 'positions' || !/^\{("[a-z0-9]*":[\d.]+,?)*\}$/.test(value),
      ),
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
    }));
  expect(await kept()).toEqual({ local: 0, session: [], databases: 0, caches: 0 });
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(`${site.origin}/`);
  for (let step = 0; step < 3; step++) {
    await page.goBack();
    await expect(page).toHaveURL(/\/sign-in/);
    await expect(page.getByText('Ines Okafor')).toHaveCount(0);
    await page.goto('/');
  }
  expect(await kept()).toEqual({ local: 0, session: [], databases: 0, caches: 0 });
});
