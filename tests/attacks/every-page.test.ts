import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { homeOf } from '#app/people/can.ts';
import { isIn, knockedInVain, type Canaries } from '#tests/support/canaries.ts';
import { builtAddresses, isHtml } from '#tests/support/crawl.ts';
import { crawlEverything, everyReader, type Crawled, type Reader } from '#tests/support/crawled.ts';
import { formsOf, kindOf, linksOf } from '#tests/support/html.ts';
import { dataOf } from '#tests/support/manifest.ts';
import { everyTable } from '#tests/support/rows.ts';
import { asForm, cookieOf, givePassword, signIn, type Answer } from '#tests/support/site.ts';
import { castMember, codeNow } from '#tests/support/world.ts';
import { cast, facility } from '#prisma/seed/cast.ts';

// The whole story, and every page as everybody: what each answer is, and what reading leaves behind.

let crawled: Crawled;
beforeAll(async () => {
  crawled = await crawlEverything();
}, 480_000);
afterAll(() => crawled.stop());

// Links are followed by previews, scanners and prefetching browsers: reading writes nothing but who read (ASVS 5.0.0 V3.5.3).
describe('reading changes nothing', () => {
  it.each(everyReader)(
    'GET and HEAD of every page, its data and every link on it, as %s: each table is as it was',
    async (who) => {
      const pages = crawled.pages[who];
      const ask = (target: string, method?: 'HEAD') => crawled.ask(who, target, method);
      const { before, after } = crawled.tables;
      expect(after[who]).toEqual(before);
      // The last of each kind: an id that somebody has, where there is one.
      const oneOfEach = new Set(new Map([...pages.keys()].map((path) => [kindOf(path), path])).values());
      for (const [path, answer] of pages) {
        expect(answer.status, path).toBeLessThan(500);
        if (!oneOfEach.has(path)) continue;
        const head = await ask(path, 'HEAD');
        expect(head.status, `HEAD ${path}`).toBe(answer.status);
        expect(head.bytes.length, `HEAD ${path}`).toBe(0);
        if (!path.startsWith('/api/')) expect((await ask(dataOf(path))).status, path).toBeLessThan(500);
      }
      for (const path of await builtAddresses()) expect(pages.has(path), path).toBe(true);
      expect(await everyTable(crawled.client)).toEqual(before);
    },
    240_000,
  );

  it('and what a form changes would have been seen', async () => {
    const before = await everyTable(crawled.client);
    const form = asForm({ locale: 'es' }, crawled.cookieOf.patient);
    expect((await crawled.site.ask('/language', form)).status).toBe(302);
    expect(await everyTable(crawled.client)).not.toEqual(before);
  });

  it('and the pages lead somewhere: each role reaches records by links alone', async () => {
    for (const [who, start] of [
      ['patient', '/requests'],
      ['staff', '/staff'],
    ] as const)
      expect(linksOf((await crawled.ask(who, start)).text).join(' '), who).toMatch(
        /[0-9a-f]{8}-[0-9a-f-]{27}/,
      );
  });
});

const answers: [what: string, answer: Answer][] = [];
describe('what is answered', () => {
  beforeAll(async () => {
    for (const [who, path, answer] of crawled.opened('nobody', 'patient', 'staff', 'privacyOfficer'))
      answers.push([`${who} ${path}`, answer]);
    for (const path of [
      '/_root.data',
      '/home.data',
      '/sign-in.data',
      '/healthz',
      '/readyz',
      '/api/v1/checks',
    ])
      answers.push([path, await crawled.site.ask(path)]);
  });

  describe('every answer of every route', () => {
    it('says what it is, and its letters’ encoding; and no cache keeps it (V4.1.1, V14.3.2)', () => {
      expect(answers.length).toBeGreaterThan(60);
      for (const [what, { status, headers, bytes }] of answers) {
        expect(status, what).toBeLessThan(500);
        expect(headers['x-content-type-options'], what).toBe('nosniff');
        expect(headers['content-security-policy'], what).toContain("default-src 'none'");
        expect(headers['strict-transport-security'], what).toContain('includeSubDomains');
        expect(headers['cache-control'], what).toContain('no-store');
        if (bytes.length === 0) continue;
        const type = String(headers['content-type']);
        const isNamed =
          /^(text\/(html|plain|csv|calendar|x-script)|application\/(json|problem\+json|fhir\+json|pdf|zip))\b/.test(
            type,
          );
        expect(isNamed, `${what}: ${type}`).toBe(true);
        if (!/^application\/(pdf|zip)/.test(type)) expect(type, what).toMatch(/; ?charset=utf-8$/i);
      }
    });

    it('is a download when it is a file of somebody’s (V3.2.1)', () => {
      const files = answers.filter(
        ([, { status, headers }]) =>
          status === 200 && !/^(text\/|application\/(fhir\+)?json)/.test(String(headers['content-type'])),
      );
      expect(files.length).toBeGreaterThan(0);
      // A draft is drawn by ourselves, for staff to read before it goes out; nothing that somebody sent in is shown in the browser.
      for (const [what, { headers }] of files)
        expect(headers['content-disposition'], what).toMatch(
          /^(attachment; filename="[\w.-]+"(; filename\*=UTF-8''[\w.%!~-]+)?|inline; filename="[\w-]+-draft\.pdf")$/,
        );
    });
  });

  describe('every cookie that is set anywhere', () => {
    it('is bound to this host alone, hidden from script, and sent over TLS to our own pages (V3.3.1-4)', async () => {
      const { site } = crawled;
      const ines = castMember('patient');
      site.clock.advance(30_000);
      const half = await givePassword(site, ines);
      const signedIn = await site.ask(
        '/sign-in/two-factor',
        asForm({ code: codeNow(ines, site.clock) }, half),
      );
      const session = cookieOf(signedIn, 'plainview_session');
      site.clock.advance(30_000);
      const set = [
        ...answers.map(([, answer]) => answer),
        await site.ask('/sign-in', asForm({ email: ines.email, password: ines.password })),
        signedIn,
        await site.ask('/language', asForm({ locale: 'es' })),
        await site.ask('/theme', asForm({ theme: 'dark' })),
        await site.ask('/sign-out', asForm({}, session)),
      ].flatMap(({ headers }) => headers['set-cookie'] ?? []);
      const names = new Set(set.map((line) => line.split('=')[0]));
      for (const name of ['session', 'sign_in', 'locale', 'theme'])
        expect(names, name).toContain(`__Host-plainview_${name}`);
      for (const line of set) {
        const [pair = '', ...attributes] = line.split(/;\s*/);
        const told = pair.split('=')[0];
        expect(told).toMatch(/^__Host-plainview_[a-z_]+$/);
        const given = attributes.map((attribute) => attribute.toLowerCase());
        expect(given, told).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly']));
        expect(
          given.some((attribute) => /^samesite=(lax|strict)$/.test(attribute)),
          told,
        ).toBe(true);
        expect(
          given.filter((attribute) => attribute.startsWith('domain')),
          told,
        ).toEqual([]);
      }
    });
  });
});

// A page that a role may not see is not offered to it: what it is offered opens.
describe('what is offered', () => {
  it.each(['patient', 'staff', 'auditor', 'privacyOfficer'] as const)(
    'every link from the first page on opens for the role %s',
    async (role) => {
      const read = role === 'auditor' ? null : crawled.pages[role];
      const Cookie =
        role === 'auditor' ? await signIn(crawled.site, castMember(role)) : crawled.cookieOf[role]!;
      const waiting = [{ path: homeOf(role) as string, from: 'signing in' }];
      const seen = new Map<string, number>();
      const shut: string[] = [];
      for (let link = waiting.shift(); link; link = waiting.shift()) {
        const { path, from } = link;
        const kind = kindOf(path);
        const before = seen.get(kind) ?? 0;
        // Of pages that differ only in ids or in the query, two.
        if (before >= 2) continue;
        seen.set(kind, before + 1);
        const answer = read?.get(path) ?? (await crawled.site.ask(path, { headers: { Cookie } }));
        if (answer.status === 302) {
          const to = answer.headers.location ?? '';
          if (/^\/sign-in/.test(to)) shut.push(`${path} (from ${from}): ${to}`);
          else waiting.push({ path: to, from: path });
        } else if (answer.status !== 200) shut.push(`${path} (from ${from}): ${answer.status}`);
        // The tour of the demo is everybody's, and says who each of its pages is for.
        else if (isHtml(answer) && kind !== '/demo')
          waiting.push(...linksOf(answer.text).map((to) => ({ path: to, from: path })));
      }
      expect(seen.size).toBeGreaterThan(8);
      expect(shut).toEqual([]);
    },
    240_000,
  );
});

// What is a patient's, and what opens a door, stands in no line of the log, in no mail and in no address (ASVS 5.0.0 V14.2.1, V14.2.4,
// V16.2.5).
describe('what is nobody else’s', () => {
  let opened: [who: Reader, path: string, answer: Answer][];
  let records: string[];
  let secrets: string[];
  let companies: string[];
  let letters: Canaries['letters'];
  beforeAll(async () => {
    opened = crawled.opened('patient', 'staff', 'privacyOfficer');
    ({ records, secrets, companies, letters } = await knockedInVain(crawled));
  });

  const foundIn = (text: string, canaries: string[]) =>
    [...new Set(canaries)].filter((canary) => canary.length > 3 && isIn(text, canary));

  it('the story has enough to give away', () => {
    expect(opened.length).toBeGreaterThan(60);
    expect(new Set(records).size).toBeGreaterThan(15);
    expect(companies.length).toBeGreaterThan(2);
    expect(letters.length).toBeGreaterThan(3);
    expect(crawled.site.rawLog.length).toBeGreaterThan(100);
    const patientsPages = opened.filter(([who]) => who === 'patient').map(([, , { text }]) => text);
    expect(foundIn(patientsPages.join(''), records).length, 'her own pages do show it').toBeGreaterThan(3);
  });

  describe('the log', () => {
    it('names no patient, study, company or address of mail, and holds nothing that opens a door', () => {
      const log = crawled.site.rawLog.join('\n');
      expect(foundIn(log, [...records, ...companies, ...secrets])).toEqual([]);
      expect(
        foundIn(
          log,
          cast.flatMap(({ email, displayName }) => [email, displayName]),
        ),
      ).toEqual([]);
    });
  });

  describe('mail', () => {
    it('says nothing of records, companies, kinds of request or choices: it says to sign in', () => {
      for (const { to, subject, text, html } of letters) {
        expect(foundIn(`${subject}\n${text}\n${html}`, [...records, ...companies, ...secrets]), to).toEqual(
          [],
        );
        const names = cast.map(({ displayName }) => displayName);
        expect(foundIn(subject, [...names, to]), to).toEqual([]);
        const kinds =
          /accounting|opt.?out|research|training|disclos|divulga|entrenamiento|investigaci|negativa/i;
        expect(`${subject}\n${text}`.replaceAll(facility.email, ''), to).not.toMatch(kinds);
      }
    });

    it('loads nothing and counts nobody: no picture, no script, one link at most, to this site', () => {
      for (const { to, html } of letters) {
        expect(html, to).not.toMatch(/<(img|script|iframe|object|form)\b|url\(/i);
        const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href ?? '');
        const toPages = new Set(links.filter((href) => !/^(tel|mailto):/.test(href)));
        expect(toPages.size, to).toBeLessThanOrEqual(1);
        for (const href of toPages)
          expect(href.startsWith(`${crawled.site.world.appOrigin}/`), href).toBe(true);
      }
    });
  });

  describe('addresses', () => {
    it('of pages, links, forms and redirects name no patient, study or secret (V14.2.1)', () => {
      const addresses = opened.flatMap(([, path, { headers, text }]) => [
        path,
        headers.location ?? '',
        ...[...text.matchAll(/\s(?:href|action|src|formaction)="([^"]*)"/g)].map(
          ([, address]) => address ?? '',
        ),
      ]);
      expect(addresses.length).toBeGreaterThan(500);
      const all = decodeURIComponent(addresses.join('\n').replace(/%(?![0-9a-f]{2})/gi, ''));
      expect(foundIn(all, [...records, ...companies, ...secrets])).toEqual([]);
      expect(
        foundIn(
          all,
          cast.map(({ email }) => email),
        ),
      ).toEqual([]);
    });

    it('are made by no form that asks for a name, a birth date, a number of a patient or an address of mail', () => {
      const typed = opened.flatMap(([, path, answer]) =>
        answer.status === 200 && isHtml(answer)
          ? formsOf(path, answer.text)
              .filter(({ method }) => method === 'get')
              .flatMap(({ action, fields }) =>
                fields
                  .filter(({ type }) => ['text', 'search', 'email', 'date', 'tel', 'number'].includes(type))
                  .map(({ name }) => `${action.split('?')[0]} ${name}`),
              )
          : [],
      );
      // The number of a request says nothing of whose it is, or of what was asked.
      // The calculator and the reports ask for dates of nobody.
      const known =
        /^(\/officer\/audit request|\/deadlines (receivedOn|timeZone|on\d|until\d|from\d|to\d)|\/officer\/reports (from|to))$/;
      expect([...new Set(typed)].filter((one) => !known.test(one))).toEqual([]);
    });
  });
});
