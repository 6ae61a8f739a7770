import { expect, test } from 'vitest';

import {
  bytesOf,
  destinationXml,
  expected,
  messageXml,
  patientXml,
  sample,
  sampleNames,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';

import { readAuditMessage } from './read.ts';
import type { PartialTransfer, Reading } from './reading.ts';
import { totalInstances } from './studies.ts';

const now = new Date('2026-09-30T12:00:00Z');

const read = (xml: string) => readAuditMessage(bytesOf(xml), { now });

function transferOf(reading: Reading) {
  if (reading.outcome !== 'transfer') throw new Error(JSON.stringify(reading));
  return reading.transfer;
}

/** What was read, whatever was decided about it. */
function contentsOf(reading: Reading): PartialTransfer | null {
  switch (reading.outcome) {
    case 'rejected':
      return null;
    case 'ignored':
      return reading.begun;
    case 'quarantined':
      return reading.partial;
    case 'transfer':
      return { ...reading.transfer, patients: [reading.transfer.patient] };
  }
}

/** A delivery of images of an identified person, taken at once or after staff have looked. */
function mayBeDisclosure(reading: Reading): boolean {
  if (reading.outcome === 'transfer') return reading.transfer.anonymized !== true;
  return reading.outcome === 'quarantined' && !reading.reasons.includes('transferNotSuccessful');
}

test('every numbered sample has an expectation', () => {
  expect(sampleNames).toEqual(Object.keys(expected));
});

test.each(Object.entries(expected))('%s', (name, wanted) => {
  const reading = readAuditMessage(sample(name), { now });
  const contents = contentsOf(reading);
  expect(reading).toMatchObject({ eventCode: wanted.event });
  expect(mayBeDisclosure(reading)).toBe(wanted.countsAsDisclosure);
  if (wanted.eventTimeUtc === undefined) {
    expect(contents).toBeNull();
    return;
  }
  const [destination, ...others] = contents?.destinations ?? [];
  expect(others).toEqual([]);
  expect({
    action: contents?.action,
    eventTimeUtc: contents?.occurredAt?.toISOString(),
    source: contents?.source?.display,
    destination: destination?.display,
    destinationHost: destination?.host ?? destination?.ip ?? null,
    patientIds: contents?.patients.map(({ id }) => id),
    issuers: new Set(contents?.patients.map(({ issuer }) => issuer)),
    studies: contents?.studies.map(({ studyUid }) => studyUid),
    instances: totalInstances(contents?.studies ?? []),
  }).toEqual({
    action: wanted.action,
    eventTimeUtc: wanted.eventTimeUtc,
    source: wanted.source,
    destination: wanted.destination,
    destinationHost: wanted.destinationHost,
    patientIds: [wanted.patientId].flat(),
    issuers: new Set([wanted.issuer]),
    studies: wanted.studies,
    instances: wanted.instances,
  });
  if (wanted.patientName !== undefined) expect(contents?.patients[0]?.name).toBe(wanted.patientName);
});

test.each([
  ['01-dcm4chee-cmove-transferred.xml', { outcome: 'transfer' }],
  ['02-dcm4chee-begin-transferring.xml', { outcome: 'ignored', reason: 'transferBegun' }],
  ['04-standard-data-export-media.xml', { outcome: 'quarantined', reasons: ['severalPatients'] }],
  ['05-dcm4chee-provide-and-register.xml', { outcome: 'transfer' }],
  ['06-orthanc-bridge-transferred.xml', { outcome: 'transfer' }],
  ['08-transferred-failure.xml', { outcome: 'quarantined', reasons: ['transferNotSuccessful'] }],
  ['09-deidentified-transfer.xml', { outcome: 'transfer' }],
  ['10-receiver-side-transferred.xml', { outcome: 'transfer' }],
  ['12-latin1-declared.xml', { outcome: 'transfer' }],
  ['13-user-authentication-not-disclosure.xml', { outcome: 'ignored', reason: 'notATransfer', begun: null }],
])('%s comes out as %j', (name, outcome) => {
  expect(readAuditMessage(sample(name), { now })).toMatchObject(outcome);
});

test('a C-MOVE of dcm4chee, whole', () => {
  expect(readAuditMessage(sample('01-dcm4chee-cmove-transferred.xml'), { now })).toEqual({
    outcome: 'transfer',
    eventCode: '110104',
    transfer: {
      occurredAt: new Date('2026-09-14T12:15:02.417Z'),
      assumedTimeZone: null,
      action: 'R',
      auditSourceId: 'dcm4chee-arc',
      enterpriseSiteId: 'Riverbend Imaging',
      patient: { id: 'RB000417', issuer: 'RIVERBEND', name: 'Okafor^Ines' },
      source: {
        aeTitles: ['RIVERPACS'],
        host: 'pacs.riverbend.example',
        ip: null,
        uri: null,
        login: null,
        display: 'RIVERPACS',
      },
      destinations: [
        {
          aeTitles: ['NORTHLIGHT_AI'],
          host: null,
          ip: '192.0.2.40',
          uri: null,
          login: null,
          mediaType: null,
          display: 'NORTHLIGHT_AI',
        },
      ],
      studies: [
        {
          studyUid: '2.25.330051402881447811932157205713401276305',
          accession: 'ACC-88121',
          instances: 413,
          sopClasses: [
            { uid: '1.2.840.10008.5.1.4.1.1.2', instances: 412 },
            { uid: '1.2.840.10008.5.1.4.1.1.88.33', instances: 1 },
          ],
          modality: 'CT',
          studyDate: '2026-08-12',
          description: 'HEAD',
        },
      ],
      anonymized: null,
      encrypted: null,
      reportedBy: 'sender',
    },
  });
});

test('a de-identified transfer says so, and that it was encrypted', () => {
  const transfer = transferOf(readAuditMessage(sample('09-deidentified-transfer.xml'), { now }));
  expect(transfer).toMatchObject({ anonymized: true, encrypted: true });
  expect(transfer.studies[0]?.accession).toBeNull();
});

test('media and repository keys', () => {
  const disc = readAuditMessage(sample('04-standard-data-export-media.xml'), { now });
  expect(contentsOf(disc)?.destinations).toMatchObject([{ aeTitles: [], mediaType: '110033' }]);
  const repository = transferOf(readAuditMessage(sample('05-dcm4chee-provide-and-register.xml'), { now }));
  expect(repository.destinations).toMatchObject([
    { uri: 'https://xds.umbra.example:8443/repo', aeTitles: [] },
  ]);
});

test.each([
  ['C', 'receiver'],
  ['U', 'receiver'],
  ['R', 'sender'],
  ['E', 'unknown'],
  ['?', 'unknown'],
])('action %s was reported by the %s', (action, reportedBy) => {
  expect(transferOf(read(messageXml({ action }))).reportedBy).toBe(reportedBy);
});

test.each<[string, { id: string; issuer: string | null }]>([
  ['00417', { id: '00417', issuer: null }],
  [' RB1 ^^^ RIVERBEND ', { id: 'RB1', issuer: 'RIVERBEND' }],
  ['RB1^^^RIVERBEND&amp;1.2.3&amp;ISO^MR', { id: 'RB1', issuer: 'RIVERBEND' }],
  ['RB1^^^&amp;1.2.3&amp;ISO', { id: 'RB1', issuer: '1.2.3' }],
  ['RB1^^^', { id: 'RB1', issuer: null }],
])('patient id %s', (value, patient) => {
  expect(transferOf(read(messageXml({ objects: [patientXml(value), studyXml()] }))).patient).toMatchObject(
    patient,
  );
});

test('the same patient named twice is one patient', () => {
  expect(read(messageXml({ objects: [patientXml(), patientXml(), studyXml()] })).outcome).toBe('transfer');
});

test('an RFC 3881 message is read like the newer one', () => {
  const older = messageXml().replaceAll('csd-code=', 'code=').replace('TypeCodeRole="3"', 'TypeCodeRole="4"');
  expect(read(older)).toEqual(read(messageXml()));
});

test('a WADO-RS pull: the caller is the destination', () => {
  const archive = sourceXml.replace('RIVERPACS', 'https://pacs.riverbend.example/rs').replace('110119', '12');
  const caller =
    '<ActiveParticipant UserID="svc-northlight" UserIsRequestor="true" NetworkAccessPointID="192.0.2.40" NetworkAccessPointTypeCode="2"><RoleIDCode csd-code="110152"/><UserIDTypeCode csd-code="113871"/></ActiveParticipant>';
  expect(transferOf(read(messageXml({ participants: [archive, caller] })))).toMatchObject({
    source: { uri: 'https://pacs.riverbend.example/rs' },
    destinations: [{ login: 'svc-northlight', ip: '192.0.2.40', aeTitles: [] }],
  });
});

test('a C-GET: the requestor is the destination', () => {
  const caller = destinationXml.replace('UserIsRequestor="false"', 'UserIsRequestor="true"');
  expect(transferOf(read(messageXml({ participants: [sourceXml, caller] }))).destinations).toHaveLength(1);
});

const flagged = (uid: string, flag: string) =>
  studyXml(uid, `<SOPClass UID="1.2" NumberOfInstances="1"/>${flag}`);

test.each<[string, string, string, boolean | null]>([
  ['every study', '<Anonymized>true</Anonymized>', '<Anonymized> 1 </Anonymized>', true],
  ['one of two', '<Anonymized>true</Anonymized>', '', null],
  ['one denies it', '<Anonymized>true</Anonymized>', '<Anonymized>false</Anonymized>', false],
  ['a word that is no boolean', '<Anonymized>yes</Anonymized>', '<Anonymized>true</Anonymized>', null],
])('anonymized when said of %s', (_, first, second, anonymized) => {
  const objects = [patientXml(), flagged('2.25.1', first), flagged('2.25.2', second)];
  expect(transferOf(read(messageXml({ objects }))).anonymized).toBe(anonymized);
});

test.each<[string, Parameters<typeof messageXml>[0], string[]]>([
  ['no patient id', { objects: [patientXml(' ^^^RIVERBEND'), studyXml()] }, ['noPatient']],
  ['one patient and one without id', { objects: [patientXml(), patientXml(''), studyXml()] }, ['noPatient']],
  [
    'a provider in place of the patient',
    { objects: [patientXml().replace('Role="1"', 'Role="15"'), studyXml()] },
    ['noPatient'],
  ],
  [
    'one id under two issuers',
    { objects: [patientXml('1^^^A'), patientXml('1^^^B'), studyXml()] },
    ['severalPatients'],
  ],
  ['no destination', { participants: [sourceXml] }, ['noDestination']],
  [
    'a destination without any name',
    { participants: ['<ActiveParticipant UserID=""><RoleIDCode csd-code="110152"/></ActiveParticipant>'] },
    ['noDestination'],
  ],
  ['no audit source', { auditSource: '' }, ['noAuditSource']],
  ['no study in a transfer', { objects: [patientXml()] }, ['noStudy']],
  [
    'a study in two versions',
    { objects: [patientXml(), studyXml(), studyXml(undefined, '')] },
    ['contradictoryStudy'],
  ],
  ['a serious failure', { outcome: '8' }, ['transferNotSuccessful']],
  ['an outcome of its own', { outcome: '1' }, ['outcomeUnknown']],
  [
    'several faults, gravest first',
    { outcome: '12', dateTime: 'x', objects: [studyXml()] },
    ['noPatient', 'badEventTime', 'transferNotSuccessful'],
  ],
])('%s waits for staff', (_, parts, reasons) => {
  expect(read(messageXml(parts))).toMatchObject({ outcome: 'quarantined', reason: reasons[0], reasons });
});

test('an export of several patients waits for staff', () => {
  const objects = [patientXml(), patientXml('RB000533^^^RIVERBEND'), studyXml()];
  expect(read(messageXml({ eventId: '110106', objects }))).toMatchObject({
    outcome: 'quarantined',
    reasons: ['severalPatients'],
    partial: { patients: [{ id: 'RB000417' }, { id: 'RB000533' }] },
  });
});

test.each(['110103', '110107', '110112', '110100', 'ITI-41'])('event %j is never a disclosure', (eventId) => {
  expect(read(messageXml({ eventId }))).toMatchObject({ outcome: 'ignored', eventCode: eventId });
});

test('a configured zone is applied and recorded', () => {
  const bytes = bytesOf(messageXml({ dateTime: '2026-09-14T08:15:02' }));
  expect(transferOf(readAuditMessage(bytes, { now, assumedTimeZone: 'America/New_York' }))).toMatchObject({
    occurredAt: new Date('2026-09-14T12:15:02Z'),
    assumedTimeZone: 'America/New_York',
  });
});

test('a look whether a study is still there is no transfer; with a receiver, or of images in use, it is', () => {
  const withoutRole = (xml: string) => xml.replace(/<RoleIDCode[^>]*>/, '');
  const lifeCycle = (stage: string) =>
    studyXml().replace('TypeCodeRole="3"', `TypeCodeRole="3" ParticipantObjectDataLifeCycle="${stage}"`);
  const told = (participant: string, stage: string) => {
    const reading = read(
      messageXml({ participants: [participant], objects: [patientXml(), lifeCycle(stage)] }),
    );
    return 'reason' in reading ? `${reading.outcome} ${reading.reason}` : reading.outcome;
  };
  expect(told(withoutRole(sourceXml), '4')).toBe('ignored notATransfer');
  expect(told(withoutRole(sourceXml), '6')).toBe('quarantined noDestination');
  expect(told(sourceXml, '4')).toBe('quarantined noDestination');
  expect(told(destinationXml, '4')).toBe('transfer');
});
