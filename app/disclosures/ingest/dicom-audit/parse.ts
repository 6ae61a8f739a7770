import { SaxesParser } from 'saxes';

import { Collector, Refused, refuse } from './collect.ts';
import { isLongerThan } from './long-values.ts';
import type { AuditMessage } from './message.ts';
import { limits, type AuditMessageRefusal } from './refusal.ts';

export type Parsed = { ok: true; message: AuditMessage } | { ok: false; refusal: AuditMessageRefusal };

/** Where an element is whose own children are not read: foreign, unknown or misplaced. */
const notRead = '';

/** The elements that are read, by the element they stand in (wrappers left out). */
const childrenOf: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    'AuditMessage',
    new Set([
      'EventIdentification',
      'ActiveParticipant',
      'AuditSourceIdentification',
      'ParticipantObjectIdentification',
    ]),
  ],
  ['EventIdentification', new Set(['EventID', 'EventTypeCode'])],
  ['ActiveParticipant', new Set(['RoleIDCode', 'UserIDTypeCode', 'MediaType'])],
  [
    'ParticipantObjectIdentification',
    new Set([
      'ParticipantObjectIDTypeCode',
      'ParticipantObjectName',
      'ParticipantObjectDetail',
      'Accession',
      'SOPClass',
      'StudyIDs',
      'Encrypted',
      'Anonymized',
    ]),
  ],
  ['SOPClass', new Set(['Instance'])],
]);

/** Elements that only wrap, and what they may stand in: senders differ on whether they are there. */
const wrappers: ReadonlyMap<string, string> = new Map([
  ['MediaIdentifier', 'ActiveParticipant'],
  ['ParticipantObjectDescription', 'ParticipantObjectIdentification'],
  ['ParticipantObjectContainsStudy', 'ParticipantObjectIdentification'],
]);

/** Elements whose text is kept. */
const textKept = new Set(['ParticipantObjectName', 'Encrypted', 'Anonymized']);

const utf8 = new TextEncoder();

function runParser(text: string): AuditMessage {
  // Not by a handler, which would be the seventh. Also where it is only spoken of, as in a comment: nobody's archive does.
  if (text.includes('<!DOCTYPE')) refuse('doctypeNotAllowed', 'document type declaration');
  const collector = new Collector();
  const contexts: string[] = [];
  const textBytes: number[] = [];
  let attributesHere = 0;

  // XML 1.1 would allow control characters by reference; a message that says 1.1 is read by the rules of 1.0, as
  // XML 1.0 (fifth edition) §2.8 asks.
  const parser = new SaxesParser({
    xmlns: true,
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });

  // Six handlers at the most: V8 takes a parser with a seventh for a dictionary, and each character then costs three times as much.
  parser.on('error', (error) => {
    // What follows the colon can be a name or value from the message.
    const rule = error.message.split(':', 1)[0] ?? '';
    refuse('notWellFormed', `line ${parser.line}, column ${parser.column}: ${rule}`);
  });
  parser.on('attribute', ({ value }) => {
    attributesHere += 1;
    if (attributesHere > limits.attributesPerElement) {
      const bound = limits.attributesPerElement;
      refuse('tooManyAttributes', `more than ${bound} attributes on one element`, bound);
    }
    if (isLongerThan(value, limits.valueBytes)) {
      refuse('valueTooLong', `an attribute value of more than ${limits.valueBytes} bytes`, limits.valueBytes);
    }
  });
  parser.on('opentag', (tag) => {
    attributesHere = 0;
    if (contexts.length >= limits.depth)
      refuse('tooDeep', `more than ${limits.depth} open elements`, limits.depth);
    const parent = contexts.at(-1);
    textBytes.push(0);
    if (parent === undefined) {
      if (tag.local !== 'AuditMessage') refuse('wrongRoot', 'the root element is not AuditMessage');
      if (tag.uri !== '') refuse('wrongNamespace', 'AuditMessage has no namespace');
      contexts.push('AuditMessage');
      return;
    }
    if (tag.uri !== '') {
      contexts.push(notRead);
      return;
    }
    if (tag.local === 'Instance') collector.countInstance();
    if (wrappers.get(tag.local) === parent) {
      contexts.push(parent);
    } else if (childrenOf.get(parent)?.has(tag.local)) {
      collector.open(parent, tag.local, tag);
      contexts.push(tag.local);
    } else {
      contexts.push(notRead);
    }
  });
  parser.on('closetag', () => {
    contexts.pop();
    textBytes.pop();
  });
  const readText = (chunk: string) => {
    const context = contexts.at(-1);
    if (context === undefined) return;
    const isKept = textKept.has(context);
    if (!isKept && !/\S/.test(chunk)) return;
    const bound = isKept ? limits.valueBytes : limits.unreadTextBytes;
    const total = (textBytes.at(-1) ?? 0) + utf8.encode(chunk).length;
    textBytes[textBytes.length - 1] = total;
    if (total > bound) refuse('valueTooLong', `the text of an element of more than ${bound} bytes`, bound);
    if (isKept) collector.text(context, chunk);
  };
  parser.on('text', readText);
  parser.on('cdata', readText);

  parser.write(text).close();
  return collector.finish();
}

/**
 * Parses the text of one `AuditMessage` (DICOM PS3.15 A.5.1). Strict, namespace-aware, streaming; a document type
 * declaration is refused before any entity of it could be used, XInclude and `xsi:` hints are inert, and nothing is ever
 * fetched. The order of the sections is not enforced, elements of other namespaces and unknown elements are passed over.
 * Never throws: what cannot be read is a refusal, with the limits of `refusal.ts`.
 */
export function parseAuditMessage(text: string): Parsed {
  try {
    return { ok: true, message: runParser(text) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}
