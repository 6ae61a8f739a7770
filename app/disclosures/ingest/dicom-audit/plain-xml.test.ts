import fc from 'fast-check';
import { expect, test } from 'vitest';

import {
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

import { decodeAuditMessage } from './decode.ts';
import { parseFully, parsePlainly } from './parse.ts';

function textOf(bytes: Uint8Array): string[] {
  const decoded = decodeAuditMessage(bytes);
  return decoded.ok ? [decoded.text] : [];
}

const samples = sampleNames.flatMap((name) => textOf(sample(name)));
const texts = [...samples, ...hostileNames.flatMap((name) => textOf(hostile(name))), messageXml()];

/** What is read plainly is what all of XML makes of it; the rest is left to that. */
function agrees(text: string): boolean {
  const plain = parsePlainly(text);
  if (plain !== null) expect({ ok: true, message: plain }).toEqual(parseFully(text));
  return plain !== null;
}

test('what senders write is read plainly', () => {
  expect(samples.filter(agrees).length).toBeGreaterThan(samples.length / 2);
  expect(agrees(messageXml())).toBe(true);
  expect(agrees(`${messageXml({ objects: [patientXml('RB1', 'Ōkafor^Inès'), studyXml()] })}\n`)).toBe(true);
  expect(agrees(messageXml({ objects: [patientXml('RB1', 'two\nlines\tand more')] }))).toBe(true);
  const contents = `<SOPClass UID="1.2">\n  <Instance UID="1.2.3"/>\n</SOPClass ><Anonymized >true</Anonymized>`;
  expect(agrees(messageXml({ objects: [patientXml(), studyXml('2.25.1', contents)] }))).toBe(true);
});

test.each([
  ['a reference in a value', messageXml({ objects: [patientXml('RB&#49;')] })],
  ['a reference in text', messageXml({ objects: [patientXml('1', 'Okafor &amp; Ines')] })],
  ['a section of characters', messageXml({ objects: [patientXml('1', '<![CDATA[Okafor]]>')] })],
  ['a comment', messageXml({ auditSource: '<!-- a -->' })],
  ['an instruction', messageXml({ auditSource: '<?a b?>' })],
  ['a line break in a value', messageXml({ objects: [patientXml('RB\n1')] })],
  ['a carriage return', messageXml({ objects: [patientXml('1', 'Okafor\r\nInes')] })],
  ['an end of a section', messageXml({ objects: [patientXml('1', 'a ]]> b')] })],
  ['a control character', messageXml({ objects: [patientXml('1', 'a\u0001b')] })],
  ['what is no character', messageXml({ objects: [patientXml('1', 'a\uffffb')] })],
  ['half a character', messageXml({ objects: [patientXml('1', 'a\ud800b')] })],
  ['a name twice', messageXml({ auditSource: '<a b="1" b="2"/>' })],
  ['no space between attributes', messageXml({ auditSource: '<a b="1"c="2"/>' })],
  ['a namespace', messageXml({ auditSource: '<a xmlns="urn:a"/>' })],
  ['a prefix', messageXml({ auditSource: '<a xmlns:b="urn:b"><b:c/></a>' })],
  ['a hint without its namespace', '<AuditMessage xsi:a="b"/>'],
  ['a hint in the namespace of another', '<AuditMessage xmlns:xsi="urn:b" xsi:a="b"/>'],
  ['a hint that is not on the root', messageXml({ auditSource: '<a xsi:a="b"/>' })],
  ['an element that closes another', messageXml({ auditSource: '<a></b>' })],
  ['an end alone', '</AuditMessage>'],
  ['no end', messageXml().slice(0, -1)],
  ['text after the root', `${messageXml()}a`],
  ['a second root', `${messageXml()}<a/>`],
  ['white space before the declaration', ` ${messageXml()}`.replace(' <', ' <?xml version="1.0"?><')],
  ['nothing', ''],
  ['a limit that is passed', messageXml({ auditSource: `<a b="${'x'.repeat(4_097)}"/>` })],
  ['a missing part', '<AuditMessage/>'],
])('%s is left to the parser of all of XML', (_, text) => {
  expect(parsePlainly(text)).toBeNull();
});

const odd = fc.constantFrom(
  ...['<', '>', '/', '"', "'", '=', '&', ']', ']]>', '&#1;', '&amp;', ' ', '\n', '\r', '\t', ':', '-', '.'],
  ...['<a>', '</a>', '<a/>', ' b="1"', ' xmlns="urn:a"', ' xmlns:xsi="urn:a"', ' xsi:a="1"', ' xml:id="1"'],
  ...['<!--', '-->', '<?', '?>', '<![CDATA[', '<!DOCTYPE a>', '<AuditMessage>', '</AuditMessage>', '1', 'é'],
  ...['\u0000', '\u0001', '\u007f', '\u0085', '\u2028', '\ufeff', '\ufffe', '\ud800', '\udc00', '😀'],
);

test('nothing that is wrong is taken: messages with odd pieces put in, taken out and moved', () => {
  const change = fc.record({ at: fc.nat(), cut: fc.nat({ max: 12 }), put: fc.array(odd, { maxLength: 2 }) });
  fc.assert(
    fc.property(
      fc.constantFrom(...texts),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      (whole, changes) => {
        let text = whole;
        for (const { at, cut, put } of changes) {
          const from = at % (text.length + 1);
          text = text.slice(0, from) + put.join('') + text.slice(from + (put.length > 0 ? cut % 3 : cut));
        }
        agrees(text);
      },
    ),
    { numRuns: 4_000 },
  );
});

test('nothing that is wrong is taken: documents of pieces', () => {
  const piece = fc.oneof(odd, fc.constantFrom(sourceXml, destinationXml, patientXml(), studyXml()));
  const event = '<EventIdentification><EventID csd-code="110104"/></EventIdentification>';
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.array(piece, { maxLength: 3 }), (inside, around) => {
      agrees(`<AuditMessage${around.join('')}>${event}${inside.join('')}</AuditMessage>`);
      agrees(`<AuditMessage>${event}${inside.join('')}</AuditMessage>${around.join('')}`);
    }),
    { numRuns: 4_000 },
  );
});
