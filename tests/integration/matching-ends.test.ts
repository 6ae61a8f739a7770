import { afterAll, beforeAll, expect, it } from 'vitest';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { auditEventItem } from '#app/disclosures/ingest/fhir/read.ts';
import { takeIn, takeInDicomAudit } from '#app/disclosures/ingest/intake.server.ts';
import { decideGroup, previewDecision } from '#app/disclosures/matching-decide.server.ts';
import { settleDecided } from '#app/disclosures/matching-settle.server.ts';
import { undoDecision } from '#app/disclosures/matching-undo.server.ts';
import { unsettle } from '#app/disclosures/matching-unsettle.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import {
  bytesOf,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';
import { freshWorld, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

// Where each message ends: whose record of what was sent, or why it waits. Nothing is matched by what only looks alike, nor by a name.

let fresh: FreshWorld;
let minute = 0;
const id = { zoe: '', ines: '', old: '' };
const handover = new Date('2026-09-01T04:00:00.000Z');

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  const { db } = fresh.world;
  id.ines = await holderOf('RB000417');
  id.zoe = await holderOf('RB000902');
  const vendors = new Map(
    (await db.vendor.findMany({ select: { id: true, slug: true } })).map((one) => [one.slug, one.id]),
  );
  // One title that went from one company to another, and one that ended.
  const endpoint = (vendor: string, value: string, validFrom: Date, validTo: Date | null) =>
    db.vendorEndpoint.create({
      data: { vendorId: vendors.get(vendor) ?? null, kind: 'aeTitle', value, validFrom, validTo },
    });
  await endpoint('kestrel', 'HANDED_OVER', new Date('2026-01-01T05:00:00Z'), handover);
  await endpoint('umbra', 'HANDED_OVER', handover, null);
  await endpoint('kestrel', 'ENDED', new Date('2026-01-01T05:00:00Z'), handover);
  // A second record of Zoe's, under an old number; and her number at another hospital.
  const zoe = await db.patient.findUniqueOrThrow({ where: { id: id.zoe } });
  const old = await db.patient.create({
    data: {
      familyName: zoe.familyName,
      givenName: zoe.givenName,
      bornOn: zoe.bornOn,
      createdAt: zoe.createdAt,
      identifiers: { create: { issuer: 'RIVERBEND', value: 'OLD-902', recordedAt: zoe.createdAt } },
    },
  });
  id.old = old.id;
  await db.patientIdentifier.create({
    data: { patientId: id.zoe, issuer: 'COUNTY', value: 'RB000417', recordedAt: zoe.createdAt },
  });
  for (const [auditSourceId, defaultIssuer] of [
    ['bridge-river', 'RIVERBEND'],
    ['bridge-county', 'COUNTY'],
    ['bridge-nobody', null],
  ] as const)
    await db.auditSource.create({ data: { auditSourceId, defaultIssuer } });
});
afterAll(() => fresh.drop());

const holderOf = async (value: string) =>
  (
    await fresh.world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value } },
      select: { patientId: true },
    })
  ).patientId;

interface Told {
  patient?: string;
  name?: string;
  title?: string;
  host?: string;
  uri?: string;
  source?: string;
  at?: string;
  /** The name was taken off. */
  anonymized?: boolean;
}

/** A message of a time of its own, unless it says one: within five minutes it would be the same transfer. */
const told = ({
  patient = 'RB000902^^^RIVERBEND',
  name = '',
  title,
  host,
  uri,
  source,
  at,
  anonymized,
}: Told) => {
  const receiver =
    uri !== undefined
      ? `<ActiveParticipant UserID="${uri}" UserIsRequestor="false"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="12"/></ActiveParticipant>`
      : title === undefined && host !== undefined
        ? `<ActiveParticipant UserID="${host}" UserIsRequestor="false" NetworkAccessPointID="${host}" NetworkAccessPointTypeCode="1"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110182"/></ActiveParticipant>`
        : `<ActiveParticipant UserID="${title ?? 'KESTREL_RES'}" UserIsRequestor="false"${host ? ` NetworkAccessPointID="${host}" NetworkAccessPointTypeCode="1"` : ''}><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="110119"/></ActiveParticipant>`;
  return bytesOf(
    messageXml({
      dateTime: at ?? new Date(Date.UTC(2026, 9, 1) + minute++ * 600_000).toISOString(),
      participants: [sourceXml, receiver],
      ...(source ? { auditSource: `<AuditSourceIdentification AuditSourceID="${source}"/>` } : {}),
      objects: [
        patientXml(patient, name),
        studyXml(
          undefined,
          `<SOPClass UID="1.2.840.10008.5.1.4.1.1.2" NumberOfInstances="2"/>${anonymized ? '<Anonymized>true</Anonymized>' : ''}`,
        ),
      ],
    }),
  );
};

/** `NUMBER > company` of each row that it made or found, or the state and reason with which it waits. */
async function endOf(bytes: Uint8Array): Promise<string> {
  const { results } = await takeInDicomAudit(fresh.world, {
    bytes,
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: fresh.clock.now(),
  });
  const [{ state, reason, disclosureIds } = { state: 'none', reason: '', disclosureIds: [] }] = results;
  const rows = await fresh.world.db.disclosure.findMany({
    where: { id: { in: disclosureIds } },
    select: {
      vendor: { select: { slug: true } },
      patient: {
        select: { identifiers: { select: { value: true }, orderBy: { recordedAt: 'asc' }, take: 1 } },
      },
    },
  });
  const ledger = rows.map(({ vendor, patient }) => `${patient.identifiers[0]?.value} > ${vendor.slug}`);
  return [...ledger, ...(ledger.length === 0 || reason ? [`${state} ${reason ?? ''}`.trim()] : [])].join(
    ', ',
  );
}

const plain = 'RB000902 > kestrel';

it.each<[string, Told, string]>([
  ['the plain message', {}, plain],

  // Who received it: what only looks like an address is none.
  ['a title with a Cyrillic Е', { title: 'K\u0415STREL_RES' }, 'unmapped recipientUnknown'],
  ['a title with a Greek Ε', { title: 'K\u0395STREL_RES' }, 'unmapped recipientUnknown'],
  ['a full-width title', { title: '\uff2bESTREL_RES' }, 'unmapped recipientUnknown'],
  ['a title with a wide space', { title: 'KESTREL_RES\u00a0' }, 'quarantined suspiciousCharacters'],
  ['a title with nothing in it', { title: 'KESTREL\u200b_RES' }, 'quarantined suspiciousCharacters'],
  ['a title turned around', { title: '\u202eSER_LERTSEK' }, 'quarantined suspiciousCharacters'],
  ['a title in small letters', { title: 'kestrel_res' }, 'unmapped recipientUnknown'],
  ['a title with a nought for an O', { title: 'HANDED_0VER' }, 'unmapped recipientUnknown'],
  ['a title with spaces around it', { title: ' KESTREL_RES ' }, plain],
  ['a host', { host: 'stow.kestrel.example' }, plain],
  ['a host in capitals', { host: 'STOW.Kestrel.example' }, plain],
  ['a host with a Kelvin sign', { host: 'stow.\u212aestrel.example' }, 'unmapped recipientUnknown'],
  ['a host with a Cyrillic е', { host: 'stow.k\u0435strel.example' }, 'unmapped recipientUnknown'],
  ['a full-width host', { host: 'stow.\uff4bestrel.example' }, 'unmapped recipientUnknown'],
  ['a host with a joiner', { host: 'stow.kes\u200dtrel.example' }, 'quarantined suspiciousCharacters'],
  ['a host in punycode', { host: 'stow.xn--kstrel-2of.example' }, 'unmapped recipientUnknown'],
  ['a host that ends alike', { host: 'notstow.kestrel.example' }, 'unmapped recipientUnknown'],
  ['an address under the host', { uri: 'https://stow.kestrel.example/studies' }, plain],
  [
    'an address with a full stop of ideographs',
    { uri: 'https://stow\u3002kestrel.example/studies' },
    'unmapped recipientUnknown',
  ],
  [
    'a user before another host',
    { uri: 'https://stow.kestrel.example@evil.example/studies' },
    'unmapped recipientUnknown',
  ],
  [
    'a title of one, a host of another',
    { title: 'NORTHLIGHT_AI', host: 'stow.kestrel.example' },
    'unmapped recipientAmbiguous',
  ],
  [
    'an unknown title at a known host',
    { title: 'KESTREL_NEW', host: 'stow.kestrel.example' },
    'unmapped recipientAmbiguous',
  ],

  // Whose address it was at the time of the event.
  [
    'the instant before a title is handed over',
    { title: 'HANDED_OVER', at: '2026-09-01T03:59:59.999Z' },
    plain,
  ],
  ['the instant at which it is', { title: 'HANDED_OVER', at: '2026-09-01T04:00:00Z' }, 'RB000902 > umbra'],
  ['the same in another zone', { title: 'HANDED_OVER', at: '2026-09-01T00:30:00-04:00' }, 'RB000902 > umbra'],
  ['the last instant of a title', { title: 'ENDED', at: '2026-09-01T03:59:59.999Z' }, plain],
  ['the first one after it', { title: 'ENDED', at: '2026-09-01T04:00:00Z' }, 'unmapped recipientUnknown'],
  ['before it began', { title: 'ENDED', at: '2026-01-01T04:59:59.999Z' }, 'unmapped recipientUnknown'],
  ['the instant at which it began', { title: 'ENDED', at: '2026-01-01T05:00:00Z' }, plain],

  // Whose images: the number with its issuer, to the letter.
  ['a number with a Cyrillic В', { patient: 'R\u0412000902^^^RIVERBEND' }, 'unmapped patientUnknown'],
  ['a number with full-width digits', { patient: 'RB00090\uff12^^^RIVERBEND' }, 'unmapped patientUnknown'],
  ['a number with Arabic digits', { patient: 'RB00090\u0662^^^RIVERBEND' }, 'unmapped patientUnknown'],
  [
    'a number with nothing in it',
    { patient: 'RB000\u200b902^^^RIVERBEND' },
    'quarantined suspiciousCharacters',
  ],
  ['a number turned around', { patient: '\u202e209000BR^^^RIVERBEND' }, 'quarantined suspiciousCharacters'],
  [
    'a number with a soft hyphen',
    { patient: 'RB\u00ad000902^^^RIVERBEND' },
    'quarantined suspiciousCharacters',
  ],
  ['a number in small letters', { patient: 'rb000902^^^RIVERBEND' }, 'unmapped patientUnknown'],
  ['a number without its noughts', { patient: 'RB902^^^RIVERBEND' }, 'unmapped patientUnknown'],
  ['a number with spaces around it', { patient: ' RB000902 ^^^ RIVERBEND ' }, plain],
  ['an issuer with a Greek Ι', { patient: 'RB000902^^^R\u0399VERBEND' }, 'unmapped patientUnknown'],
  ['a full-width issuer', { patient: 'RB000902^^^\uff32IVERBEND' }, 'unmapped patientUnknown'],
  [
    'an issuer with nothing in it',
    { patient: 'RB000902^^^RIVER\u2060BEND' },
    'quarantined suspiciousCharacters',
  ],
  ['an issuer in small letters', { patient: 'RB000902^^^riverbend' }, 'unmapped patientUnknown'],
  ['the same number of another issuer', { patient: 'RB000417^^^COUNTY' }, plain],
  ['and of none that we know', { patient: 'RB000902^^^ELSEWHERE' }, 'unmapped patientUnknown'],

  // A source may leave its one issuer out; the same number is another person there.
  ['no issuer, of a source with one', { patient: 'RB000902', source: 'bridge-river' }, plain],
  ['no issuer, of a source with another', { patient: 'RB000417', source: 'bridge-county' }, plain],
  [
    'a number that this source does not give',
    { patient: 'RB000902', source: 'bridge-county' },
    'unmapped patientUnknown',
  ],
  [
    'an issuer of its own beats the source’s',
    { patient: 'RB000902^^^RIVERBEND', source: 'bridge-county' },
    plain,
  ],
  [
    'no issuer, of a source without one',
    { patient: 'RB000902', source: 'bridge-nobody' },
    'unmapped issuerUnknown',
  ],
  [
    'no issuer, of a source nobody knows',
    { patient: 'RB000902', source: 'bridge-new' },
    'unmapped issuerUnknown',
  ],
  [
    'no issuer, of a source that looks alike',
    { patient: 'RB000902', source: 'bridge-r\u0456ver' },
    'unmapped issuerUnknown',
  ],

  // Never by name alone; and a number beside the name of somebody else is nobody’s.
  ['a name and no number', { patient: '', name: 'Okafor^Ines' }, 'quarantined noPatient'],
  [
    'a name, and a number nobody has',
    { patient: 'X1^^^RIVERBEND', name: 'Okafor^Ines' },
    'unmapped patientUnknown',
  ],
  ['a number, and the name of another', { name: 'Okafor^Ines' }, 'unmapped patientContradicted'],
  [
    'a number of one hospital, the name of its owner at another',
    { patient: 'RB000417^^^COUNTY', name: 'Okafor^Ines' },
    'unmapped patientContradicted',
  ],
  ['a number, the name taken off', { name: 'ANON^A17', anonymized: true }, plain],
])('%s', async (_, message, end) => {
  expect(await endOf(told(message))).toBe(end);
});

it('a day of birth that is another’s, in FHIR; and the one that is right', async () => {
  const zoe = await fresh.world.db.patient.findUniqueOrThrow({ where: { id: id.zoe } });
  const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
  const agent = (code: string, display: string) => ({
    type: { coding: [{ system: dcm, code }] },
    who: { display },
  });
  const born = async (birthDate: string) => {
    const event = {
      resourceType: 'AuditEvent',
      type: { system: dcm, code: '110106' },
      recorded: new Date(Date.UTC(2026, 9, 1) + minute++ * 600_000).toISOString(),
      outcome: '0',
      agent: [agent('110153', 'RIVERPACS'), agent('110152', 'KESTREL_RES')],
      source: { observer: { display: 'RIVERPACS' } },
      contained: [
        {
          resourceType: 'Patient',
          id: 'p',
          identifier: [{ value: 'RB000902', system: 'RIVERBEND' }],
          birthDate,
        },
      ],
      entity: [
        { what: { reference: '#p' }, type: { code: '1' }, role: { code: '1' } },
        { what: { identifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' } } },
      ],
    };
    const { results } = await takeIn(fresh.world, {
      channel: 'fhirHttp',
      actor: somebody,
      now: fresh.clock.now(),
      items: [auditEventItem(bytesOf(JSON.stringify(event)))],
    });
    return [results[0]?.state, results[0]?.reason];
  };
  expect(await born(zoe.bornOn.toISOString().slice(0, 10))).toEqual(['accepted', undefined]);
  expect(await born('1901-01-01')).toEqual(['unmapped', 'patientContradicted']);
});

it('a contradiction is one question: decided, what waits and what comes of that name is the patient’s; undone, it waits again', async () => {
  const { world } = fresh;
  const staff = await personOf(world, 'staff');
  const miller = (again = {}) => endOf(told({ name: 'MILLER^Anna', ...again }));
  const rows = async () => (await disclosuresOfPatient(world.db, id.zoe, { now: world.clock() })).length;
  expect(await miller()).toBe('unmapped patientContradicted');
  expect(await miller()).toBe('unmapped patientContradicted');
  const waiting = await world.db.waitingRecord.findMany({ where: { groupKind: 'patientContradicted' } });
  const groups = waiting.filter(({ groupKey }) => JSON.stringify(groupKey).includes('anna miller'));
  expect(new Set(groups.map(({ groupId }) => groupId)).size).toBe(1);
  const { groupId } = groups[0]!;
  const decision = (patientId: string) => ({
    actor: staff,
    groupId,
    choice: { kind: 'patientIdentifier' as const, patientId },
    reason: 'Her name before she married',
  });
  expect(await decideGroup(world, decision(id.ines))).toEqual({ ok: false, refusal: 'numberOfAnother' });
  const before = await rows();
  expect(await previewDecision(world, decision(id.zoe))).toMatchObject({ effect: { settled: 2, added: 2 } });
  const made = await decideGroup(world, decision(id.zoe));
  if (!made.ok) throw new Error(made.refusal);
  await settleDecided(world, made.decisionId);
  expect(await rows()).toBe(before + 2);
  expect(await miller()).toBe(plain);
  // The name of a third person is another question.
  expect(await endOf(told({ name: 'BAUER^Otto' }))).toBe('unmapped patientContradicted');
  const trail = await world.db.auditEvent.findMany({ where: { subjectId: made.decisionId } });
  expect(trail.length).toBeGreaterThan(0);
  expect(
    JSON.stringify(trail, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  ).not.toMatch(/miller/i);
  const undone = { actor: staff, decisionId: made.decisionId, reason: 'It was her sister' };
  expect(await undoDecision(world, undone)).toEqual({ ok: true });
  await unsettle(world, made.decisionId);
  expect(await rows()).toBe(before);
  expect(await miller()).toBe('unmapped patientContradicted');
  // Her number is hers still.
  expect(await endOf(told({}))).toBe(plain);
});

it('a merge between event and report, and its undoing, moves no row: each number keeps its own, and who is one person reads both', async () => {
  const { world } = fresh;
  const staff = await personOf(world, 'staff');
  const old = { patient: 'OLD-902^^^RIVERBEND', at: '2026-10-20T08:00:00Z' };
  const rowsOf = async (patientId: string) =>
    (await disclosuresOfPatient(world.db, patientId, { now: world.clock() })).filter(
      ({ occurredAt }) => occurredAt.toISOString() === new Date(old.at).toISOString(),
    ).length;
  const survivor = { survivorId: id.zoe, mergedId: id.old };
  const merged = await mergeRecords(world, { actor: staff, ...survivor, reason: 'One person' });
  expect(merged).toMatchObject({ ok: true });
  // The event was before the merge, the report comes after it.
  expect(await endOf(told(old))).toBe('OLD-902 > kestrel');
  expect(await rowsOf(id.zoe)).toBe(1);
  const { id: mergeId } = await world.db.patientMerge.findFirstOrThrow({ where: { mergedId: id.old } });
  const split = await unmergeRecords(world, { actor: staff, mergeId, reason: 'Two people after all' });
  expect(split).toMatchObject({ ok: true });
  expect([await rowsOf(id.zoe), await rowsOf(id.old)]).toEqual([0, 1]);
  // The receiver's copy after that finds the row where it is.
  expect(await endOf(told({ ...old, at: '2026-10-20T08:00:02Z' }))).toBe('OLD-902 > kestrel');
  expect([await rowsOf(id.zoe), await rowsOf(id.old)]).toEqual([0, 1]);
});
