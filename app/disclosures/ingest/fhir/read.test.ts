import { describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { auditEventItem, readFhirBody } from './read.ts';

const bundle = readFileSync(
  new URL('../../../../tests/fixtures/fhir/fhir-auditevent-bundle.json', import.meta.url),
);
const now = new Date('2026-11-22T12:00:00Z');
const bytesOf = (text: string) => new TextEncoder().encode(text);
const dcm = 'http://dicom.nema.org/resources/ontology/DCM';

interface Parts {
  [name: string]: unknown;
}
const agent = (code: string, name: string, more: Parts = {}) => ({
  type: { coding: [{ system: dcm, code }] },
  who: { display: name },
  ...more,
});
const study = (...detail: [string, string][]) => ({
  what: { identifier: { system: 'urn:dicom:uid', value: 'urn:oid:2.25.1' } },
  detail: detail.map(([type, valueString]) => ({ type, valueString })),
});
const ines = (what: Parts) => ({ what, type: { code: '1' }, role: { code: '1' } });
/** A plain export, with any of its parts replaced. */
const event = (parts: Parts = {}) => ({
  resourceType: 'AuditEvent',
  type: { system: dcm, code: '110106' },
  action: 'R',
  recorded: '2026-09-14T12:15:02Z',
  outcome: '0',
  agent: [agent('110153', 'RIVERPACS'), agent('110152', 'NORTHLIGHT_AI')],
  source: { observer: { display: 'RIVERPACS' } },
  entity: [ines({ identifier: { value: '7', assigner: { display: 'RIVERBEND' } } }), study()],
  ...parts,
});
const read = (resource: unknown) => auditEventItem(bytesOf(JSON.stringify(resource))).read({ now });
const transferOf = (resource: unknown) => {
  const reading = read(resource);
  if (reading.outcome !== 'transfer') throw new Error(JSON.stringify(reading));
  return reading.transfer;
};

describe('an AuditEvent', () => {
  it('of IHE BALP says who, whose, what and what for; each entry keeps its own text', () => {
    const body = readFhirBody(bundle);
    if (!body.ok) throw new Error('refused');
    expect(body.items).toHaveLength(3);
    const [first] = body.items;
    expect(bundle.toString()).toContain(Buffer.from(first!.bytes).toString());
    expect(first?.read({ now })).toMatchObject({
      outcome: 'transfer',
      eventCode: '110106',
      transfer: {
        occurredAt: new Date('2026-09-14T12:15:02.417Z'),
        auditSourceId: 'RIVERPACS',
        enterpriseSiteId: 'Riverbend Imaging',
        patient: { id: 'rb000417', issuer: null, isReference: true },
        source: { aeTitles: ['RIVERPACS'], host: 'pacs.riverbend.example' },
        destinations: [{ aeTitles: ['NORTHLIGHT_AI'], ip: '192.0.2.40' }],
        studies: [{ studyUid: '2.25.330051402881447811932157205713401276305', instances: 412 }],
        statedPurpose: 'TREAT',
        reportedBy: 'sender',
      },
    });
  });

  it.each<[string, Parts, { id: string; issuer: string | null; isReference?: boolean }]>([
    [
      'a number with its assigner',
      { identifier: { value: ' 7 ', assigner: { display: 'RIVERBEND' } } },
      { id: '7', issuer: 'RIVERBEND' },
    ],
    [
      'a number with its system',
      { identifier: { value: '7', system: 'urn:oid:1.2.3' } },
      { id: '7', issuer: '1.2.3' },
    ],
    ['HL7 v2 CX', { identifier: { value: '7^^^RB&1.2.3&ISO' } }, { id: '7', issuer: 'RB' }],
    ['a number alone', { identifier: { value: '7' } }, { id: '7', issuer: null }],
    [
      'a version of ours',
      { reference: 'Patient/7/_history/2' },
      { id: '7', issuer: null, isReference: true },
    ],
    [
      'one of another server',
      { reference: 'https://pacs.example/fhir/Patient/7' },
      { id: '7', issuer: 'https://pacs.example/fhir' },
    ],
    ['one inside the event', { reference: '#p' }, { id: '9', issuer: 'RIVERBEND' }],
  ])('names its patient by %s', (_, what, expected) => {
    const contained = [
      { resourceType: 'Patient', id: 'p', identifier: [{ value: '9', assigner: { display: 'RIVERBEND' } }] },
    ];
    const { patient } = transferOf(event({ contained, entity: [ines(what), study()] }));
    expect({ id: patient.id, issuer: patient.issuer, isReference: patient.isReference }).toEqual({
      isReference: undefined,
      ...expected,
    });
  });

  it('tells images, accession, kind and what is without a name, in detail or in extensions', () => {
    const url = (name: string) => `http://hl7.org/fhir/StructureDefinition/auditevent-${name}`;
    const { studies, anonymized } = transferOf(
      event({
        entity: [
          ines({ identifier: { value: '7', system: 'RB' } }),
          {
            ...study(
              ['SOPClass', '1.2.840.10008.5.1.4.1.1.2'],
              ['Modality', 'CT'],
              ['StudyDate', '2026-09-01'],
            ),
            extension: [
              { url: url('NumberOfInstances'), valueInteger: 12 },
              { url: url('Accession'), valueIdentifier: { value: 'ACC-1' } },
              { url: url('Anonymized'), valueBoolean: true },
            ],
          },
        ],
      }),
    );
    expect(studies).toMatchObject([
      { studyUid: '2.25.1', instances: 12, accession: 'ACC-1', modality: 'CT', studyDate: '2026-09-01' },
    ]);
    expect(anonymized).toBe(true);
  });

  it.each<[string, Parts, string]>([
    [
      'the receiver’s Import with the subtype disclose',
      {
        type: { system: dcm, code: '110107' },
        subtype: [{ system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle', code: 'disclose' }],
      },
      'transfer',
    ],
    ['Import alone', { type: { system: dcm, code: '110107' } }, 'ignored notATransfer'],
    [
      'a code that another system calls 110106',
      { type: { system: 'urn:x', code: '110106' } },
      'ignored notATransfer',
    ],
    ['begun', { type: { system: dcm, code: '110102' } }, 'ignored transferBegun'],
    ['a failure', { outcome: '8' }, 'quarantined transferNotSuccessful'],
    ['no outcome', { outcome: undefined }, 'quarantined outcomeUnknown'],
    ['no time zone', { recorded: '2026-09-14T12:15:02' }, 'quarantined eventTimeWithoutZone'],
    ['nobody who received it', { agent: [agent('110153', 'A')] }, 'quarantined noDestination'],
    ['no patient', { entity: [study()] }, 'quarantined noPatient'],
    [
      'two patients',
      { entity: [ines({ reference: 'Patient/1' }), ines({ reference: 'Patient/2' }), study()] },
      'quarantined severalPatients',
    ],
    [
      'a purpose of its own',
      { purposeOfEvent: [{ coding: [{ system: 'urn:x', code: 'TREAT' }] }] },
      'quarantined purposeUnclear',
    ],
    [
      'perhaps without a name',
      { entity: [ines({ reference: 'Patient/1' }), study(['Anonymized', 'maybe'])] },
      'quarantined deidentificationUnclear',
    ],
    [
      'a UID that is none',
      {
        entity: [
          ines({ reference: 'Patient/1' }),
          { what: { identifier: { system: 'urn:dicom:uid', value: 'x' } } },
        ],
      },
      'quarantined badStudyUid',
    ],
    [
      'a number that hides a letter',
      { entity: [ines({ identifier: { value: '7\u200b', system: 'RB' } }), study()] },
      'quarantined suspiciousCharacters',
    ],
    ['an agent that is no object', { agent: ['x'] }, 'rejected wrongResource'],
    ['a value of 5,000 letters', { source: { site: 'x'.repeat(5_000) } }, 'rejected valueTooLong'],
    [
      '1,001 agents',
      { agent: Array.from({ length: 1_001 }, () => agent('110152', 'A')) },
      'rejected tooManyParticipants',
    ],
    [
      'the members of STU3',
      { entity: [{ reference: { reference: 'Patient/1' }, type: { code: '1' } }] },
      'rejected wrongResource',
    ],
    ['half a character', { source: { site: '\ud800' } }, 'rejected bytesDoNotFitEncoding'],
    ['a NUL', { source: { site: '\0' } }, 'rejected bytesDoNotFitEncoding'],
  ])('with %s has its end', (_, parts, expected) => {
    const reading = read(event(parts));
    const why = 'reason' in reading ? ` ${reading.reason}` : 'code' in reading ? ` ${reading.code}` : '';
    expect(reading.outcome + why).toBe(expected);
    if (reading.outcome === 'rejected') expect(reading.detail).not.toContain('xxx');
  });

  it('is one of DICOM also in the words of servers before R4; others’ codes are none of DICOM', () => {
    const older = 'http://nema.org/dicom/dicm';
    const of = (system: string) =>
      read(
        event({
          type: { system, code: '110106' },
          agent: [{ ...agent('', 'NORTHLIGHT_AI'), type: { coding: [{ system, code: '110152' }] } }],
        }),
      ).outcome;
    expect([of(older), of('urn:x')]).toEqual(['transfer', 'ignored']);
  });

  it('that sends the record of its patient along names one patient, and two where it is another’s', () => {
    const sent = (reference: string) => ({
      what: { reference, identifier: { value: 'W1' } },
      type: { code: '2' },
      role: { code: '4' },
    });
    const about = (reference: string) =>
      read(event({ entity: [ines({ reference: 'Patient/rb1' }), sent(reference), study()] }));
    expect(about('Patient/rb1/_history/3').outcome).toBe('transfer');
    expect(about('Patient/rb2')).toMatchObject({ outcome: 'quarantined', reason: 'severalPatients' });
  });

  it('tells name and day of birth of the patient that came inside it', () => {
    const inside = { resourceType: 'Patient', id: 'p', identifier: [{ value: '7', system: 'RB' }] };
    const said = { name: [{ family: 'Okafor', given: ['Ines', 'M'] }], birthDate: '1971-03-02' };
    const patient = (more: Parts) =>
      transferOf(event({ contained: [{ ...inside, ...more }], entity: [ines({ reference: '#p' }), study()] }))
        .patient;
    expect(patient(said)).toEqual({ id: '7', issuer: 'RB', name: 'Okafor^Ines M', bornOn: '1971-03-02' });
    expect(patient({ birthDate: '1971' })).toEqual({ id: '7', issuer: 'RB', name: null });
  });

  it('takes the end of its period for its time, where that is an instant', () => {
    const at = (end: string) => transferOf(event({ period: { end } })).occurredAt.toISOString();
    expect(at('2026-09-14T11:00:00Z')).toBe('2026-09-14T11:00:00.000Z');
    expect(at('2026-09-14')).toBe('2026-09-14T12:15:02.000Z');
  });
});

describe('a body', () => {
  it.each<[string, string, string]>([
    ['empty', ' ', 'empty'],
    ['not JSON', '{"resourceType":', 'notJson'],
    ['a list', '[]', 'wrongResource'],
    ['a Patient', '{"resourceType":"Patient"}', 'wrongResource'],
    ['a member twice', '{"resourceType":"AuditEvent","resourceType":"Bundle"}', 'notJson'],
    [
      '100,000 deep',
      `{"resourceType":"Bundle","entry":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
      'tooDeep',
    ],
    ['a Bundle of nothing', '{"resourceType":"Bundle"}', 'empty'],
    [
      '10,001 entries',
      `{"resourceType":"Bundle","entry":[${Array(10_001).fill('{}').join()}]}`,
      'tooManyEntries',
    ],
    ['8 MiB and a byte', ' '.repeat(8 * 1024 * 1024 + 1), 'tooLarge'],
  ])('that is %s is one item, refused', (_, text, code) => {
    const body = readFhirBody(bytesOf(text));
    if (body.ok) throw new Error('taken');
    expect(body.item.read({ now })).toMatchObject({ outcome: 'rejected', code });
  });

  it('of a Bundle has an item for each entry, also for what is none', () => {
    const entries = [{ resource: event() }, { request: {} }, 7, { resource: { resourceType: 'Patient' } }];
    const body = readFhirBody(bytesOf(JSON.stringify({ entry: entries, resourceType: 'Bundle' }, null, 1)));
    if (!body.ok) throw new Error('refused');
    expect(body.items.map((item) => item.read({ now }).outcome)).toEqual([
      'transfer',
      'rejected',
      'rejected',
      'rejected',
    ]);
  });

  it('is not read as latin-1', () => {
    const body = readFhirBody(new Uint8Array([0x7b, 0xe9, 0x7d]));
    expect(!body.ok && body.item.read({ now })).toMatchObject({ code: 'bytesDoNotFitEncoding' });
  });
});
