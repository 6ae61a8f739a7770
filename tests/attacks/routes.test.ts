import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everybody, facility, ids, patients, type Line, type Who } from '#tests/support/expected-route.ts';
import { builtRoutes, dataOf } from '#tests/support/manifest.ts';
import {
  addressOf,
  expectedRoutes,
  knownRoutes,
  startWalk,
  type KnownRoute,
  type Walk,
} from '#tests/support/route-walk.ts';
import { asForm, type Answer } from '#tests/support/site.ts';

const routes = await builtRoutes();
const known = await knownRoutes();
const withKind = (...kinds: Line['kind'][]) => known.filter(({ line }) => kinds.includes(line.kind));
let walk: Walk;
beforeAll(async () => {
  walk = await startWalk();
});
afterAll(() => walk.stop());

describe('the table of routes', () => {
  it('has a line for every route of the build', () => {
    expect(routes.map(({ id }) => id).filter((id) => !(id in expectedRoutes))).toEqual([]);
  });

  it('gives an address for every route with params', () => {
    for (const { id, pattern } of routes)
      if (pattern && /[:*]/.test(pattern)) expect(expectedRoutes[id]?.at, id).toBeDefined();
  });
});

/**
 * The ways in which one asks for a route: its address, with GET and HEAD; its data; and its data with a choice of which loaders run.
 * @param few where it opens, and others were shown by it before: making a page or a file takes its time
 */
async function everyWay(who: Who, route: KnownRoute, few = false) {
  const path = addressOf(route);
  const all = [dataOf(path), dataOf(path, route.id), dataOf(path, `root,${route.id}`)];
  const asked = few && !route.isPage ? [] : all;
  const [page, head, ...data] = await Promise.all([
    walk.ask(who, path),
    few ? null : walk.ask(who, path, 'HEAD'),
    ...asked.map((target) => walk.ask(who, target)),
  ]);
  if (head) expect([head.status, head.bytes.length], `HEAD ${path}`).toEqual([page.status, 0]);
  return { page, data: data.map((answer, at): [string, Answer] => [asked[at] ?? '', answer]) };
}

describe.each(withKind('page', 'file'))('$id', (route) => {
  const { line } = route;
  if (line.kind !== 'page' && line.kind !== 'file') return;

  it.each(everybody)('for %s', async (who) => {
    const path = addressOf(route);
    const opens = line.opens.includes(who);
    const isSignedIn = who !== 'nobody' && who !== 'half';
    const status = opens ? 200 : line.absentFor?.includes(who) ? 404 : isSignedIn ? 403 : 302;

    const { page, data } = await everyWay(who, route, opens && who !== line.opens[0]);
    expect(page.status, path).toBe(status);
    if (status === 302) expect(page.headers.location).toMatch(/^\/sign-in\?next=/);
    expect(page.headers['cache-control']).toMatch(/no-store/);
    if (!opens) walk.expectNoData(page, path, who);
    // Somebody else's page of the same address tells nothing of Ines.
    if (who === 'other') walk.expectNoData(page, path);

    // A redirect in data is a 202 with a record of it.
    const asData = status === 302 ? 202 : status;
    for (const [target, answer] of data) {
      expect(answer.status, target).toBe(asData);
      if (!opens) walk.expectNoData(answer, target, who);
    }
  });

  if (route.hasAction)
    it('takes its form only from those who may send it', async () => {
      const path = addressOf(route);
      const before = await walk.rows();
      for (const who of everybody.filter((one) => !line.acts?.includes(one)))
        for (const target of [path, dataOf(path)]) {
          const form = asForm({ intent: 'send', move: 'respond' }, walk.cookieFor[who]);
          const answer = await walk.site.ask(target, form);
          // 400: the form is read before the record is looked for, so its answer tells nothing of the record.
          const refused = [202, 302, 403, 404, 405, ...(line.absentFor?.includes(who) ? [400] : [])];
          expect(refused, `${who} ${target}`).toContain(answer.status);
          walk.expectNoData(answer, `${who} ${target}`, who);
        }
      for (const who of line.acts ?? []) {
        const answer = await walk.site.ask(path, asForm({}, walk.cookieFor[who]));
        expect(answer.status, `${who} with an empty form`).toBeLessThan(500);
      }
      expect(await walk.rows()).toEqual(before);
    });

  if (line.at && line.absentFor?.includes('other'))
    it('answers a stranger’s id, an id that nobody has and no id alike', async () => {
      const path = addressOf(route);
      const id = [ids.answered, ids.optOut].find((one) => path.includes(one)) ?? '';
      const told = async (target: string) => {
        const { status, text } = await walk.ask('other', target);
        return [status, text.replaceAll(/nonce="[^"]*"/g, '').replaceAll(target, 'PATH')];
      };
      const strangers = await told(path);
      expect(strangers[0]).toBe(404);
      expect(await told(path.replace(id, '0198a5c0-0000-7000-8000-000000000000'))).toEqual(strangers);
      for (const nonsense of ['1', "'", '%00', 'null', id.toUpperCase()])
        expect([400, 404], nonsense).toContain(
          (await walk.ask('patient', path.replace(id, nonsense))).status,
        );
    });
});

describe('routes without a guard', () => {
  const askAll = async (
    route: KnownRoute,
    who: Who,
    statuses: { page: number[]; data: number[] },
    check: (answer: Answer, target: string) => void = (answer, target) =>
      walk.expectNoData(answer, `${who} ${target}`, who),
  ) => {
    const path = addressOf(route);
    const { page, data } = await everyWay(who, route);
    expect(statuses.page, `${who} ${path}`).toContain(page.status);
    check(page, path);
    for (const [target, answer] of data) {
      expect(statuses.data, `${who} ${target}`).toContain(answer.status);
      check(answer, target);
    }
    return page;
  };

  it.each(withKind('public'))('$id shows everybody a page, and nothing of a patient', async (route) => {
    for (const who of everybody)
      await askAll(route, who, { page: [200], data: [200] }, (answer, target) => {
        if (route.id.includes('demo')) return;
        for (const canary of ['RB000417', walk.reference, 'canary-'])
          expect(answer.text, `${who} ${target}`).not.toContain(canary);
      });
  });

  it.each(withKind('form'))('$id shows nothing', async (route) => {
    for (const who of everybody) await askAll(route, who, { page: [404], data: [404] });
  });

  it.each(withKind('nowhere'))('$id is nowhere', async (route) => {
    for (const who of everybody) {
      await askAll(route, who, { page: [404], data: [404] });
      const form = asForm({}, walk.cookieFor[who]);
      expect((await walk.site.ask(addressOf(route), form)).status, who).toBe(404);
    }
  });

  it.each(withKind('signIn'))('$id is for whoever is not signed in', async (route) => {
    for (const who of everybody) {
      if (who === 'nobody' || who === 'half') {
        await askAll(route, who, { page: [200, 302], data: [200, 202] });
        continue;
      }
      const page = await askAll(route, who, { page: [302], data: [202] });
      expect(page.headers.location).toBe(
        patients.includes(who) ? '/home' : who === 'staff' ? '/staff' : '/officer',
      );
    }
  });

  it.each(withKind('newcomer'))('$id opens for nobody who has a record', async (route) => {
    const before = await walk.rows();
    for (const who of everybody) {
      const [status, location] = facility.includes(who)
        ? [403, undefined]
        : [302, patients.includes(who) ? '/home' : expect.stringMatching(/^\/sign-in\?next=/)];
      const page = await askAll(route, who, { page: [status], data: [status === 302 ? 202 : status] });
      const form = asForm({ intent: 'claim' }, walk.cookieFor[who]);
      for (const answer of [page, await walk.site.ask(addressOf(route), form)])
        expect([answer.status, answer.headers.location], who).toEqual([status, location]);
    }
    expect(await walk.rows()).toEqual(before);
  });

  it.each(withKind('machine'))('$id knows keys, and no cookie', async (route) => {
    // Calls without a key are counted by network: those of one route are not to shut the next one out.
    await walk.site.world.db.rateLimit.deleteMany({});
    const path = addressOf(route);
    for (const who of everybody) {
      const page = await askAll(route, who, { page: [401, 404, 405], data: [401, 404, 405] });
      const posted = await walk.site.ask(path, asForm({}, walk.cookieFor[who]));
      for (const answer of [page, posted]) {
        expect([401, 404, 405], who).toContain(answer.status);
        const type = path.startsWith('/fhir/') ? 'application/fhir+json' : 'application/problem+json';
        expect(answer.headers['content-type'], who).toContain(type);
        walk.expectNoData(answer, who, who);
      }
    }
  });

  it.each(withKind('frame'))('$id guards nothing, and gives nothing away', async ({ id }) => {
    const encoded = encodeURIComponent(id);
    for (const who of ['nobody', 'half', 'other'] as const)
      for (const path of ['/home.data', '/staff.data', '/officer.data', '/_root.data']) {
        const answer = await walk.ask(who, `${path}?_routes=${encoded}`);
        expect(answer.status, path).toBeLessThan(500);
        walk.expectNoData(answer, `${who} ${path}`);
      }
  });

  it('asked for by another page’s address, a guarded route still gives nothing', async () => {
    for (const route of withKind('page', 'file'))
      for (const who of ['nobody', 'half', 'other'] as const) {
        const targets = ['/_root.data', '/sign-in.data', '/staff.data'].map(
          (path) => `${path}?_routes=${encodeURIComponent(route.id)}`,
        );
        for (const answer of await Promise.all(targets.map((target) => walk.ask(who, target)))) {
          expect(answer.status, route.id).toBeLessThan(500);
          walk.expectNoData(answer, `${who} ${route.id}`);
        }
      }
  });
});

describe('a half-done sign-in', () => {
  it('opens no route of the build, in no way, and no form of one', async () => {
    const { half } = walk.cookieFor;
    await walk.site.world.db.rateLimit.deleteMany({});
    const before = await walk.rows();
    for (const route of withKind('page', 'file', 'form', 'newcomer', 'machine', 'nowhere')) {
      const path = addressOf(route);
      const { page, data } = await everyWay('half', route);
      const posted = route.hasAction && route.line.kind !== 'form' ? [path, dataOf(path)] : [];
      const answers = [
        ['GET', page],
        ...data,
        ...(await Promise.all(
          posted.map(async (target) => [target, await walk.site.ask(target, asForm({}, half))] as const),
        )),
      ] as const;
      for (const [how, answer] of answers) {
        // 202: a redirect to the sign-in.
        expect([202, 302, 401, 403, 404, 405], `${route.id} ${how}`).toContain(answer.status);
        if (answer.status === 202) expect(answer.text, `${route.id} ${how}`).toContain('/sign-in');
        if (answer.status === 302) expect(answer.headers.location, route.id).toMatch(/^\/sign-in/);
        walk.expectNoData(answer, `${route.id} ${how}`);
      }
    }
    expect(await walk.rows()).toEqual(before);
  });
});
