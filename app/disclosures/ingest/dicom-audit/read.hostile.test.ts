import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
  bytesOf,
  destinationXml,
  hostile,
  hostileNames,
  messageXml,
  patientXml,
  sample,
  sampleNames,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';

import { readAuditMessage } from './read.ts';
import { quarantineReasons } from './reading.ts';
import { refusalCodes } from './refusal.ts';

const now = new Date('2026-09-30T12:00:00Z');

const behaviour: Record<string, object> = {
  'hostile-01-xxe-file.xml': { outcome: 'rejected', code: 'doctypeNotAllowed' },
  'hostile-02-xxe-parameter-entity.xml': { outcome: 'rejected', code: 'doctypeNotAllowed' },
  'hostile-03-billion-laughs.xml': { outcome: 'rejected', code: 'doctypeNotAllowed' },
  'hostile-04-quadratic-blowup.xml': { outcome: 'rejected', code: 'doctypeNotAllowed' },
  'hostile-06-xinclude.xml': { outcome: 'transfer', transfer: { patient: { id: 'RB000417', name: null } } },
  'hostile-07-truncated.xml': { outcome: 'rejected', code: 'notWellFormed' },
  'hostile-08-wrong-encoding.xml': { outcome: 'rejected', code: 'bytesDoNotFitEncoding' },
  'hostile-09-utf16-declared-utf8.xml': { outcome: 'rejected', code: 'bytesDoNotFitEncoding' },
  'hostile-14-control-characters.xml': { outcome: 'rejected', code: 'notWellFormed' },
  'hostile-15-charref-nul.xml': { outcome: 'rejected', code: 'notWellFormed' },
  'hostile-16-script-in-fields.xml': {
    outcome: 'transfer',
    transfer: {
      patient: { name: '"><img src=x onerror=alert(1)>' },
      destinations: [{ aeTitles: ['<script>alert(1)</script>'], ip: '192.0.2.40' }],
      studies: [{ accession: '=HYPERLINK("http://203.0.113.66")' }],
    },
  },
  'hostile-18-bad-study-uid.xml': { outcome: 'quarantined', reasons: ['badStudyUid'] },
  'hostile-19-bad-datetime.xml': { outcome: 'quarantined', reasons: ['badEventTime'] },
  'hostile-20-datetime-no-zone.xml': { outcome: 'quarantined', reasons: ['eventTimeWithoutZone'] },
  'hostile-21-datetime-future.xml': { outcome: 'quarantined', reasons: ['eventTimeInFuture'] },
  'hostile-22-duplicate-attribute.xml': { outcome: 'rejected', code: 'notWellFormed' },
  'hostile-23-wrong-root.xml': { outcome: 'rejected', code: 'wrongRoot' },
  'hostile-24-empty.xml': { outcome: 'rejected', code: 'empty' },
  'hostile-25-two-roots.xml': { outcome: 'rejected', code: 'notWellFormed' },
  'hostile-26-negative-instances.xml': { outcome: 'quarantined', reasons: ['badInstanceCount'] },
  'hostile-30-namespaced.xml': { outcome: 'rejected', code: 'wrongNamespace' },
};

test('every hostile sample has a behaviour', () => {
  expect(hostileNames).toEqual(Object.keys(behaviour));
});

test.each(Object.entries(behaviour))('%s', (name, outcome) => {
  expect(readAuditMessage(hostile(name), { now })).toMatchObject(outcome);
});

const read = (xml: string) => readAuditMessage(bytesOf(xml), { now });

const laughs = Array.from({ length: 20 }, (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`).join(
  '',
);

test.each<[string, string, string]>([
  [
    'a 2 MB attribute value',
    messageXml({ participants: [`<ActiveParticipant UserID="${'x'.repeat(2_000_000)}"/>`] }),
    'tooLarge',
  ],
  [
    'an attribute value of 900,000 bytes',
    messageXml({ participants: [`<ActiveParticipant UserID="${'x'.repeat(900_000)}"/>`] }),
    'valueTooLong',
  ],
  [
    '10,000 attributes',
    messageXml({
      participants: [
        `<ActiveParticipant${Array.from({ length: 10_000 }, (_, at) => ` a${at}="x"`).join('')}/>`,
      ],
    }),
    'tooManyAttributes',
  ],
  [
    'nesting 100,000 deep',
    messageXml({ participants: ['<a>'.repeat(100_000) + '</a>'.repeat(100_000)] }),
    'tooDeep',
  ],
  [
    '20,000 participants',
    messageXml({ participants: Array(20_000).fill('<ActiveParticipant UserID="a"/>') }),
    'tooManyParticipants',
  ],
  [
    'a billion laughs and more',
    messageXml({ objects: [patientXml('1', '&a20;')] }).replace(
      '<AuditMessage>',
      `<!DOCTYPE AuditMessage [<!ENTITY a0 "lol">${laughs}]><AuditMessage>`,
    ),
    'doctypeNotAllowed',
  ],
  [
    'a DOCTYPE that is never closed',
    `<!DOCTYPE AuditMessage [${'<!ENTITY a "b">'.repeat(1_000)}`,
    'doctypeNotAllowed',
  ],
  ['a million open brackets', '<'.repeat(1_000_000), 'notWellFormed'],
])('refuses %s', (_, xml, code) => {
  expect(read(xml)).toMatchObject({ outcome: 'rejected', code });
});

test.each([
  [
    'U+202E in an AE title',
    { participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', 'NORTH\u202eLIGHT_AI')] },
  ],
  [
    'U+200B in an AE title',
    { participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', 'NORTHLIGHT\u200b_AI')] },
  ],
  [
    'U+200B by reference',
    { participants: [sourceXml, destinationXml.replace('NORTHLIGHT_AI', '&#x200B;NORTHLIGHT_AI')] },
  ],
  [
    'U+200B in a host',
    { participants: [sourceXml, destinationXml.replace('192.0.2.40', 'ingest\u200b.example')] },
  ],
  [
    'U+00AD in a URI, which the URL standard would drop',
    {
      participants: [
        sourceXml,
        destinationXml.replace('NORTHLIGHT_AI', 'https://in\u00adgest.example/').replace('110119', '12'),
      ],
    },
  ],
  ['U+200B in a patient id', { objects: [patientXml('RB\u200b000417^^^RIVERBEND'), studyXml()] }],
  ['U+202E in an issuer', { objects: [patientXml('RB000417^^^\u202eRIVERBEND'), studyXml()] }],
  ['U+202E in a patient name', { objects: [patientXml(undefined, 'Okafor\u202e^Ines'), studyXml()] }],
  ['a line feed by reference in a patient id', { objects: [patientXml('RB000417&#10;x'), studyXml()] }],
])('%s waits for staff', (_, parts) => {
  expect(read(messageXml(parts))).toMatchObject({ outcome: 'quarantined', reason: 'suspiciousCharacters' });
});

test('two destinations are two destinations', () => {
  const second = destinationXml.replace('NORTHLIGHT_AI', 'KESTREL_RES').replace('192.0.2.40', '192.0.2.77');
  expect(read(messageXml({ participants: [sourceXml, destinationXml, second] }))).toMatchObject({
    outcome: 'transfer',
    transfer: {
      destinations: [
        { aeTitles: ['NORTHLIGHT_AI'], ip: '192.0.2.40' },
        { aeTitles: ['KESTREL_RES'], ip: '192.0.2.77' },
      ],
    },
  });
});

test('a transfer without a patient waits for staff', () => {
  expect(read(messageXml({ objects: [studyXml()] }))).toMatchObject({
    outcome: 'quarantined',
    reasons: ['noPatient'],
  });
});

test('a transfer of two patients waits for staff', () => {
  const objects = [patientXml(), patientXml('RB000533^^^RIVERBEND'), studyXml()];
  expect(read(messageXml({ objects }))).toMatchObject({
    outcome: 'quarantined',
    reasons: ['severalPatients'],
  });
});

/** A reading is whole: a known code or reason, and for a transfer everything that a disclosure needs. */
function expectReading(bytes: Uint8Array): void {
  const reading = readAuditMessage(bytes, { now, assumedTimeZone: 'America/New_York' });
  switch (reading.outcome) {
    case 'rejected':
      expect(refusalCodes).toContain(reading.code);
      break;
    case 'quarantined':
      expect(quarantineReasons).toContain(reading.reason);
      break;
    case 'ignored':
      expect(['transferBegun', 'internalAccess', 'notATransfer']).toContain(reading.reason);
      break;
    case 'transfer': {
      const { transfer } = reading;
      expect(['110104', '110106']).toContain(reading.eventCode);
      expect(transfer.patient.id).not.toBe('');
      expect(transfer.destinations.length).toBeGreaterThan(0);
      expect(transfer.occurredAt.getTime()).toBeLessThanOrEqual(now.getTime() + 86_400_000);
    }
  }
}

test('any bytes give a reading', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      expectReading(bytes);
    }),
    { numRuns: 500 },
  );
});

test('any text in the fields gives a reading', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 }).map((value) => value.replace(/[<&"]/g, ''));
  const property = fc.property(text, text, text, text, (id, host, uid, time) => {
    const participants = [sourceXml, destinationXml.replace('192.0.2.40', () => host)];
    expectReading(
      bytesOf(messageXml({ dateTime: time, participants, objects: [patientXml(id), studyXml(uid)] })),
    );
    expectReading(bytesOf(messageXml({ participants, objects: [patientXml(id), studyXml()] })));
  });
  fc.assert(property, { numRuns: 200 });
});

type Change = { kind: 'set' | 'insert' | 'delete' | 'copy'; at: number; byte: number; length: number };

function change(bytes: Uint8Array, { kind, at, byte, length }: Change): Uint8Array {
  const start = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, start), bytes.subarray(start)];
  switch (kind) {
    case 'set':
      return Uint8Array.from([...before, byte, ...after.subarray(1)]);
    case 'insert':
      return Uint8Array.from([...before, byte, ...after]);
    case 'delete':
      return Uint8Array.from([...before, ...after.subarray(length)]);
    case 'copy':
      return Uint8Array.from([...before, ...after.subarray(0, length), ...after]);
  }
}

test('any damage to a good message gives a reading', () => {
  const changes = fc.array(
    fc.record<Change>({
      kind: fc.constantFrom('set', 'insert', 'delete', 'copy'),
      at: fc.nat(4_000),
      byte: fc.oneof(fc.nat(255), fc.constantFrom(...bytesOf('<>&"=/ 0^'))),
      length: fc.integer({ min: 1, max: 300 }),
    }),
    { minLength: 1, maxLength: 5 },
  );
  const property = fc.property(fc.constantFrom(...sampleNames), changes, (name, list) => {
    expectReading(list.reduce(change, sample(name)));
  });
  fc.assert(property, { numRuns: 500 });
});
