import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawl, isHtml } from '#tests/support/crawl.ts';
import { formsOf, kindOf, type FoundField, type FoundForm } from '#tests/support/html.ts';
import { everyTable, settled } from '#tests/support/rows.ts';
import { asForm, givePassword, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, minutes } from '#tests/support/world.ts';

// Every form that a page shows to anybody is found by opening every page as everybody, and sent back spoilt: a new form is attacked
// without anybody adding it here (ASVS 5.0.0 V2.2.1, V15.3.3, V15.3.5-7).

type Who = 'nobody' | 'half' | 'patient' | 'staff' | 'auditor' | 'privacyOfficer';
const everybody: Who[] = ['nobody', 'half', 'patient', 'staff', 'auditor', 'privacyOfficer'];

let site: Site;
let client: pg.Client;
const cookie: Partial<Record<Who, string>> = {};

beforeAll(async () => {
  site = await startSite({ seeded: true, trustedProxies: ['127.0.0.1'] });
  await tellStory(site.world);
  for (const who of everybody) await comeIn(who);
  client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  await settled(client);
});
afterAll(async () => {
  await client.end();
  await site.stop();
});

async function comeIn(who: Who): Promise<void> {
  if (who === 'half') cookie.half = await givePassword(site, castMember('auditor'));
  else if (who !== 'nobody') cookie[who] = await signIn(site, castMember(who));
}

const open = (who: Who, path: string) =>
  site.ask(path, { headers: cookie[who] ? { Cookie: cookie[who] } : {} });

type Pairs = [name: string, value: string][];

/** Where forms come from just now, as the proxy in front tells it. */
let network = '198.18.0.0';
let networks = 0;
function nextNetwork(): void {
  networks += 1;
  network = `198.18.${networks >> 8}.${networks & 255}`;
}
const like = (who: Who) => {
  const form = asForm({}, cookie[who]);
  return { ...form, headers: { ...form.headers, 'X-Forwarded-For': network } };
};

/** Whether a form of this network was noted as one that no page sends. */
const isNoted = async () =>
  (await site.world.db.auditEvent.count({
    where: {
      type: 'access.denied',
      subjectKind: 'network',
      subjectId: network,
      after: { path: ['refused'], equals: 'hostileForm' },
    },
  })) > 0;

/** @param asData as the script of our own pages sends it, instead of the browser itself */
function send(who: Who, form: FoundForm, pairs: Pairs, asData = false): Promise<Answer> {
  if (form.method === 'get') {
    const query = new URLSearchParams(pairs).toString().slice(0, 3_500).replace(/%.?$/, '');
    return open(who, `${form.action.split('?')[0]}?${query}`);
  }
  if (form.multipart) return sendParts(who, form, pairs);
  const [path, query] = form.action.split('?');
  return site.ask(asData ? `${path}.data${query ? `?${query}` : ''}` : form.action, {
    ...like(who),
    body: new URLSearchParams(pairs).toString(),
  });
}

function sendParts(who: Who, form: FoundForm, pairs: Pairs): Promise<Answer> {
  const boundary = 'plainview-boundary';
  const parts = pairs.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name.replace(/[\r\n"]/g, encodeURIComponent)}"\r\n\r\n${value}\r\n`,
  );
  const { headers, ...how } = like(who);
  return site.ask(form.action, {
    ...how,
    headers: { ...headers, 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `${parts.join('')}--${boundary}--\r\n`,
  });
}

/** What ends the session it is sent with, or asks nothing: fields that nobody reads are ignored there. */
const readsNothing = (form: FoundForm) => /^\/sign-out$/.test(form.action);

const allSeen = new Set<string>();

/** The forms that somebody sees and nobody before them did, one of each kind. */
async function newFormsFor(who: Who): Promise<FoundForm[]> {
  const forms = new Map<string, FoundForm>();
  for (const [path, answer] of await crawl((at) => open(who, at)))
    if (answer.status === 200 && isHtml(answer))
      for (const form of formsOf(path, answer.text))
        if (!allSeen.has(keyOf(form))) forms.set(keyOf(form), form);
  for (const key of forms.keys()) allSeen.add(key);
  return [...forms.values()].filter((form) => !readsNothing(form));
}
/** The six kinds that are asked for on one page differ in their fields alone, which are all read in one way. */
const isAsked = (action: string) => /^\/requests\/new\/(?!accounting)[a-z]+$/.test(action);
/** One page edits every template: by kind, use and language. */
const doorOf = (action: string) =>
  kindOf(action).replace(/^(\/officer\/settings\/templates)\/.*/, '$1/TEMPLATE');
const keyOf = ({ method, action, fields }: FoundForm) =>
  [
    method,
    isAsked(action) ? '/requests/new/KIND' : doorOf(action),
    ...fields
      .filter(({ type }) => !isAsked(action) || type === 'button')
      .map(({ name, type, value }) => (type === 'button' ? `${name}=${value}` : name)),
  ].join(' ');

/**
 * Of several forms with one door, which reads them all in one way, each takes its part of the attacks: together they
 * take them all.
 */
function partOf<T>(forms: readonly FoundForm[], form: FoundForm, attacks: readonly T[]): T[] {
  const alike = forms.filter(
    ({ action, method }) => method === form.method && kindOf(action) === kindOf(form.action),
  );
  const parts = Math.min(alike.length, 12);
  return attacks.filter((_, at) => at % parts === alike.indexOf(form) % parts);
}

/** The same form as the page shows it now: with the version and the one-time key that it needs. */
async function afresh(who: Who, form: FoundForm): Promise<FoundForm> {
  const shown = await open(who, form.page);
  if (shown.status === 302 && who !== 'nobody') {
    await comeIn(who);
    tables = null;
    return form;
  }
  return formsOf(form.page, shown.text).find((one) => keyOf(one) === keyOf(form)) ?? form;
}

/** As they were found last; null: something was written on purpose since. */
let tables: Record<string, string> | null = null;
const tablesBefore = async () => (tables ??= await everyTable(client));

const asItStands = ({ fields }: FoundForm): Pairs =>
  fields.filter(({ type }) => type !== 'file').map(({ name, value }) => [name, value]);

const privileged: Pairs = [
  ['role', 'privacyOfficer'],
  ['facilityId', '2'],
  ['status', 'verified'],
  ['state', 'inForce'],
  ['verified', 'true'],
  ['patientId', '0198a5c0-0000-7000-8000-000000000000'],
  ['userId', '0198a5c0-0000-7000-8000-000000000000'],
  ['disabledAt', ''],
  ['scopes', 'disclosures:write'],
  ['__proto__', 'x'],
  ['__proto__[role]', 'privacyOfficer'],
  ['constructor', 'x'],
  ['constructor.prototype.role', 'privacyOfficer'],
  ['a[]', 'x'],
  ['a[0]', 'x'],
  ['role[not]', ''],
];

const spoilt = (form: FoundForm): [what: string, pairs: Pairs][] => {
  const pairs = asItStands(form);
  const ours = new Set(pairs.map(([name]) => name));
  const foreign = privileged.filter(([name]) => !ours.has(name));
  return [
    ...foreign.map(([name, value]): [string, Pairs] => [`${name}=${value}`, [...pairs, [name, value]]]),
    ...(pairs.length ? [['every field twice', [...pairs, ...pairs]] as [string, Pairs]] : []),
  ];
};

// First what a field of free text takes, then what none does: so that what is refused is compared with rows that have come to rest.
const hostile = [
  '\u202Egnp.exe',
  '👩‍⚕️'.repeat(20),
  "'; drop table user_account; --",
  '1 or 1=1',
  '<script>alert(1)</script>',
  'javascript:alert(1)',
  '{"not":""}',
  'a\r\nSet-Cookie: evil=1',
  '[]',
  '../../etc/passwd',
  '2024-02-30',
  'null',
  '9007199254740993',
  '1e999',
  'NaN',
  '-1',
  '0198a5c0-0000-7000-8000-000000000000',
  '\uD800',
  '\0',
  'x\0y',
  'x'.repeat(20_001),
  'x'.repeat(200_000),
];

/** For each hostile text: all that a person types; and one of the other fields, each in its turn. */
function assaults(form: FoundForm): [what: string, pairs: Pairs][] {
  const pairs = asItStands(form);
  const typed = new Set(form.fields.filter(isTyped).map(({ name }) => name));
  const others = pairs.map(([name]) => name).filter((name) => !typed.has(name));
  const withText = (names: Set<string>, text: string): [string, Pairs] => [
    `${[...names].join()}: ${text.slice(0, 30)} (${text.length})`,
    pairs.map(([name, value]) => [name, names.has(name) ? text : value]),
  ];
  return [
    ...hostile.flatMap((text) => (typed.size ? [withText(typed, text)] : [])),
    ...hostile.flatMap((text, at) => {
      const name = others[at % Math.max(others.length, 1)];
      return name === undefined ? [] : [withText(new Set([name]), text)];
    }),
  ];
}
const isTyped = ({ type }: FoundField) =>
  !['hidden', 'button', 'radio', 'checkbox', 'select', 'file'].includes(type);

const eventCount = async () =>
  Number((await client.query<{ n: string }>('select count(*) as n from audit_event')).rows[0]?.n);

describe.each(everybody)('the forms that %s sees', (who) => {
  let forms: FoundForm[];
  beforeAll(async () => {
    // Attempts are counted anew, of a hundred networks at most.
    site.clock.advance(minutes(15));
    await comeIn(who);
    forms = await newFormsFor(who);
    tables = null;
  });

  it('take no field that they did not show, none twice, and no key that reaches into objects', async () => {
    for (const found of forms) {
      const form = await afresh(who, found);
      const before = await tablesBefore();
      nextNetwork();
      let isRefused = false;
      for (const [at, [what, pairs]] of partOf(forms, found, spoilt(form)).entries()) {
        const answer = await send(who, form, pairs, at % 8 > 0);
        const told = `${who}: ${form.method} ${form.action} with ${what}`;
        if (form.method === 'get') expect(answer.status, told).toBeLessThan(500);
        else if (!sentBack(answer)) expect([400, 401, 403, 404, 409, 429], told).toContain(answer.status);
        isRefused ||= form.method === 'post' && answer.status === 400;
      }
      if (isRefused) expect(await isNoted(), `an event: ${who}: ${form.action}`).toBe(true);
      expect(await everyTable(client), `${who}: ${form.action}`).toEqual(before);
    }
  }, 480_000);

  it('answer hostile text in words: no 5xx, nothing written where it is refused, and the next request works', async () => {
    for (const found of forms) {
      let form = await afresh(who, found);
      let before = await tablesBefore();
      for (const at of partOf(forms, found, [...assaults(form).keys()])) {
        // Of the form as it is now: what was taken before gave it another version.
        const [what, pairs] = assaults(form)[at] ?? ['', []];
        const events = await eventCount();
        const answer = await send(who, form, pairs, at % 8 > 0);
        const told = `${who}: ${form.method} ${form.action} with ${what}`;
        expect(answer.status, told).toBeLessThan(500);
        expect(answer.headers['set-cookie']?.join() ?? '', told).not.toContain('evil');
        const isTaken = answer.status < 400 && form.method === 'post' && !sentBack(answer);
        // Refused: the refusal, and the door that it shut.
        expect((await eventCount()) - events, `events: ${told}`).toBeLessThanOrEqual(isTaken ? 3 : 2);
        if (!isTaken) continue;
        await settled(client);
        form = await afresh(who, found);
        before = tables = await everyTable(client);
      }
      expect(await everyTable(client), `${who}: ${form.action}`).toEqual(before);
      expect((await open(who, '/')).status).toBe(200);
    }
  }, 480_000);
});

/** Refused by an address without a page of its own: back to the page of the form, which says what was wrong. */
function sentBack({ status, headers }: Answer): boolean {
  return status === 302 && /[?&]mistake=/.test(headers.location ?? '');
}

describe('the forms', () => {
  it('are really found: those of sign-in, filing, answering and finding', () => {
    const all = [...allSeen].join('\n');
    for (const kind of [
      '/sign-in',
      '/opt-outs/new/check',
      '/requests/new/accounting',
      '/requests/new/KIND',
      '/requests/ID/again',
      '/staff/requests/ID',
      '/language',
    ])
      expect(all, kind).toContain(`post ${kind}`);
  });

  it('are taken as they stand: what was refused was refused for what was wrong in it', async () => {
    const page = '/requests/new/accounting';
    const form = formsOf(page, (await open('patient', page)).text).find(({ action }) => action === page);
    if (!form) throw new Error('the form is not there');
    const answer = await send('patient', form, asItStands(form));
    expect(answer.status).toBe(302);
  });
});
