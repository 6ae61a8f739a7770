import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callsAMinute } from '#app/people/machine-keys.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import type { MachineScope } from '#app/people/can.ts';
import { decideGroup } from '#app/disclosures/matching-decide.server.ts';
import { settleDecided } from '#app/disclosures/matching-settle.server.ts';
import type { IngestAnswer } from '#app/disclosures/ingest/intake.server.ts';
import { sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { batchResponse } from '#app/web/calls/fhir.ts';
import { fhirJson, operationOutcome } from '#app/web/operation-outcome.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { asMultipart, type SentFile } from '#tests/support/multipart.ts';
import { smallPdf, smallZip } from '#tests/support/small-files.ts';
import {
  asForm,
  asMachine,
  expectOutcome,
  expectProblem,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { castMember, patientOf, personOf, somebody } from '#tests/support/world.ts';

// The ways into the record of what was sent, but for audit messages and CSV by HTTP: FHIR, by hand, files of staff; and the way out for programs.

let site: Site;
const keys: Record<string, string> = {};

beforeAll(async () => {
  site = await startSite();
  for (const scope of ['fhir:write', 'disclosures:write'] satisfies MachineScope[])
    keys[scope] = (
      await createMachineClient(site.world.db, {
        name: scope,
        scopes: [scope],
        actor: somebody,
        now: site.clock.now(),
      })
    ).key;
});
afterAll(() => site.stop());

const bundle = readFileSync(new URL('../fixtures/fhir/fhir-auditevent-bundle.json', import.meta.url));
const batchOf = (answer: Answer) => (answer.json() as { id: string }).id;
const ends = (answer: Answer) =>
  (answer.json() as IngestAnswer).results.map(({ state, reason }) => [state, reason ?? null]);

describe('FHIR', () => {
  /** State or reason of each entry, and its status; null where the status alone says it. */
  const entries = (answer: Answer) => {
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'application/fhir+json; charset=utf-8',
    ]);
    return batchResponse
      .parse(answer.json())
      .entry.map(({ response: { status, outcome } }) => [
        Number(status.slice(0, 3)),
        outcome.issue[0]?.details.coding?.[0]?.code,
      ]);
  };
  const became = (answer: Answer) => {
    expect([answer.status, answer.headers['content-type']]).toEqual([
      202,
      'application/fhir+json; charset=utf-8',
    ]);
    const [issue] = operationOutcome.parse(answer.json()).issue;
    return [issue?.severity, issue?.details.coding?.[0]?.code];
  };
  const post = (body: string | Uint8Array, path = '/fhir/r4/AuditEvent', more: Record<string, string> = {}) =>
    site.ask(path, asMachine(body, { key: keys['fhir:write'], type: 'application/fhir+json', more }));

  it('a Bundle at either address is the events that XML told of, with one more piece of evidence', async () => {
    const { db } = site.world;
    const first = await post(bundle, '/fhir/r4');
    expect(entries(first)).toEqual([
      [200, 'duplicate'],
      [200, 'duplicate'],
      [201, 'accepted'],
    ]);
    const proofs = await db.disclosureEvidence.findMany({
      where: { disclosure: { evidence: { some: { auditRecord: { batchId: batchOf(first), index: 0 } } } } },
      select: { role: true, auditRecord: { select: { format: true, rawSealed: true } } },
    });
    expect(proofs.map(({ role, auditRecord }) => `${auditRecord.format} ${role}`)).toEqual(
      expect.arrayContaining(['dicomAudit report', 'fhirAuditEvent corroboration']),
    );
    expect(JSON.stringify(proofs)).not.toContain('RIVERPACS');
    // The same again, at the address of one event: nothing new.
    const before = await db.disclosure.count();
    expect(entries(await post(bundle)).every(([, code]) => code === 'duplicate')).toBe(true);
    expect(await db.disclosure.count()).toBe(before);
  });

  it('one event that comes before its XML is the report, and XML the second witness', async () => {
    const told = JSON.parse(bundle.toString()) as { entry: { resource: { recorded: string } }[] };
    const { resource } = told.entry[0]!;
    const event = { ...resource, recorded: '2026-10-14T12:15:02.417Z' };
    expect(became(await post(JSON.stringify(event)))).toEqual(['information', 'accepted']);
    const xml = Buffer.from(sample('01-dcm4chee-cmove-transferred.xml'))
      .toString('latin1')
      .replace('2026-09-14', '2026-10-14');
    const answer = await site.ask(
      '/api/v1/disclosures/dicom-audit',
      asMachine(xml, { key: keys['disclosures:write'], type: 'application/xml' }),
    );
    expect(ends(answer)).toEqual([['duplicate', null]]);
  });

  it('of a patient or a recipient that nobody knows waits for staff, and is settled by a decision as all others', async () => {
    const waiting = await site.world.db.waitingRecord.count();
    const stranger = bundle.toString().replaceAll('Patient/rb000417', 'https://pacs.example/fhir/Patient/5');
    expect(entries(await post(stranger))[0]).toEqual([202, 'patientUnknown']);
    expect(await site.world.db.waitingRecord.count()).toBe(waiting + 1);
    const row = await site.world.db.waitingRecord.findFirstOrThrow({
      orderBy: { recordId: 'desc' },
      select: { groupId: true, groupKey: true, record: { select: { format: true } } },
    });
    expect(row).toMatchObject({
      groupKey: { issuer: 'https://pacs.example/fhir', number: '5' },
      record: { format: 'fhirAuditEvent' },
    });
    const ines = await patientOf(site.world, 'RB000417');
    const decided = await decideGroup(site.world, {
      actor: await personOf(site.world, 'staff'),
      groupId: row.groupId,
      choice: { kind: 'patientIdentifier', patientId: ines.patientId },
      reason: 'The number of the other archive',
    });
    if (!decided.ok) throw new Error(decided.refusal);
    await settleDecided(site.world, decided.decisionId);
    expect(await site.world.db.waitingRecord.count()).toBe(waiting);
  });

  it('takes an Idempotency-Key, one body alone for it, and keeps what it refuses', async () => {
    const again = { 'Idempotency-Key': 'fhir-1' };
    const [one, two] = [await post(bundle, undefined, again), await post(bundle, undefined, again)];
    expect(two.json()).toEqual(one.json());
    expectOutcome(await post('{"resourceType":"Bundle"}', undefined, again), 409, { code: 'conflict' });
    const refused = await post('{"resourceType":"Patient","id":"canary"}');
    expectOutcome(refused, 400, { severity: 'error', code: 'invalid' });
    expect(await site.world.db.auditRecord.count({ where: { reason: 'wrongResource' } })).toBe(1);
  });

  it.each<[string, string | Uint8Array, string, number, string, string?]>([
    ['nothing', '', fhirJson, 400, 'invalid', 'empty'],
    ['no JSON', '{"resourceType":"Canary"', fhirJson, 400, 'invalid', 'notJson'],
    ['a member twice', '{"canary":1,"canary":2}', fhirJson, 400, 'invalid', 'notJson'],
    [
      'Latin-1',
      Buffer.from('{"a":"Canari\xe9"}', 'latin1'),
      fhirJson,
      400,
      'invalid',
      'bytesDoNotFitEncoding',
    ],
    ['another resource', '{"resourceType":"Canary"}', fhirJson, 400, 'invalid', 'wrongResource'],
    [
      'an event without a type',
      '{"resourceType":"AuditEvent","id":"canary"}',
      fhirJson,
      400,
      'invalid',
      'wrongResource',
    ],
    [
      'nesting without end',
      `${'['.repeat(90)}"canary"${']'.repeat(90)}`,
      fhirJson,
      422,
      'processing',
      'tooDeep',
    ],
    ['XML', '<AuditEvent id="canary"/>', 'application/fhir+xml', 415, 'not-supported'],
  ])(
    '%s is refused with an OperationOutcome that repeats none of it',
    async (_, body, type, status, code, reason) => {
      for (const path of ['/fhir/r4', '/fhir/r4/AuditEvent']) {
        const answer = await site.ask(path, asMachine(body, { key: keys['fhir:write'], type }));
        expectOutcome(answer, status, { severity: 'error', code });
        if (reason) expect(answer.text).toContain(`"code":"${reason}"`);
        expect(answer.text).not.toMatch(/canar/i);
      }
    },
  );

  it('an entry that cannot be taken says why in its own outcome, and loses no other one', async () => {
    const told = JSON.parse(bundle.toString()) as { entry: { resource: Record<string, unknown> }[] };
    const [good] = told.entry;
    const event = { ...good!.resource, recorded: '2026-10-16T12:15:02.417Z' };
    const answer = await post(
      JSON.stringify({
        resourceType: 'Bundle',
        type: 'transaction',
        entry: [
          { resource: { resourceType: 'Patient', name: [{ family: 'Canary' }] } },
          { fullUrl: 'urn:canary' },
          { resource: { ...event, type: { code: 7 } } },
          { resource: { ...event, agent: Array(1_001).fill({ name: 'canary' }) } },
          { resource: { ...event, recorded: 'canary' } },
          { resource: { ...event, type: { code: 'rest', system: 'urn:canary' }, subtype: [] } },
          { resource: event },
        ],
      }),
    );
    expect(entries(answer)).toEqual([
      [400, 'wrongResource'],
      [400, 'wrongResource'],
      [400, 'wrongResource'],
      [422, 'tooManyParticipants'],
      [202, 'badEventTime'],
      [200, 'notATransfer'],
      [201, 'accepted'],
    ]);
    const [wrong, , third, , waits] = batchResponse.parse(answer.json()).entry;
    expect(wrong?.response.outcome.issue[0]).toMatchObject({ severity: 'error', code: 'structure' });
    expect(third?.response.outcome.issue[0]?.diagnostics).toContain('type.code');
    expect(waits?.response.outcome.issue[0]).toMatchObject({
      severity: 'warning',
      details: { text: expect.stringContaining('no time of transfer that can be read') },
    });
    expect(answer.text).not.toMatch(/canary|RB000417|Okafor/i);
  });

  it('is a machine’s way alone: no key, a cookie, another method and the pages beside it are refused', async () => {
    for (const path of ['/fhir/r4', '/fhir/r4/AuditEvent']) {
      const headers = { 'Content-Type': 'application/fhir+json' };
      const keyless = await site.ask(path, { method: 'POST', headers, body: bundle });
      expectOutcome(keyless, 401, { code: 'login' });
      expect(keyless.headers['www-authenticate']).toMatch(/^Bearer/);
      const Cookie = '__Host-plainview_session=x';
      expectOutcome(
        await site.ask(path, {
          method: 'POST',
          headers: { ...headers, Cookie, Origin: testOrigin },
          body: '{}',
        }),
        401,
      );
      const otherKey = asMachine(bundle, { key: keys['disclosures:write'] });
      expectOutcome(await site.ask(path, otherKey), 403, { code: 'forbidden' });
      // What happened is read with a key, too; a bundle is only sent.
      const read = await site.ask(path);
      if (path.endsWith('/AuditEvent')) expectOutcome(read, 401, { code: 'login' });
      else expectOutcome(read, 405, { code: 'not-supported' });
      expectOutcome(await site.ask(path, { method: 'DELETE' }), 405, { code: 'not-supported' });
    }
    // What only begins like it is a page, and has to come from one.
    for (const path of ['/fhir/r44', '/fhir/r4x/AuditEvent', '/fhir'])
      expect((await site.ask(path, { method: 'POST', body: '{}' })).status, path).toBe(403);
    const other = await site.ask('/fhir/r4/Patient', asMachine('{}', { key: keys['fhir:write'] }));
    expectOutcome(other, 404, { code: 'not-found' });
  });

  it('too many calls are told so, and when to come again', async () => {
    const { key } = await createMachineClient(site.world.db, {
      name: 'in a hurry',
      scopes: ['fhir:write'],
      actor: somebody,
      now: site.clock.now(),
    });
    const ask = () => site.ask('/fhir/r4', asMachine('<a/>', { key, type: 'text/plain' }));
    expectOutcome(await ask(), 415);
    await site.world.db.rateLimit.updateMany({
      where: { key: { startsWith: 'call:' } },
      data: { points: callsAMinute },
    });
    const answer = await ask();
    expectOutcome(answer, 429, { code: 'throttled' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    site.clock.advance(60_000);
  });
});

describe('by hand', () => {
  let ines: string;
  let dana: string;
  let auditor: string;
  const id = { ines: '', zoe: '', vendor: '', other: '', entry: '' };
  beforeAll(async () => {
    const { db } = site.world;
    [id.ines, id.zoe] = [
      (await patientOf(site.world, 'RB000417')).patientId,
      (await patientOf(site.world, 'RB000902')).patientId,
    ];
    const vendors = await db.vendor.findMany({ orderBy: { name: 'asc' }, select: { id: true } });
    [id.vendor, id.other] = [vendors[0]!.id, vendors[1]!.id];
    ines = await signIn(site, castMember('patient'));
    dana = await signIn(site, castMember('staff'));
    auditor = await signIn(site, castMember('auditor'));
  });

  const fields = (over: Record<string, string> = {}) => ({
    submissionKey: crypto.randomUUID(),
    vendor: id.vendor,
    receiver: 'Records desk, fax 555-0142',
    medium: 'disc',
    sentOn: '2026-11-10',
    sentTime: '',
    modality: 'CT',
    images: '120',
    studyOn: '2026-11-02',
    accession: '=1+1',
    studyUid: '',
    purpose: 'TREAT',
    basis: 'requiredByLaw',
    note: 'Given at the desk',
    ...over,
  });
  const scan = { name: 'receipt.pdf', bytes: smallPdf, field: 'documents' };
  const post = (
    path: string,
    sent: Record<string, string>,
    { files = [], who = dana }: { files?: SentFile[]; who?: string } = {},
  ) => site.ask(path, asMultipart(sent, files, who));
  const enter = (over: Record<string, string> = {}, how: { files?: SentFile[]; who?: string } = {}) =>
    post(`/staff/disclosures/new/${id.ines}`, fields(over), how);
  const get = (path: string, Cookie = dana) => site.ask(path, { headers: { Cookie } });
  const madeBy = ({ status, headers, text }: Answer) => {
    const [, made, done] =
      /^\/staff\/disclosures\/([0-9a-f-]{36})\?done=(\w+)$/.exec(headers.location ?? '') ?? [];
    expect([status, done], text.slice(0, 500)).toEqual([302, expect.any(String)]);
    return { made: made ?? '', done };
  };
  const rowOf = (row: string) => site.world.db.disclosure.findUniqueOrThrow({ where: { id: row } });

  it('a release is one row with its documents, sealed, and the patient sees it at once', async () => {
    const sent = fields();
    const path = `/staff/disclosures/new/${id.ines}`;
    const [first, second] = await Promise.all([
      post(path, sent, { files: [scan] }),
      post(path, sent, { files: [scan] }),
    ]);
    const { made, done } = madeBy(first);
    expect([madeBy(second).made, done]).toEqual([made, 'entered']);
    id.entry = made;
    expect(await rowOf(made)).toMatchObject({
      occurredAt: new Date('2026-11-10T17:00:00Z'),
      assumedTimeZone: null,
      timeOfDayKnown: false,
      instanceCount: 120,
      legalBasis: 'requiredByLaw',
      legallyRequired: true,
      releaseRuleId: null,
      destination: 'Records desk, fax 555-0142',
    });
    const documents = await site.world.db.entryDocument.findMany();
    expect(documents).toHaveLength(1);
    expect(documents[0]?.bytesSealed).not.toContain(smallPdf.toString('base64').slice(0, 20));
    const page = await get(`/staff/disclosures/${made}`);
    for (const text of [
      'Written down by Dana Whitlow',
      'On a CD or DVD',
      'Given at the desk',
      'receipt.pdf',
      'Only the day is known, not the time.',
    ])
      expect(page.text).toContain(text);
    // Noon is nobody's word.
    expect(page.text).not.toContain('12:00');
    expect((await get('/disclosures', ines)).text).toContain('November 10, 2026');
    // Nobody’s system: it is no source of reports.
    expect(
      await site.world.db.auditRecord.count({
        where: { format: 'staffEntry', auditSourceId: { not: null } },
      }),
    ).toBe(0);
    await expectTwice(sent);
  });

  /** The same form with other words is told so. */
  async function expectTwice(sent: Record<string, string>): Promise<void> {
    expect((await post(`/staff/disclosures/new/${id.ines}`, { ...sent, images: '121' })).status).toBe(409);
  }

  it('its document is a download for those who see the record, under its own row alone, and each reading is told', async () => {
    const document = await site.world.db.entryDocument.findFirstOrThrow({ select: { id: true } });
    const path = `/staff/disclosures/${id.entry}/documents/${document.id}`;
    const answer = await get(path, auditor);
    expect([answer.status, answer.bytes.equals(smallPdf)]).toEqual([200, true]);
    expect(answer.headers['content-disposition']).toMatch(/^attachment/);
    expect((await get(path, ines)).status).toBe(403);
    const foreign = await site.world.db.disclosure.findFirstOrThrow({ where: { id: { not: id.entry } } });
    expect((await get(`/staff/disclosures/${foreign.id}/documents/${document.id}`)).status).toBe(404);
    expect(
      await site.world.db.auditEvent.count({
        where: { type: 'evidence.read', subjectId: id.entry, visibleToPatient: true },
      }),
    ).toBe(1);
  });

  it.each<[string, Record<string, string>, SentFile[], RegExp]>([
    ['no recipient', { vendor: '' }, [], /Choose who received it/],
    ['tomorrow', { sentOn: '2026-11-23' }, [], /today or an earlier day/],
    ['nothing that was sent', { modality: '', images: '' }, [], /Say what was sent/],
    ['half an image', { images: '0.5' }, [], /whole number/],
    ['a scan ID that is none', { studyUid: '1.x' }, [], /digits with dots/],
    ['a number that hides a letter', { accession: 'A\u200b1' }, [], /cannot be seen/],
    ['a field nobody asked for', { legallyRequired: 'false' }, [], /field/i],
    ['a zip called PDF', {}, [{ ...scan, bytes: smallZip }], /PDF, JPEG, PNG or TIFF/],
    ['eleven documents', {}, Array.from({ length: 11 }, () => scan), /10 files at most/],
  ])('with %s it is refused in words, and nothing is kept', async (_, over, files, words) => {
    const before = await site.world.db.auditRecord.count();
    const answer = await enter(over, { files });
    expect([400, 409]).toContain(answer.status);
    expect(answer.text).toMatch(words);
    expect(answer.text).toContain('Records desk');
    expect(await site.world.db.auditRecord.count()).toBe(before);
  });

  it('what a report told of to the minute is one more piece of evidence for it', async () => {
    const told = await site.world.db.disclosure.findFirstOrThrow({
      where: { patientId: id.ines, studyUid: { not: null }, instanceCount: { not: null }, correctedBy: null },
      orderBy: { occurredAt: 'desc' },
    });
    const local = new Intl.DateTimeFormat('sv', {
      timeZone: 'America/New_York',
      dateStyle: 'short',
      timeStyle: 'short',
    });
    const [sentOn = '', sentTime = ''] = local.format(told.occurredAt).split(' ');
    const same = {
      vendor: told.vendorId,
      sentOn,
      sentTime,
      studyUid: told.studyUid ?? '',
      images: String(told.instanceCount),
    };
    expect(madeBy(await enter(same))).toEqual({ made: told.id, done: 'known' });
  });

  const correct = (row: string, over: Record<string, string>, how = 'otherwise') =>
    post(`/staff/disclosures/${row}/correct`, {
      ...fields(),
      how,
      reason: 'The receipt says so',
      otherNumber: '',
      ...over,
    });

  it('a correction is a new row that says why, linked both ways; lists show it alone', async () => {
    const unchanged = await correct(id.entry, { note: '', sentTime: '' });
    expect([unchanged.status, /Nothing is different/.test(unchanged.text)]).toEqual([400, true]);
    expect((await correct(id.entry, { images: '12', reason: ' ' })).status).toBe(400);
    const [one, two] = await Promise.all([
      correct(id.entry, { images: '12' }),
      correct(id.entry, { images: '13' }),
    ]);
    const taken = [one, two].filter(({ status }) => status === 302);
    expect([taken.length, [one, two].filter(({ status }) => status === 409).length]).toEqual([1, 1]);
    const { made } = madeBy(taken[0]!);
    expect(await rowOf(made)).toMatchObject({
      correctsId: id.entry,
      correctionReason: 'The receipt says so',
      occurredAt: (await rowOf(id.entry)).occurredAt,
      timeOfDayKnown: false,
    });
    const before = (await get(`/staff/disclosures/${id.entry}`)).text;
    for (const text of ['This entry was corrected', `/staff/disclosures/${made}`])
      expect(before).toContain(text);
    expect(before).not.toContain(`${id.entry}/correct`);
    const after = (await get(`/staff/disclosures/${made}`)).text;
    for (const text of [
      'This entry corrects an earlier one',
      'The receipt says so',
      `/staff/disclosures/${id.entry}`,
    ])
      expect(after).toContain(text);
    expect((await get('/disclosures', ines)).text).not.toContain('120 images');
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'disclosure.corrected', subjectId: id.entry },
        select: { actorName: true, reason: true, visibleToPatient: true, patientId: true },
      }),
    ).toEqual({
      actorName: 'Dana Whitlow',
      reason: 'The receipt says so',
      visibleToPatient: true,
      patientId: id.ines,
    });
    expect((await correct(id.entry, { images: '14' })).status).toBe(409);
    id.entry = made;
  });

  it('of a row that a rule classified leaves the rule, or has the rule of the new recipient; who states a basis is named', async () => {
    const { db } = site.world;
    const ruled = await db.disclosure.findFirstOrThrow({
      where: {
        releaseRuleId: { not: null },
        anonymized: null,
        correctedBy: null,
        vendor: { slug: 'northlight' },
      },
    });
    // The form says what nobody stated by nothing, and names the rule.
    const form = await get(`/staff/disclosures/${ruled.id}/correct`);
    expect(form.text).toMatch(/<option[^>]*value="" selected=""[^>]*>The register’s rule decides/);
    expect(form.text).toMatch(/Now: [^<]*Rule of Northlight[^<]*, version \d/);
    const said = {
      vendor: ruled.vendorId,
      receiver: ruled.destination,
      sentOn: form.text.match(/name="sentOn"[^>]*value="([\d-]+)"/)?.[1] ?? '',
      sentTime: form.text.match(/name="sentTime"[^>]*value="([\d:]+)"/)?.[1] ?? '',
      studyUid: ruled.studyUid ?? '',
      modality: ruled.modality ?? '',
      studyOn: ruled.studyOn?.toISOString().slice(0, 10) ?? '',
      accession: ruled.accessionNumber ?? '',
      images: '5',
      purpose: '',
      basis: '',
    };
    const kept = madeBy(await correct(ruled.id, said)).made;
    const { purpose, legalBasis, legallyRequired, exclusionReason, releaseRuleId, releaseRuleVersion } =
      ruled;
    expect(await rowOf(kept)).toMatchObject({
      ...{ purpose, legalBasis, legallyRequired, exclusionReason, releaseRuleId, releaseRuleVersion },
      instanceCount: 5,
    });
    const umbra = await db.vendor.findUniqueOrThrow({
      where: { slug: 'umbra' },
      select: { id: true, name: true, releaseRules: true },
    });
    const [rule] = umbra.releaseRules;
    const moved = madeBy(await correct(kept, { ...said, vendor: umbra.id })).made;
    expect(await rowOf(moved)).toMatchObject({
      releaseRuleId: rule?.id,
      releaseRuleVersion: rule?.version,
      purpose: rule?.purpose,
      legallyRequired: rule?.legallyRequired,
    });
    expect((await get(`/staff/disclosures/${moved}`)).text).toContain(`Rule of ${umbra.name}, version 1`);
    const basis = 'requiredByLaw';
    const stated = madeBy(await correct(moved, { ...said, vendor: umbra.id, purpose: 'TREAT', basis })).made;
    expect(await rowOf(stated)).toMatchObject({
      ...{ releaseRuleId: null, releaseRuleVersion: null, purpose: 'TREAT', legalBasis: basis },
      legallyRequired: true,
    });
    expect((await get(`/staff/disclosures/${stated}`)).text).toContain(
      'Stated by Dana Whitlow, not by a rule',
    );
    const found = await site.ask(
      '/staff/disclosures',
      asForm({ study: ruled.studyUid ?? '', vendor: umbra.id, layer: 'both' }, dana),
    );
    for (const text of ['Stated by Dana Whitlow, not by a rule', `Rule of ${umbra.name}, version 1`])
      expect(found.text).toContain(text);
    // Left to the rule again.
    const back = madeBy(await correct(stated, { ...said, vendor: umbra.id })).made;
    expect((await rowOf(back)).releaseRuleId).toBe(rule?.id);
  });

  it('a correction may say that it was another patient, and that nothing was sent; a retry of the report brings nothing back', async () => {
    expect((await correct(id.entry, { otherNumber: 'nobody' })).text).toContain(
      'No patient here has this number',
    );
    const moved = madeBy(await correct(id.entry, { otherNumber: 'RB000902' })).made;
    expect((await rowOf(moved)).patientId).toBe(id.zoe);
    const events = await site.world.db.auditEvent.findMany({
      where: { subjectId: { in: [id.entry, moved] }, type: { startsWith: 'disclosure.' } },
      orderBy: { id: 'desc' },
      take: 2,
      select: { type: true, patientId: true },
    });
    expect(events).toEqual([
      { type: 'disclosure.recorded', patientId: id.zoe },
      { type: 'disclosure.corrected', patientId: id.ines },
    ]);

    const { db } = site.world;
    const xml = Buffer.from(sample('01-dcm4chee-cmove-transferred.xml'))
      .toString('latin1')
      .replace('2026-09-14', '2026-08-14');
    const report = async (text: string) =>
      (
        await site.ask(
          '/api/v1/disclosures/dicom-audit',
          asMachine(text, { key: keys['disclosures:write'], type: 'application/xml' }),
        )
      ).json() as IngestAnswer;
    const [told] = (await report(xml)).results;
    const row = told?.disclosureIds[0] ?? '';
    const changed = madeBy(
      await correct(row, { vendor: id.other, sentOn: '2026-08-13', images: '5', studyUid: '2.25.9' }),
    ).made;
    // The archive tells of it again, in the same words and in others: evidence of the row that stands.
    const again = [await report(xml), await report(`${xml}\n`)];
    expect(again.map(({ results: [one] }) => [one?.state, one?.disclosureIds])).toEqual([
      ['duplicate', [changed]],
      ['duplicate', [changed]],
    ]);
    const never = madeBy(await correct(changed, { images: '' }, 'never')).made;
    expect(await rowOf(never)).toMatchObject({ retracted: true, correctsId: changed, vendorId: id.other });
    const count = await db.disclosure.count();
    for (const text of [xml, `${xml}\n`]) expect((await report(text)).results[0]?.state).toBe('duplicate');
    expect(await db.disclosure.count()).toBe(count);
    // Another witness is not silenced.
    expect((await report(`${xml}\n\n`)).results[0]?.state).toBe('accepted');
    expect((await get(`/staff/disclosures/${never}/correct`)).text).not.toContain('name="reason"');
  });
});

describe('the rows for programs', () => {
  interface Page {
    disclosures: { id: string; occurredAt: string; recipient: string; patient: { patientId: string }[] }[];
    next: string | null;
  }
  const get = (query: string, key = keys['disclosures:write']) =>
    site.ask(`/api/v1/disclosures${query}`, { headers: { Authorization: `Bearer ${key}` } });
  const page = async (query: string) => (await get(query)).json() as Page;

  it('come page by page, each once, the earliest first, and the reading is an event', async () => {
    const all: Page['disclosures'] = [];
    for (let after: string | null = ''; after !== null;) {
      const { disclosures, next }: Page = await page(`?limit=4${after && `&after=${after}`}`);
      all.push(...disclosures);
      after = next;
    }
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(all).toHaveLength(await site.world.db.disclosure.count());
    expect([...all].sort((a, b) => a.occurredAt.localeCompare(b.occurredAt)).map(({ id }) => id)).toEqual(
      all.map(({ id }) => id),
    );
    expect(
      await site.world.db.auditEvent.findFirst({
        where: { type: 'records.read', actorKind: 'machine' },
        orderBy: { id: 'desc' },
        select: { actorName: true, visibleToPatient: true },
      }),
    ).toEqual({ actorName: 'disclosures:write', visibleToPatient: false });
  });

  it('are one patient’s, by number and issuer, in a window whose last day is whole; the patient sees who read', async () => {
    const { disclosures } = await page('?patientId=RB000417&issuer=RIVERBEND&from=2026-09-14&to=2026-09-14');
    expect(disclosures.length).toBeGreaterThan(0);
    for (const { occurredAt, patient } of disclosures) {
      expect(occurredAt).toMatch(/^2026-09-1[45]/);
      expect(patient.map(({ patientId }) => patientId)).toContain('RB000417');
    }
    expect((await page('?patientId=RB000417&issuer=ELSEWHERE')).disclosures).toEqual([]);
    const none =
      '?patientId=RB000417&issuer=RIVERBEND&to=2026-09-14T00:00:00Z&from=2026-09-13T23:00:00%2B00:00';
    expect((await page(none)).disclosures).toEqual([]);
    expect(
      await site.world.db.auditEvent.count({
        where: { type: 'records.read', actorKind: 'machine', visibleToPatient: true },
      }),
    ).toBe(1);
  });

  it.each([
    '?patientId=1',
    '?issuer=1',
    '?from=x',
    '?from=1600-01-01',
    '?to=2026-02-30',
    '?limit=501',
    '?limit=0',
    '?after=x',
    '?page=2',
    '?from=2026-01-01&from=2026-01-02',
    '?patientId=%00&issuer=1',
  ])('are not for a question like %s', async (query) =>
    expectProblem(await get(query), 400, { type: '/problems/bad-request' }),
  );

  it('are for the keys that may report, and for no company’s own program', async () => {
    expectProblem(await get('', keys['fhir:write']), 403);
    const { id: vendorId } = await site.world.db.vendor.findFirstOrThrow({ select: { id: true } });
    const { id, key } = await createMachineClient(site.world.db, {
      name: 'of a company',
      scopes: ['checks:read'],
      vendorId,
      actor: somebody,
      now: site.clock.now(),
    });
    await site.world.db.machineClient.update({
      where: { id },
      data: { scopes: ['checks:read', 'disclosures:write'] },
      select: { id: true },
    });
    expectProblem(await get('', key), 403);
  });
});
