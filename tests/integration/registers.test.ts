import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { watchSources } from '#app/disclosures/watch-sources.server.ts';
import {
  bytesOf,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { asForm, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, hours, somebody } from '#tests/support/world.ts';

// What the facility knows of who sends and who receives, through the pages: sources, rules, companies.

let site: Site;
const cookie = { dana: '', amara: '', auditor: '' };
const vendor = { kestrel: '', umbra: '' };
const minutes = (count: number) => count * 60_000;

beforeAll(async () => {
  site = await startSite();
  for (const slug of ['kestrel', 'umbra'] as const)
    vendor[slug] = (
      await site.world.db.vendor.findUniqueOrThrow({ where: { slug }, select: { id: true } })
    ).id;
  cookie.dana = await signIn(site, castMember('staff'));
  cookie.amara = await signIn(site, castMember('privacyOfficer'));
  cookie.auditor = await signIn(site, castMember('auditor'));
});
afterAll(() => site.stop());

const get = (path: string, Cookie = cookie.amara) => site.ask(path, { headers: { Cookie } });
const post = (path: string, fields: Record<string, string>, who = cookie.amara) =>
  site.ask(path, asForm(fields, who));
const to = ({ status, headers }: Answer) => `${status} ${headers.location ?? ''}`;
const newestEvent = (type: string) =>
  site.world.db.auditEvent.findFirst({
    where: { type },
    orderBy: { id: 'desc' },
    select: { actorName: true, before: true, after: true, reason: true, visibleToPatient: true },
  });

const receiverXml = (title: string) =>
  `<ActiveParticipant UserID="${title}" UserIsRequestor="false"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110119"/></ActiveParticipant>`;

async function sendTo(title: string, minute: number) {
  const { results } = await takeInDicomAudit(site.world, {
    bytes: bytesOf(
      messageXml({
        dateTime: new Date(site.clock.now().getTime() - minutes(minute)).toISOString(),
        participants: [sourceXml, receiverXml(title)],
        objects: [patientXml(), studyXml()],
      }),
    ),
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: site.clock.now(),
  });
  return results[0];
}

describe('a source of reports', () => {
  const source = 'dcm4chee-arc';
  const path = `/officer/sources/${sha256Hex(source)}`;
  const nothing = { intent: 'set', every: '', from: '', to: '', issuer: '', zone: '' };

  it('is expected to report, by an officer with a fresh factor, and its silence is drawn and told', async () => {
    expect((await post(path, { ...nothing, every: '24' }, cookie.auditor)).status).toBe(403);
    const typed = { every: '6', from: '19', to: '7' };
    const wrong = await post(path, { ...nothing, ...typed });
    expect(wrong.status).toBe(400);
    expect(wrong.text).toContain('Enter an hour after the first');
    expect((await post(path, { ...nothing, zone: 'Mars/Base' })).text).toContain(
      'There is no such time zone',
    );

    expect(to(await post(path, { ...nothing, every: '24', issuer: 'RIVERBEND' }))).toBe(
      `302 ${path}?done=saved`,
    );
    expect(await newestEvent('source.set')).toMatchObject({
      actorName: 'Amara Diallo',
      before: { rhythm: null, defaultIssuer: null },
      after: { rhythm: { everyHours: 24, work: null }, defaultIssuer: 'RIVERBEND' },
    });
    const again = await post(path, { ...nothing, every: '24', issuer: 'RIVERBEND' });
    expect(again.text).toContain('nothing was changed');

    expect((await get('/officer/sources')).text).toContain('None of ');
    site.clock.advance(hours(25));
    // Sessions have ended, and factors are not fresh any more.
    cookie.amara = await signIn(site, castMember('privacyOfficer'));
    expect((await get('/officer/sources')).text).toMatch(/1 of \d+ is silent for longer than it may be/);
    await watchSources(site.world);
    const { text } = await get(path);
    expect(text).toContain('Silent too long');
    expect(text).toMatch(/<title>dcm4chee-arc: reports on \d+ of the last 90 days, 2 days of silence/);
    expect(text).toContain('What is expected was set');
    expect((await get('/officer')).text).toContain('1 source of reports is silent');

    site.clock.advance(minutes(11));
    const stale = await post(path, nothing);
    expect(to(stale)).toMatch(/^302 \/confirm\?next=%2Fkept/);
    cookie.amara = await signIn(site, castMember('privacyOfficer'));
    expect((await get(`/officer/sources/${'0'.repeat(64)}`)).status).toBe(404);
  });

  it('is spoken for by the certificate that is trusted', async () => {
    const fingerprint = 'ab'.repeat(32);
    const unknown = await post(path, { intent: 'trust', fingerprint });
    expect(unknown.status).toBe(409);
    await site.world.db.sourceSender.create({
      data: { auditSourceId: source, fingerprint, subject: 'CN=archive', firstSeenAt: new Date(0) },
    });
    expect((await post(path, { intent: 'trust', fingerprint })).status).toBe(302);
    expect(await newestEvent('source.set')).toMatchObject({ after: { trusted: [fingerprint] } });
    expect((await get(path)).text).toContain('Trust it no more: CN=archive');
    expect((await post(path, { intent: 'distrust', fingerprint })).status).toBe(302);
  });
});

describe('a rule of what images go out for', () => {
  const path = () => `/officer/settings/rules/${vendor.umbra}`;
  const expectedOn = ({ text }: Answer) => /name="expected" value="([^"]*)"/.exec(text)?.[1] ?? '';
  const research = {
    purpose: 'HRESCH',
    basis: 'irbWaiver',
    list: 'law',
    validFrom: '',
    reason: 'New contract',
  };

  it('is made by version, after its effect was shown, by an officer with a fresh factor', async () => {
    expect((await sendTo('UMBRA_CAD', 5))?.state).toBe('accepted');
    const rule = { ...research, expected: expectedOn(await get(path())) };
    cookie.auditor = await signIn(site, castMember('auditor'));
    expect((await post(path(), { ...rule, intent: 'show' }, cookie.auditor)).status).toBe(403);

    const unfounded = await post(path(), { ...rule, intent: 'show', list: 'treatmentPaymentOperations' });
    expect(unfounded.text).toContain('does not fit that reason');
    const early = await post(path(), { ...rule, intent: 'make', validFrom: '2026-01-01' });
    expect(early.text).toContain('Another version was in force then');

    const shown = await post(path(), { ...rule, intent: 'show' });
    expect(shown.text).toMatch(/Of the newest (\d+) releases of the last year, it would class \1 otherwise/);
    expect(shown.text).toMatch(/[1-9]\d* would come into the list the law requires, 0 would leave it/);
    expect(await site.world.db.releaseRule.count({ where: { vendorId: vendor.umbra } })).toBe(1);

    expect(to(await post(path(), { ...rule, intent: 'make' }))).toBe(`302 ${path()}?done=made`);
    expect(await newestEvent('releaseRule.made')).toMatchObject({
      actorName: 'Amara Diallo',
      reason: 'New contract',
      before: { version: 1, purpose: 'MLTRAINING' },
      after: { version: 2, purpose: 'HRESCH', legalBasis: 'irbWaiver', legallyRequired: true },
    });
    expect((await post(path(), { ...rule, intent: 'make' })).status).toBe(409);

    site.clock.advance(minutes(2));
    await sendTo('UMBRA_CAD', 1);
    const rows = await site.world.db.disclosure.findMany({
      where: { vendorId: vendor.umbra },
      orderBy: { occurredAt: 'desc' },
      take: 2,
      select: { purpose: true, releaseRuleVersion: true, legallyRequired: true },
    });
    expect(rows).toEqual([
      { purpose: 'HRESCH', releaseRuleVersion: 2, legallyRequired: true },
      { purpose: 'MLTRAINING', releaseRuleVersion: 1, legallyRequired: false },
    ]);
    const { text } = await get(path());
    expect(text).toContain('New contract');
    expect(text).toContain('It came with the register');

    site.clock.advance(minutes(11));
    const stale = await post(path(), {
      ...rule,
      expected: expectedOn(await get(path())),
      intent: 'make',
      list: 'law',
      purpose: 'CLINTRCH',
    });
    expect(to(stale)).toMatch(/^302 \/confirm/);
    cookie.amara = await signIn(site, castMember('privacyOfficer'));
  });
});

describe('a company of the register', () => {
  const at = () => `/staff/vendors/${vendor.kestrel}`;
  const reason = 'They wrote to us';

  it('gets an address from a day on, of which nobody else is the owner; reports that waited are settled, and earlier ones shown', async () => {
    cookie.dana = await signIn(site, castMember('staff'));
    cookie.auditor = await signIn(site, castMember('auditor'));
    const beforeItIsValid = site.clock.now().getTime() - Date.parse('2026-02-20T12:00:00Z');
    for (const minute of [60, beforeItIsValid / minutes(1)])
      expect((await sendTo('KESTREL_R2', minute))?.state).toBe('unmapped');
    const add = (fields: Record<string, string>, path = `${at()}/add/endpoint`) =>
      post(
        path,
        { kind: 'aeTitle', value: 'KESTREL_R2', validFrom: '2026-03-01', reason, ...fields },
        cookie.dana,
      );
    expect((await add({ value: 'SEVENTEEN_LETTERS' })).text).toContain('An AE title has 1 to 16');
    expect((await add({ value: 'UMBRA_CAD' })).text).toContain('Umbra CAD has this address at that time');
    expect(to(await add({}))).toBe(`302 ${at()}?done=added`);
    expect((await add({})).text).toContain('It has this address at that time already');
    expect((await add({}, '/staff/vendors/own/add/endpoint')).text).toContain(
      'Kestrel Research Institute has',
    );
    expect(await newestEvent('endpoint.added')).toMatchObject({
      actorName: 'Dana Whitlow',
      reason,
      after: {
        vendorId: vendor.kestrel,
        kind: 'aeTitle',
        value: 'KESTREL_R2',
        validFrom: '2026-03-01T05:00:00.000Z',
      },
    });
    const shown = async () => (await get(at(), cookie.auditor)).text;
    await expect.poll(shown, { timeout: 20_000 }).toContain('1 report waits that names an address of it');
    expect(await shown()).not.toContain('/end/');
    expect((await sendTo('KESTREL_R2', 2))?.state).toBe('accepted');
  });

  it('loses it from a day on; the row stays, and its end is written once', async () => {
    const { id } = await site.world.db.vendorEndpoint.findFirstOrThrow({
      where: { value: 'KESTREL_R2' },
      select: { id: true },
    });
    const end = (on: string, path = `${at()}/end/${id}`) => post(path, { on, reason }, cookie.dana);
    expect((await end('2026-02-01')).text).toContain('It cannot end before it began');
    expect(to(await end('2026-09-01'))).toBe(`302 ${at()}?done=ended`);
    expect((await end('2026-10-01')).text).toContain('It ends before that day already');
    expect(await newestEvent('endpoint.ended')).toMatchObject({
      reason,
      before: { value: 'KESTREL_R2', validTo: null },
      after: { validTo: '2026-09-01T04:00:00.000Z' },
    });
    expect((await end('2026-08-01', `/staff/vendors/${vendor.umbra}/end/${id}`)).status).toBe(404);
    expect((await sendTo('KESTREL_R2', 1))?.state).toBe('unmapped');
    await expect(
      site.world.db.$executeRaw`update vendor_endpoint set valid_to = '2027-01-01' where id = ${id}::uuid`,
    ).rejects.toThrow(/is kept as it was written/);
  });

  it('is added, changed, and bound by agreements that end', async () => {
    const facts = {
      name: 'Lumen AI',
      relationship: 'businessAssociate',
      address: '',
      contact: 'privacy@lumen.example',
      reason,
    };
    const added = await post('/staff/vendors/new', facts, cookie.dana);
    const path = /^302 (\/staff\/vendors\/[0-9a-f-]{36})\?done=added$/.exec(to(added))?.[1] ?? '';
    expect(path).not.toBe('');
    expect((await post('/staff/vendors/new', facts, cookie.dana)).text).toContain(
      'is in the register already',
    );
    expect((await post('/staff/vendors/new', { ...facts, name: '检查' }, cookie.dana)).text).toContain(
      'letters or digits',
    );
    expect((await post(`${path}/edit`, facts, cookie.dana)).text).toContain('nothing was changed');
    expect((await post(`${path}/edit`, { ...facts, address: '1 Lamp Road' }, cookie.dana)).status).toBe(302);
    expect(await newestEvent('vendor.changed')).toMatchObject({
      before: { address: null },
      after: { address: '1 Lamp Road' },
      reason,
    });
    const agreement = { kind: 'dataUse', value: 'DUA 7', validFrom: '2026-01-01', reason };
    expect(to(await post(`${path}/add/agreement`, agreement, cookie.dana))).toBe(`302 ${path}?done=added`);
    const { text } = await get(path, cookie.dana);
    expect(text).toContain('DUA 7');
    // No rule, and nobody asked the company: not answered is not "no".
    expect(text).toContain('Answered 1 of 5');
    const row = await site.world.db.vendorAgreement.findFirstOrThrow({
      where: { reference: 'DUA 7' },
      select: { id: true },
    });
    const ended = await post(`${path}/end/${row.id}`, { on: '2026-06-01', reason }, cookie.dana);
    expect(to(ended)).toBe(`302 ${path}?done=ended`);
    expect(await newestEvent('agreement.ended')).toMatchObject({ after: { validTo: '2026-06-01' }, reason });
    const register = await get('/staff/vendors', cookie.auditor);
    expect(register.text).toContain('Lumen AI');
    expect(register.text).not.toContain('/staff/vendors/new');
  });
});

describe('a report that waits', () => {
  it('says in words what is wrong, in both languages', async () => {
    await takeInDicomAudit(site.world, {
      bytes: bytesOf(messageXml({ objects: [studyXml()] })),
      channel: 'dicomAuditHttp',
      actor: somebody,
      now: site.clock.now(),
    });
    const { text } = await get('/staff/unmatched?kind=quarantined', cookie.dana);
    expect(text).toContain('It names no patient');
    expect(text).toContain('It names more than one patient');
    expect(text).not.toMatch(/>[^<]*(noPatient|severalPatients)/);
  });

  it('is decided from the day of the first transfer of its kind on, where nobody says another', async () => {
    const receiver =
      '<ActiveParticipant UserID="NEWCOMER" UserIsRequestor="false"><RoleIDCode csd-code="110152"/></ActiveParticipant>';
    // The earlier one comes later; at the facility it was still February.
    for (const dateTime of ['2026-03-09T15:00:00Z', '2026-03-01T04:30:00Z'])
      await takeInDicomAudit(site.world, {
        bytes: bytesOf(messageXml({ dateTime, participants: [sourceXml, receiver] })),
        channel: 'dicomAuditHttp',
        actor: somebody,
        now: site.clock.now(),
      });
    const { groupId } = await site.world.db.waitingRecord.findFirstOrThrow({
      where: { groupKey: { path: ['aeTitles'], equals: ['NEWCOMER'] } },
      select: { groupId: true },
    });
    const { text } = await get(`/staff/unmatched/${groupId}`, cookie.dana);
    expect(/<input[^>]*name="validFrom"[^>]*>/.exec(text)?.[0]).toContain('value="2026-02-28"');
    // Everything that is missing is said at once, beside its field.
    const empty = { vendor: '', validFrom: 'soon', number: '', issuer: '', reason: ' ' };
    const unsaid = await post(
      `/staff/unmatched/${groupId}`,
      { intent: 'show', kind: 'vendorEndpoint', ...empty },
      cookie.dana,
    );
    expect(unsaid.status).toBe(400);
    for (const words of [
      '“Company”: Please choose one.',
      '“Since when”: Enter a real date.',
      '“Reason”: Say why.',
    ])
      expect(unsaid.text).toContain(words);
    // Put right elsewhere, it is tried again; a decision there is none.
    const tried = await post(`/staff/unmatched/${groupId}`, { intent: 'tryAgain' }, cookie.dana);
    expect(to(tried)).toBe('302 /staff/unmatched?done=triedAgain');
    const doubtful = await site.world.db.waitingRecord.findFirstOrThrow({
      where: { groupKey: { path: ['reason'], equals: 'noPatient' } },
      select: { groupId: true },
    });
    const page = `/staff/unmatched/${doubtful.groupId}`;
    expect((await get(page, cookie.dana)).text).not.toContain('Try again');
    expect((await post(page, { intent: 'tryAgain' }, cookie.dana)).text).toContain(
      'This cannot be decided here.',
    );
  });
});
