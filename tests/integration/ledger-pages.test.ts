import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { catchUpAlerts, openAlert, remindOfAlerts } from '#app/disclosures/alerts.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { connected } from '#tests/support/database.ts';
import { fileList, fileOptOut } from '#tests/support/filing.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, hours, patientOf, personOf } from '#tests/support/world.ts';

// The ledger as staff search it, lists as files, agencies' statements and alerts, through the pages.

let site: Site;
let requestId: string;
const id = { ines: '', vendor: '', sent: '', optOut: '', alert: '', other: '' };
const cookie = { ines: '', dana: '', amara: '', auditor: '' };

beforeAll(async () => {
  site = await startSite();
  const { world } = site;
  const ines = await patientOf(world, 'RB000417');
  const dana = await personOf(world, 'staff');
  id.ines = ines.patientId;
  id.optOut = await fileOptOut(world);
  const vendor = await world.db.vendor.create({
    data: {
      slug: 'sheriff',
      name: 'Sheriff of Orchard County',
      relationship: 'other',
      createdAt: new Date(0),
    },
    select: { id: true },
  });
  id.vendor = vendor.id;
  const row = {
    patientId: ines.patientId,
    vendorId: vendor.id,
    recordedAt: world.clock(),
    destination: 'SHERIFF_AE',
    sopClassUids: [],
    studyUid: '1.2.999.7',
    accessionNumber: 'ACC-77',
    purpose: 'MLTRAINING',
    legalBasis: 'requiredByLaw',
    legallyRequired: true,
  };
  const first = await world.db.disclosure.create({
    data: { ...row, occurredAt: new Date('2026-11-22T15:00:10Z') },
    select: { id: true },
  });
  id.sent = first.id;
  const filed = await fileList(world, ines);
  ({ requestId } = filed);
  await draftAnswer(world, { requestId, expectedVersion: 1, actor: dana }, { note: null });
  await sendAnswer(
    world,
    { requestId, expectedVersion: 2, actor: dana },
    { note: null, elementsLookedFor: true },
  );
  cookie.ines = await signIn(site, castMember('patient'));
  cookie.dana = await signIn(site, castMember('staff'));
  cookie.amara = await signIn(site, castMember('privacyOfficer'));
  cookie.auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

const get = (path: string, Cookie: string) => site.ask(path, { headers: { Cookie } });
const post = (path: string, fields: Record<string, string>, who: string) =>
  site.ask(path, asForm(fields, who));
const to = ({ status, headers }: Answer) => `${status} ${headers.location ?? ''}`;
const newestEvent = (where: object) =>
  site.world.db.auditEvent.findFirst({
    where,
    orderBy: { id: 'desc' },
    select: { type: true, visibleToPatient: true, after: true, actorName: true, reason: true },
  });

describe('a list as files', () => {
  it.each([
    ['csv', 'text/csv', 'Sheriff of Orchard County'],
    ['json', 'application/json', '"format": 2'],
    ['fhir', 'application/fhir+json', '"AuditEvent"'],
  ])(
    '%s, for its patient and for staff, from what was kept, and each is noted',
    async (format, type, holds) => {
      for (const [path, who] of [
        [`/requests/${requestId}/list/${format}`, cookie.ines],
        [`/staff/requests/${requestId}/list/${format}`, cookie.dana],
      ] as const) {
        const answer = await get(path, who);
        expect(answer.status).toBe(200);
        expect(answer.headers['content-type']).toContain(type);
        expect(answer.headers['cache-control']).toMatch(/no-store/);
        expect(answer.headers['content-disposition']).toContain('attachment');
        expect(answer.text).toContain(holds);
      }
      expect(await newestEvent({ type: 'accounting.downloaded', requestId })).toMatchObject({
        visibleToPatient: true,
      });
      expect((await get(`/requests/${requestId}/list/xml`, cookie.ines)).status).toBe(404);
    },
  );
});

describe('the record of what was sent', () => {
  const search = (fields: Record<string, string>, who = cookie.dana) =>
    post('/staff/disclosures', { layer: 'both', ...fields }, who);

  it.each([
    ['patient number', { number: 'RB000417', vendor: 'ours' }],
    ['study', { study: '1.2.999.7' }],
    ['accession number', { study: 'ACC-77' }],
    ['time and basis', { from: '2026-11-22', to: '2026-11-22', basis: 'requiredByLaw' }],
  ])('is found by %s, with rule, evidence and hash', async (_name, fields) => {
    const asked = 'vendor' in fields ? { ...fields, vendor: id.vendor } : fields;
    const { status, text } = await search(asked);
    expect(status).toBe(200);
    expect(text).toContain('SHERIFF_AE');
    expect(text).toContain('Stated by staff, not by a rule');
  });

  it('is not found by another day, another basis, another list, or another number', async () => {
    const others: Record<string, string>[] = [
      { from: '2026-11-23', study: 'ACC-77' },
      { study: 'ACC-77', basis: 'treatment' },
      { study: 'ACC-77', layer: 'also' },
      { study: 'ACC-77', number: 'RB000902' },
    ];
    for (const fields of others)
      expect((await search(fields)).text, JSON.stringify(fields)).toContain('Nothing found');
  });

  it('is not shown whole: some patient, recipient, study or time is asked for', async () => {
    expect((await search({ basis: 'treatment' })).status).toBe(400);
  });

  it('shows the hash of each message, and tells the patient who looked', async () => {
    const { text } = await search({ number: 'RB000417' }, cookie.auditor);
    const evidence = await site.world.db.disclosureEvidence.findFirstOrThrow({
      where: { disclosure: { patientId: id.ines } },
      select: { auditRecord: { select: { sha256: true } } },
    });
    expect(text).toContain(evidence.auditRecord.sha256);
    expect(await newestEvent({ type: 'records.read', patientId: id.ines })).toMatchObject({
      visibleToPatient: true,
    });
    expect(await newestEvent({ type: 'records.read', subjectKind: 'ledgerSearch' })).toMatchObject({
      visibleToPatient: false,
    });
  });

  it('goes on page by page, each row once, and nothing of the search is in an address', async () => {
    await site.world.db.disclosure.createMany({
      data: Array.from({ length: 60 }, (_, n) => ({
        patientId: id.ines,
        vendorId: id.vendor,
        occurredAt: new Date(Date.UTC(2010, 0, 1, 12, Math.floor(n / 3))),
        recordedAt: site.clock.now(),
        destination: `PAGED_${n}_AE`,
        sopClassUids: [],
        legallyRequired: true,
      })),
    });
    const seen: string[] = [];
    let after: string | undefined;
    for (let page = 0; page < 3; page += 1) {
      const { text } = await search({ to: '2010-12-31', ...(after ? { after } : {}) });
      seen.push(...[...text.matchAll(/>PAGED_(\d+)_AE</g)].map(([, n = '']) => n));
      after = /name="after" value="([^"]+)"/.exec(text)?.[1];
    }
    expect(after).toBeUndefined();
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });
});

describe('an agency’s statement', () => {
  it('is recorded by the officer, and the patient sees nothing of it and of what it hides', async () => {
    const shown = await get('/disclosures', cookie.ines);
    expect(shown.text).toContain('Sheriff of Orchard County');
    const at = `/officer/suspensions/new/${id.ines}`;
    const fields = {
      agency: id.vendor,
      kind: 'lawEnforcement',
      form: 'oral',
      statedOn: '2026-11-22',
      official: 'Lt. canary-official',
      says: 'canary-statement',
    };
    expect((await post(at, { ...fields, endsOn: '2027-11-22' }, cookie.amara)).status).toBe(400);
    expect((await post(at, fields, cookie.dana)).status).toBe(403);
    expect(to(await post(at, { ...fields, endsOn: '' }, cookie.amara))).toBe(
      '302 /officer/suspensions?done=recorded',
    );
    for (const path of ['/disclosures', '/home', '/account/activity', '/opt-outs/new'])
      expect((await get(path, cookie.ines)).text, path).not.toMatch(/Sheriff|canary-|agenc|suspen/i);
    // What was given before stays as it was given.
    expect((await get(`/requests/${requestId}`, cookie.ines)).text).toContain('Sheriff of Orchard County');
    const officers = await get('/officer/suspensions', cookie.amara);
    for (const text of ['canary-official', 'canary-statement', 'December 22, 2026'])
      expect(officers.text).toContain(text);
    expect((await get('/officer/suspensions', cookie.dana)).status).toBe(403);
    const mark = 'an agency’s statement is in force';
    const searched = async (who: string) =>
      (await post('/staff/disclosures', { layer: 'both', study: 'ACC-77' }, who)).text;
    expect(await searched(cookie.dana)).not.toContain(mark);
    expect(await searched(cookie.amara)).toContain(mark);
    expect(await newestEvent({ type: 'accounting.suspended' })).toMatchObject({ visibleToPatient: false });

    const { id: suspension } = await site.world.db.accountingSuspension.findFirstOrThrow({
      select: { id: true },
    });
    expect(to(await post('/officer/suspensions', { suspension }, cookie.amara))).toBe(
      '302 /officer/suspensions?done=ended',
    );
    expect((await post('/officer/suspensions', { suspension }, cookie.amara)).status).toBe(409);
    expect((await get('/disclosures', cookie.ines)).text).toContain('Sheriff of Orchard County');
  });
});

describe('images sent against a “no”', () => {
  const mails = () => site.world.db.notice.count({ where: { kind: 'optOutAlert' } });
  const raise = (disclosureId: string) =>
    inTransaction(site.world.db, (tx) =>
      openAlert(
        tx,
        {
          disclosureId,
          patientId: id.ines,
          optOutId: id.optOut,
          purpose: 'MLTRAINING',
          raisedAt: site.clock.now(),
        },
        site.clock.now(),
      ),
    );

  it('are one alert a disclosure, with a promised day and the law’s day, and one mail', async () => {
    expect([await raise(id.sent), await raise(id.sent)]).toEqual([true, false]);
    const alert = await site.world.db.optOutAlert.findFirstOrThrow();
    id.alert = alert.id;
    // Sunday, 22 November 2026: five business days over Thanksgiving, and sixty days for a breach.
    expect(alert.breachDueOn?.toISOString().slice(0, 10)).toBe('2027-01-21');
    expect(alert).toMatchObject({
      ruleId: 'promise.optOutAlert',
      state: 'open',
      breachRuleId: 'hipaa.breach.individual',
    });
    expect(await mails()).toBe(1);
  });

  it('stand on the officer’s first page with a count that opens their list', async () => {
    const home = await get('/officer', cookie.amara);
    expect(home.text).toContain('href="/officer/alerts"');
    const list = await get('/officer/alerts', cookie.amara);
    expect(list.text).toContain('Waiting (1)');
    expect(list.text).toContain(`/officer/alerts/${id.alert}`);
    const one = await get(`/officer/alerts/${id.alert}`, cookie.auditor);
    for (const text of ['45 CFR 164.404(b)', 'January 21, 2027', 'Facility promise'])
      expect(one.text.toLowerCase()).toContain(text.toLowerCase());
    expect((await get('/officer/alerts', cookie.dana)).status).toBe(403);
    expect((await get('/disclosures', cookie.ines)).text).toContain(
      'Our privacy officer will look into it by',
    );
  });

  it('are taken up and closed with outcome and reason, once, and can be opened again', async () => {
    const at = `/officer/alerts/${id.alert}`;
    const act = (fields: Record<string, string>, who = cookie.amara) => post(at, fields, who);
    const saved = `302 ${at}?done=saved`;
    expect((await act({ intent: 'takeUp', version: '1' }, cookie.auditor)).status).toBe(403);
    expect(to(await act({ intent: 'takeUp', version: '1' }))).toBe(saved);
    expect((await act({ intent: 'takeUp', version: '1' })).status).toBe(409);
    expect((await get('/disclosures', cookie.ines)).text).toContain('is looking into it now');
    expect((await act({ intent: 'close', version: '2', outcome: 'breach', reason: ' ' })).status).toBe(400);
    expect((await act({ intent: 'close', version: '2', reason: 'x' })).status).toBe(400);
    expect(to(await act({ intent: 'close', version: '2', outcome: 'breach', reason: 'canary-reason' }))).toBe(
      saved,
    );
    expect((await get(at, cookie.amara)).text).toContain('canary-reason');
    expect((await get('/officer/alerts', cookie.amara)).text).toContain('Closed (1)');
    const told = await get('/disclosures', cookie.ines);
    expect(told.text).toContain('It was a breach.');
    expect(told.text).not.toContain('canary-reason');
    expect(await newestEvent({ type: 'optOutAlert.closed' })).toMatchObject({
      actorName: 'Amara Diallo',
      after: { state: 'closed', outcome: 'breach' },
    });
    expect(to(await act({ intent: 'reopen', version: '3', reason: 'New facts' }))).toBe(saved);
    expect((await site.world.db.optOutAlert.findFirstOrThrow()).state).toBe('lookedInto');
  });

  it('of events that have no alert are caught up, once; a last day reminds once', async () => {
    const other = await site.world.db.disclosure.findFirstOrThrow({
      where: { patientId: id.ines, id: { not: id.sent } },
      select: { id: true },
    });
    await site.world.db.auditEvent.create({
      data: {
        at: site.clock.now(),
        type: 'disclosure.contradictsOptOut',
        actorKind: 'system',
        actorName: 'Test',
        subjectKind: 'disclosure',
        subjectId: other.id,
        patientId: id.ines,
        // Against no “no”: the “yes” was missing that was needed.
        after: { optOutId: null, purpose: 'MLTRAINING' },
        visibleToPatient: true,
      },
      select: { id: true },
    });
    expect([await catchUpAlerts(site.world), await catchUpAlerts(site.world)]).toEqual([1, 0]);
    const lacked = await site.world.db.optOutAlert.findFirstOrThrow({ where: { disclosureId: other.id } });
    for (const page of ['/officer/alerts', `/officer/alerts/${lacked.id}`])
      expect((await get(page, cookie.amara)).text).toContain('a “yes” was needed, and none was on record');
    // Less than an hour after the first mail: the officer finds it in the same list.
    expect(await mails()).toBe(1);
    expect(await remindOfAlerts(site.world)).toBe(0);
    site.clock.advance(hours(24 * 12));
    expect([await remindOfAlerts(site.world), await remindOfAlerts(site.world)]).toEqual([2, 0]);
    expect(await mails()).toBe(2);
  });

  it.each([
    ['remove', 'delete from opt_out_alert'],
    ['move to another day', `update opt_out_alert set due_on = due_on + 1`],
    ['close without a reason', `update opt_out_alert set state = 'closed', outcome = 'allowed'`],
  ])('the database refuses to %s', async (_name, sql) => {
    await expect(connected(site.databaseUrl, (client) => client.query(sql))).rejects.toThrow(/opt_out_alert/);
  });
});
