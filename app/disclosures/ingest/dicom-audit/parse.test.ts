import { expect, test } from 'vitest';

import {
  destinationXml,
  messageXml,
  patientXml,
  sourceXml,
  studyXml,
} from '#tests/fixtures/dicom-audit/messages.ts';

import type { AuditMessage } from './message.ts';
import { parseAuditMessage } from './parse.ts';

function parsed(xml: string): AuditMessage {
  const result = parseAuditMessage(xml);
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
  return result.message;
}

const inParticipant = (children: string) =>
  `<ActiveParticipant UserID="X" UserIsRequestor="false">${children}</ActiveParticipant>`;

test('values are kept as sent', () => {
  const message = parsed(messageXml({ objects: [patientXml(' 00417^^^R '), studyXml()] }));
  expect(message.objects[0]?.id).toBe(' 00417^^^R ');
});

test('the code attribute of RFC 3881 stands for csd-code', () => {
  const message = parsed(messageXml().replaceAll('csd-code=', 'code='));
  expect(message.event.code).toBe('110104');
  expect(message.participants.map(({ roles }) => roles)).toEqual([['110153'], ['110152']]);
  expect(message.objects.map(({ idType }) => idType)).toEqual(['2', '110180']);
});

test.each([
  ['nested in MediaIdentifier', '<MediaIdentifier><MediaType csd-code="110033"/></MediaIdentifier>'],
  ['direct', '<MediaType csd-code="110033"/>'],
])('MediaType %s', (_, children) => {
  expect(parsed(messageXml({ participants: [inParticipant(children)] })).participants[0]?.mediaType).toBe(
    '110033',
  );
});

test('SOP classes, instances, accession and flags are found with and without ParticipantObjectDescription', () => {
  const contents =
    '<MPPS UID="2.25.4"/><Accession Number="A1"/><SOPClass UID="1.2" NumberOfInstances="2"><Instance UID="1.2.3"/><Instance UID="1.2.4"/></SOPClass><ParticipantObjectContainsStudy><StudyIDs UID="2.25.9"/></ParticipantObjectContainsStudy><Encrypted>true</Encrypted><Anonymized><![CDATA[fal]]>se</Anonymized>';
  const nested = parsed(messageXml({ objects: [studyXml('2.25.1', contents)] })).objects;
  const direct = parsed(
    messageXml({ objects: [studyXml('2.25.1', contents)] }).replaceAll(
      /<\/?ParticipantObjectDescription>/g,
      '',
    ),
  ).objects;
  expect(nested).toEqual(direct);
  expect(nested[0]).toMatchObject({
    accessionNumbers: ['A1'],
    sopClasses: [{ uid: '1.2', numberOfInstances: '2', listedInstances: 2 }],
    containedStudyUids: ['2.25.9'],
    encrypted: 'true',
    anonymized: 'false',
  });
});

test('what stands in a foreign or unknown element is not read', () => {
  const foreign = `<x:Wrap xmlns:x="urn:x">${destinationXml}</x:Wrap><Unknown>${destinationXml}</Unknown><ActiveParticipant xmlns="urn:x" UserID="Y"/>`;
  const message = parsed(messageXml({ participants: [sourceXml, foreign] }));
  expect(message.participants.map(({ userId }) => userId)).toEqual(['RIVERPACS']);
});

test('an attribute of another namespace is not the attribute', () => {
  const xml = messageXml({ participants: ['<ActiveParticipant xmlns:x="urn:x" x:UserID="Y" UserID="Z"/>'] });
  expect(parsed(xml).participants[0]?.userId).toBe('Z');
});

test('a message that calls itself XML 1.1 gets no control characters by reference', () => {
  const xml = messageXml({ objects: [patientXml('RB&#1;1')] }).replace('version="1.0"', 'version="1.1"');
  expect(parseAuditMessage(xml)).toMatchObject({ ok: false, refusal: { code: 'notWellFormed' } });
});

test('the detail of a refusal repeats nothing of the message', () => {
  const result = parseAuditMessage('<AuditMessage><Okafor-Ines>x</Other></AuditMessage>');
  expect(result).toEqual({
    ok: false,
    refusal: {
      code: 'notWellFormed',
      detail: expect.stringMatching(/^line 1, column \d+: unexpected close tag/),
    },
  });
});

const eventXml = '<EventIdentification><EventID csd-code="110104"/></EventIdentification>';

test.each<[string, string, string]>([
  ['white space only', '  ', 'notWellFormed'],
  ['an entity without a DTD', messageXml({ objects: [patientXml('&x;')] }), 'notWellFormed'],
  [
    'an entity named like an object member',
    messageXml({ objects: [patientXml('&constructor;')] }),
    'notWellFormed',
  ],
  ['an empty DOCTYPE', `<!DOCTYPE AuditMessage>${'<AuditMessage/>'}`, 'doctypeNotAllowed'],
  ['an unbound prefix', '<AuditMessage><a:b/></AuditMessage>', 'notWellFormed'],
  ['a prefixed root', '<d:AuditMessage xmlns:d="urn:d"/>', 'wrongNamespace'],
  ['a root of another case', '<auditMessage/>', 'wrongRoot'],
  ['no event', '<AuditMessage/>', 'missingElement'],
  ['an event without id', '<AuditMessage><EventIdentification/></AuditMessage>', 'missingElement'],
  [
    'an event id without code',
    '<AuditMessage><EventIdentification><EventID/></EventIdentification></AuditMessage>',
    'missingElement',
  ],
  ['an event id with a blank code', messageXml({ eventId: ' ' }), 'missingElement'],
  ['two events', `<AuditMessage>${eventXml}${eventXml}</AuditMessage>`, 'repeatedElement'],
  [
    'two event ids',
    `<AuditMessage>${eventXml.replace('</', '<EventID csd-code="110107"/></')}</AuditMessage>`,
    'repeatedElement',
  ],
])('refuses %s', (_, xml, code) => {
  expect(parseAuditMessage(xml)).toMatchObject({ ok: false, refusal: { code } });
});

const nested = (levels: number) => '<a>'.repeat(levels) + '</a>'.repeat(levels);
const attributes = (count: number) => Array.from({ length: count }, (_, at) => ` a${at}=""`).join('');

test.each<[string, (size: number) => string, number, string]>([
  ['open elements', (n) => messageXml({ auditSource: nested(n - 1) }), 32, 'tooDeep'],
  ['attributes', (n) => messageXml({ auditSource: `<a${attributes(n)}/>` }), 256, 'tooManyAttributes'],
  [
    'bytes of an attribute',
    (n) => messageXml({ auditSource: `<a a="${'x'.repeat(n)}"/>` }),
    4_096,
    'valueTooLong',
  ],
  [
    'bytes of a name',
    (n) => messageXml({ objects: [patientXml('1', 'x'.repeat(n))] }),
    4_096,
    'valueTooLong',
  ],
  [
    'bytes of unread text',
    (n) => messageXml({ auditSource: `<a>${'x'.repeat(n)}</a>` }),
    65_536,
    'valueTooLong',
  ],
  [
    'participants',
    (n) => messageXml({ participants: Array(n).fill('<ActiveParticipant UserID="a"/>') }),
    1_000,
    'tooManyParticipants',
  ],
  [
    'objects',
    (n) =>
      messageXml({ objects: Array(n).fill('<ParticipantObjectIdentification ParticipantObjectID="a"/>') }),
    1_000,
    'tooManyParticipants',
  ],
  [
    'instances',
    (n) =>
      messageXml({
        objects: [studyXml('2.25.1', `<SOPClass UID="1.2">${'<Instance UID="1.2"/>'.repeat(n)}</SOPClass>`)],
      }),
    10_000,
    'tooManyInstances',
  ],
])('the bound on %s', (_, make, bound, code) => {
  expect(parseAuditMessage(make(bound))).toMatchObject({ ok: true });
  expect(parseAuditMessage(make(bound + 1))).toMatchObject({ ok: false, refusal: { code, limit: bound } });
});

test('the bound on a value counts bytes, not characters', () => {
  const of = (length: number) =>
    parseAuditMessage(messageXml({ auditSource: `<a a="${'é'.repeat(length)}"/>` }));
  expect(of(2_048)).toMatchObject({ ok: true });
  expect(of(2_049)).toMatchObject({ ok: false, refusal: { code: 'valueTooLong' } });
});

test('indentation between many elements is not text', () => {
  const indented = `<SOPClass UID="1.2">${`${' '.repeat(80)}<Instance UID="1.2"/>\n`.repeat(2_000)}</SOPClass>`;
  expect(parsed(messageXml({ objects: [studyXml('2.25.1', indented)] })).objects[0]?.sopClasses).toHaveLength(
    1,
  );
});
