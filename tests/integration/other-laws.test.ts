import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { locales, type Locale } from '#app/words/locales.ts';
import { fileList } from '#tests/support/filing.ts';
import { textOfPdf } from '#tests/support/pdf-text.ts';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, patientOf, personOf } from '#tests/support/world.ts';

// What a patient reads where another law than that of the United States rules: nothing that only HIPAA says.

const ofTheStates = /45 CFR|HIPAA|\bHHS\b|hhs\.gov|health plan|plan de salud/;

let site: Site;
let ines: Person & { patientId: string };
let dana: Person;
let cookie: string;

beforeAll(async () => {
  site = await startSite();
  [ines, dana] = await Promise.all([patientOf(site.world, 'RB000417'), personOf(site.world, 'staff')]);
  cookie = await signIn(site, castMember({ mrn: 'RB000417' }));
});
afterEach(() => speak('en'));
afterAll(() => site.stop());

const under = (jurisdiction: string) =>
  site.world.db.facility.update({ where: { id: 1 }, data: { jurisdiction }, select: { id: true } });

async function speak(locale: Locale): Promise<void> {
  const spoken = await site.ask('/language', asForm({ locale, returnTo: '/' }, cookie));
  expect(spoken.status).toBe(302);
}

async function page(path: string): Promise<string> {
  const answer = await site.ask(path, { headers: { Cookie: cookie } });
  expect(answer.status, path).toBe(200);
  return answer.text
    .replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

async function paper(path: string): Promise<string> {
  const answer = await site.ask(path, { headers: { Cookie: cookie } });
  expect(answer.status, path).toBe(200);
  return textOfPdf(answer.bytes);
}

/** Ines' list of six years, answered. @returns its id */
async function answeredList(): Promise<string> {
  const filed = await fileList(site.world, ines);
  const turn = async () => ({
    requestId: filed.requestId,
    actor: dana,
    expectedVersion: (await findRequest(site.world.db, filed.requestId, null))?.version ?? 0,
  });
  const drafted = await draftAnswer(site.world, await turn(), { note: 'As you asked.' });
  expect(drafted.ok).toBe(true);
  const sent = await sendAnswer(site.world, await turn(), { elementsLookedFor: true });
  expect(sent.ok).toBe(true);
  return filed.requestId;
}

describe.each([
  ['EU', 'GDPR Art. 15(1)(c)', 'GDPR Art. 77', 'one month'],
  ['UK', 'UK GDPR Art. 15(1)(c)', 'ico.org.uk', 'one month'],
])('a facility of the %s', (jurisdiction, right, regulator, period) => {
  let list: string;
  beforeAll(async () => {
    await under(jurisdiction);
    list = await answeredList();
  });

  it.each(locales)('says nothing that is of the United States alone, in %s', async (locale) => {
    await speak(locale);
    for (const path of [
      '/',
      '/requests/new',
      '/requests/new/restriction',
      '/requests/new/accounting',
      '/disclosures',
      `/requests/${list}`,
    ])
      expect(await page(path), path).not.toMatch(ofTheStates);
    for (const path of [`/requests/${list}/answer.pdf`, `/requests/${list}/file.pdf`])
      expect(await paper(path), path).not.toMatch(ofTheStates);
    const csv = await site.ask(`/requests/${list}/list/csv`, { headers: { Cookie: cookie } });
    expect(csv.text).not.toMatch(ofTheStates);
  });

  it('says on its first page what its own law gives, and no days of another one', async () => {
    const first = await page('/');
    expect(first).toContain(period);
    expect(first).not.toContain('60 days');
  });

  it('offers the limits that its own law has, to patients and at the desk', async () => {
    const staff = await signIn(site, castMember('staff'));
    const intake = await site.ask(`/staff/intake/${ines.patientId}?kind=restriction`, {
      headers: { Cookie: staff },
    });
    for (const form of [await page('/requests/new/restriction'), intake.text]) {
      expect(form).toContain('I said no to a use, and wait for your answer');
      expect(form).not.toMatch(ofTheStates);
    }
    const filed = await submitRequest(site.world, {
      actor: ines,
      kind: 'restriction',
      details: { about: 'objected' },
      statement: { limit: 'Research.' },
      locale: 'en',
      submissionKey: crypto.randomUUID(),
    });
    expect(filed.ok && (await page(`/requests/${filed.requestId}`))).toContain(
      'I said no to a use, and wait for your answer',
    );
  });

  it('lists everyone who received images, for the law leaves out none, and names its own regulator', async () => {
    const answered = await page(`/requests/${list}`);
    expect(answered).not.toContain('Others who received your images');
    expect(answered).not.toContain('Why the law does not list it');
    for (const company of ['Northlight AI', 'Umbra CAD', 'Kestrel Research Institute'])
      expect(answered).toContain(company);
    const printed = await paper(`/requests/${list}/answer.pdf`);
    expect(printed).toContain(right);
    expect(printed).toContain(regulator);
    expect(printed).not.toContain('Others who received your images');
    const fhir = await site.ask(`/requests/${list}/list/fhir`, { headers: { Cookie: cookie } });
    expect(fhir.status).toBe(200);
    expect(fhir.text).not.toContain('164528');
  });
});

describe('a facility of the United States', () => {
  it.each(['US', 'US-CA', 'US-WA'])('%s keeps its two lists and its own regulator', async (jurisdiction) => {
    await under(jurisdiction);
    const list = await answeredList();
    expect(await page(`/requests/${list}`)).toContain('Others who received your images');
    expect(await page('/')).toContain('60 days');
    const limits = await page('/requests/new/restriction');
    expect(limits).toContain('health plan');
    expect(limits).not.toContain('I said no to a use');
    const printed = await paper(`/requests/${list}/answer.pdf`);
    for (const words of ['45 CFR 164.528', 'hhs.gov', 'within 180 days']) expect(printed).toContain(words);
  });
});
