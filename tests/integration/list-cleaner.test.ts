import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileOptOut } from '#tests/support/filing.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { asMultipart } from '#tests/support/multipart.ts';
import { signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember } from '#tests/support/world.ts';

let site: Site;
let staff: string;
let officer: string;
beforeAll(async () => {
  site = await startSite();
  await fileOptOut(site.world);
  staff = await signIn(site, castMember('staff'));
  officer = await signIn(site, castMember('privacyOfficer'));
});
afterAll(() => site.stop());

const rows = '/staff/list-cleaner/rows';
const list = 'patient_id,issuer,name\r\nRB000417,RIVERBEND,"Okafor, Ines"\r\nRB000902,RIVERBEND,Zoe\r\n';
const cleaned = 'patient_id,issuer,name\nRB000902,RIVERBEND,Zoe\n';
const fields = { purpose: 'MLTRAINING', vendor: 'umbra', named: 'yes' };
const withoutScript = (csv: string, more: Record<string, string> = {}) =>
  site.ask(
    rows,
    asMultipart(
      { ...fields, ...more },
      [{ name: 'list.csv', bytes: Buffer.from(csv), field: 'file' }],
      staff,
    ),
  );
const withScript = (csv: string, more: Record<string, string> = {}) =>
  site.ask(`${rows}?${new URLSearchParams({ ...fields, ...more })}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'text/csv',
      Origin: testOrigin,
      'Sec-Fetch-Site': 'same-origin',
      Cookie: staff,
    },
    body: csv,
  });

describe('the list cleaner', () => {
  it.each([
    ['without script', withoutScript],
    ['with script', withScript],
  ])(
    '%s gives the list back without those who said no, with a receipt, and says in the log who did',
    async (_, ask) => {
      const answer = await ask(list);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toBe(cleaned);
      expect(answer.headers['content-disposition']).toBe('attachment; filename="cleaned-list.csv"');
      const id = String(answer.headers['plainview-receipt']);
      const receipt = (cookie: string): Promise<Answer> =>
        site.ask(`/staff/list-cleaner/${id}/receipt.json`, { headers: { Cookie: cookie } });
      expect((await receipt(staff)).json()).toMatchObject({
        receipt: {
          kind: 'list',
          askedBy: null,
          end: 'answered',
          rows: 2,
          permitted: 1,
          denied: { optedOut: 1 },
          answeredSha256: createHash('sha256').update(cleaned).digest('hex'),
        },
        signed: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      });
      expect((await receipt(officer)).status).toBe(404);
      const page = await site.ask('/staff/list-cleaner', { headers: { Cookie: staff } });
      expect(page.text).toContain('1 of 2 may go');
      expect(page.text).not.toContain('RB000417');
      const told = await site.world.db.auditEvent.findFirstOrThrow({
        where: { type: 'list.cleaned', subjectId: id },
      });
      expect(told).toMatchObject({ actorName: castMember('staff').displayName, actorKind: 'staff' });
    },
  );

  it('says what is wrong with a list that it cannot read, and gives nothing back', async () => {
    const scripted = await withScript('mrn\n1\n');
    expect([scripted.status, scripted.json()]).toEqual([422, { mistake: 'columns' }]);
    const plain = await withoutScript('patient_id,issuer\nRB000902\n');
    expect([plain.status, plain.headers.location]).toEqual([302, '/staff/list-cleaner?mistake=line']);
    const page = await site.ask('/staff/list-cleaner?mistake=line', { headers: { Cookie: staff } });
    expect(page.text).toContain('does not have as many cells');
    expect((await withoutScript(list, { purpose: '' })).headers.location).toMatch(/mistake=purpose$/);
    expect((await withScript(list, { vendor: '' })).json()).toEqual({ mistake: 'vendor' });
    const unknown = await withScript(list, { vendor: 'nobody' });
    expect(unknown.text).toBe('patient_id,issuer,name\n');
  });
});
