import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawl, isHtml } from '#tests/support/crawl.ts';
import { formsOf } from '#tests/support/html.ts';
import { settled } from '#tests/support/rows.ts';
import {
  asForm,
  asMachine,
  cookieOf,
  givePassword,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, codeNow } from '#tests/support/world.ts';
import { cast, demoApiKey, facility } from '#prisma/seed/cast.ts';

// The whole story, and every page as everybody. Afterwards what is a patient's, and what opens a door, stands in no line of the log, in
// no mail and in no address (ASVS 5.0.0 V14.2.1, V14.2.4, V16.2.5).

let site: Site;
const opened: [who: string, path: string, answer: Answer][] = [];
const secrets: string[] = [];
let records: string[];
let companies: string[];
let letters: { to: string; subject: string; text: string; html: string }[];

beforeAll(async () => {
  site = await startSite();
  const client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  const told = async (sql: string) =>
    (await client.query<{ one: string | null }>(sql)).rows.flatMap(({ one }) => (one ? [one] : []));
  await tellStory(site.world);

  for (const who of ['patient', 'staff', 'privacyOfficer'] as const) {
    const cookie = await signIn(site, castMember(who));
    secrets.push(valueOf(cookie));
    for (const [path, answer] of await crawl((at) => site.ask(at, { headers: { Cookie: cookie } })))
      opened.push([who, path, answer]);
  }
  // Doors that stay shut: the wrong password, the wrong code, the wrong key, a foreign record, a message that cannot be read.
  const ines = castMember('patient');
  await site.ask('/sign-in', asForm({ email: ines.email, password: 'canary-wrong-password' }));
  const half = await givePassword(site, ines);
  await site.ask('/sign-in/two-factor', asForm({ code: '864209' }, half));
  site.clock.advance(30_000);
  const code = codeNow(ines, site.clock);
  const session = cookieOf(
    await site.ask('/sign-in/two-factor', asForm({ code }, half)),
    'plainview_session',
  );
  secrets.push('canary-wrong-password', '864209', code, valueOf(half), valueOf(session ?? ''));
  const machine = [
    asMachine('{"items":[{"patientId":"RB000417","issuer":"RIVERBEND"}]}'),
    asMachine(
      '{"purpose":"aiTraining","recipient":"northlight","items":[{"patientId":"RB000417","issuer":"RIVERBEND"}]}',
    ),
    asMachine('{}', { key: 'pvk_canary_wrong_key' }),
  ];
  for (const call of machine) await site.ask('/api/v1/checks', call);
  secrets.push('pvk_canary_wrong_key');
  const folder = new URL('../fixtures/dicom-audit/', import.meta.url);
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.xml')))
    await site.ask(
      '/api/v1/disclosures/dicom-audit',
      asMachine(await readFile(new URL(name, folder)), { type: 'application/xml' }),
    );
  await settled(client);

  records = [
    ...(await told('select family_name as one from patient')),
    ...(await told('select value as one from patient_identifier')),
    ...(await told(`select to_char(born_on, 'YYYY-MM-DD') as one from patient`)),
    ...(await told('select study_uid as one from disclosure')),
    ...(await told('select accession_number as one from disclosure where length(accession_number) > 4')),
    ...(await told('select study_description as one from disclosure where length(study_description) > 4')),
    ...(await told('select destination as one from disclosure where length(destination) > 4')),
    'Call us with any question.',
  ];
  companies = await told('select name as one from vendor');
  secrets.push(...cast.flatMap(({ password, totpSecret }) => [password, totpSecret]), demoApiKey);
  secrets.push(...(await told('select password_hash as one from user_account')));
  letters = (
    await client.query<(typeof letters)[number]>('select "to", subject, text, html from outbox_message')
  ).rows;
  await client.end();
}, 240_000);
afterAll(() => site.stop());

const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1);
const foundIn = (text: string, canaries: string[]) =>
  [...new Set(canaries)].filter((canary) => canary.length > 3 && text.includes(canary));

it('the story has enough to give away', () => {
  expect(opened.length).toBeGreaterThan(60);
  expect(new Set(records).size).toBeGreaterThan(15);
  expect(companies.length).toBeGreaterThan(2);
  expect(letters.length).toBeGreaterThan(3);
  expect(site.rawLog.length).toBeGreaterThan(100);
  const patientsPages = opened.filter(([who]) => who === 'patient').map(([, , { text }]) => text);
  expect(foundIn(patientsPages.join(''), records).length, 'her own pages do show it').toBeGreaterThan(3);
});

describe('the log', () => {
  it('names no patient, study, company or address of mail, and holds nothing that opens a door', () => {
    const log = site.rawLog.join('\n');
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
      expect(foundIn(`${subject}\n${text}\n${html}`, [...records, ...companies, ...secrets]), to).toEqual([]);
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
      for (const href of toPages) expect(href.startsWith(`${site.world.appOrigin}/`), href).toBe(true);
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
