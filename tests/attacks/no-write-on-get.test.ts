import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtAddresses, crawl } from '#tests/support/crawl.ts';
import { kindOf, linksOf } from '#tests/support/html.ts';
import { everyTable, settled } from '#tests/support/rows.ts';
import { asForm, givePassword, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember } from '#tests/support/world.ts';

// Links are followed by previews, scanners and prefetching browsers: reading writes nothing but who read (ASVS 5.0.0 V3.5.3).

type Who = 'nobody' | 'half' | 'patient' | 'staff' | 'privacyOfficer';
const everybody: Who[] = ['nobody', 'half', 'patient', 'staff', 'privacyOfficer'];

let site: Site;
let client: pg.Client;
const cookie: Partial<Record<Who, string>> = {};

beforeAll(async () => {
  site = await startSite();
  await tellStory(site.world);
  for (const who of everybody) {
    if (who === 'nobody' || who === 'half') continue;
    cookie[who] = await signIn(site, castMember(who));
  }
  cookie.half = await givePassword(site, castMember('patient'));
  client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  await settled(client);
});
afterAll(async () => {
  await client.end();
  await site.stop();
});

const ask = (who: Who, target: string, method = 'GET'): Promise<Answer> =>
  site.ask(target, { method, headers: cookie[who] ? { Cookie: cookie[who] } : {} });
const dataOf = (path: string) => {
  const [pathname, query] = path.split('?');
  return `${pathname === '/' ? '/_root' : pathname}.data${query ? `?${query}` : ''}`;
};

describe('reading changes nothing', () => {
  it.each(everybody)(
    'GET and HEAD of every page, its data and every link on it, as %s: each table is as it was',
    async (who) => {
      const before = await everyTable(client);
      const pages = await crawl((path) => ask(who, path));
      // The last of each kind: an id that somebody has, where there is one.
      const oneOfEach = new Set(new Map([...pages.keys()].map((path) => [kindOf(path), path])).values());
      for (const [path, answer] of pages) {
        expect(answer.status, path).toBeLessThan(500);
        if (!oneOfEach.has(path)) continue;
        const head = await ask(who, path, 'HEAD');
        expect(head.status, `HEAD ${path}`).toBe(answer.status);
        expect(head.bytes.length, `HEAD ${path}`).toBe(0);
        if (!path.startsWith('/api/')) expect((await ask(who, dataOf(path))).status, path).toBeLessThan(500);
      }
      for (const path of await builtAddresses()) expect(pages.has(path), path).toBe(true);
      expect(await everyTable(client)).toEqual(before);
    },
    240_000,
  );

  it('and what a form changes would have been seen', async () => {
    const before = await everyTable(client);
    expect((await site.ask('/language', asForm({ locale: 'es' }, cookie.patient))).status).toBe(302);
    expect(await everyTable(client)).not.toEqual(before);
  });

  it('and the pages lead somewhere: each role reaches records by links alone', async () => {
    for (const [who, start] of [
      ['patient', '/requests'],
      ['staff', '/staff'],
    ] as const)
      expect(linksOf((await ask(who, start)).text).join(' '), who).toMatch(/[0-9a-f]{8}-[0-9a-f-]{27}/);
  });
});
