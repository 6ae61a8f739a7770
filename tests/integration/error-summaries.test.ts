import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember } from '#tests/support/world.ts';

// What came back with mistakes names its fields above the form too, without script.

let site: Site;
let officer = '';
let patient = '';
beforeAll(async () => {
  site = await startSite();
  officer = await signIn(site, castMember('privacyOfficer'));
  patient = await signIn(site, castMember({ mrn: 'RB000417' }));
});
afterAll(() => site.stop());

interface Line {
  to: string;
  says: string;
}

async function summary(path: string, fields: Record<string, string>, cookie = officer) {
  const answer = await site.ask(path, asForm(fields, cookie));
  expect([path, answer.status]).toEqual([path, 400]);
  // Before the form, and sent as it stands: nothing is moved into its place by script.
  const [, box = ''] = /role="alert"[^>]*>(.*?)<\/ul>/su.exec(answer.text) ?? [];
  expect(answer.text).not.toContain('<template id="B:');
  const lines = [...box.matchAll(/<a href="#([^"]+)"[^>]*>(.*?)<\/a>/gsu)].map(
    ([, to = '', inside = '']): Line => ({ to, says: inside.replaceAll(/<[^>]*>/g, '') }),
  );
  expect(answer.text.indexOf('role="alert"')).toBeLessThan(answer.text.indexOf(`id="${lines[0]?.to}"`));
  return { lines, text: answer.text };
}

/** Lines that lead nowhere, or to a field that they do not name. */
const nameless = ({ lines, text }: { lines: Line[]; text: string }) =>
  lines.filter(({ to, says }) => !text.includes(`id="${to}"`) || !/^[“«].+[”»]: ./u.test(says));

const forms: [string, Record<string, string>][] = [
  ['/officer/settings/holidays', { intent: 'add', calendar: 'UK', on: '' }],
  [
    '/officer/settings/facility',
    { version: '', name: '', address: '', phone: '', email: 'x', timeZone: '', jurisdiction: '' },
  ],
  ['/officer/settings/promises', { version: '' }],
  ['/officer/people/invite', { intent: 'invite' }],
  ['/officer/keys/new', {}],
  ['/staff/vendors/new', {}],
  ['/staff/intake/new', {}],
  ['/staff/imports/new', {}],
];

describe('the summary of a form’s mistakes', () => {
  it.each(forms)('of %s names each field and links to it', async (path, fields) => {
    const told = await summary(path, fields);
    expect(told.lines.length).toBeGreaterThan(0);
    expect(nameless(told)).toEqual([]);
  });

  it('says the label and what to do, in both languages', async () => {
    const fields = { intent: 'add', calendar: 'UK', on: '2028-12-25' };
    expect((await summary('/officer/settings/holidays', fields)).lines).toEqual([
      { to: 'name', says: '“Name”: Please fill this in.' },
    ]);
    await site.world.db.user.updateMany({ where: { role: 'privacyOfficer' }, data: { locale: 'es' } });
    expect((await summary('/officer/settings/holidays', fields)).lines).toEqual([
      { to: 'name', says: '«Nombre»: Por favor, llene este campo.' },
    ]);
  });

  it('is the same for patients', async () => {
    const told = await summary('/requests/new/complaint', { submissionKey: crypto.randomUUID() }, patient);
    expect(told.lines.length).toBeGreaterThan(0);
    expect(nameless(told)).toEqual([]);
  });
});
