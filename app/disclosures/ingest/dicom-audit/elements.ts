import { Collector, refuse, type Attributes } from './collect.ts';
import { isLongerThan } from './long-values.ts';
import type { AuditMessage } from './message.ts';
import { limits } from './refusal.ts';

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

/** What a parser of XML tells, in the order of the document. */
export interface XmlEvents {
  /** Before its attributes are read. */
  beginElement(): void;
  attribute(value: string): void;
  /** @param attributes by the name that they are written with */
  openElement(local: string, uri: string, attributes: Attributes): void;
  closeElement(): void;
  text(chunk: string): void;
}

/** Follows the elements of a message, within the limits of `refusal.ts`, and hands what is read to a collector. */
export class MessageElements implements XmlEvents {
  private readonly collector = new Collector();
  private readonly contexts: string[] = [];
  private readonly textBytes: number[] = [];
  private attributesHere = 0;

  beginElement(): void {
    this.attributesHere = 0;
    if (this.contexts.length >= limits.depth)
      refuse('tooDeep', `more than ${limits.depth} open elements`, limits.depth);
  }

  attribute(value: string): void {
    this.attributesHere += 1;
    if (this.attributesHere > limits.attributesPerElement) {
      const bound = limits.attributesPerElement;
      refuse('tooManyAttributes', `more than ${bound} attributes on one element`, bound);
    }
    if (isLongerThan(value, limits.valueBytes)) {
      refuse('valueTooLong', `an attribute value of more than ${limits.valueBytes} bytes`, limits.valueBytes);
    }
  }

  openElement(local: string, uri: string, attributes: Attributes): void {
    const parent = this.contexts.at(-1);
    this.textBytes.push(0);
    if (parent === undefined) {
      if (local !== 'AuditMessage') refuse('wrongRoot', 'the root element is not AuditMessage');
      if (uri !== '') refuse('wrongNamespace', 'AuditMessage has no namespace');
      this.contexts.push('AuditMessage');
      return;
    }
    if (uri !== '') {
      this.contexts.push(notRead);
      return;
    }
    if (local === 'Instance') this.collector.countInstance();
    if (wrappers.get(local) === parent) {
      this.contexts.push(parent);
    } else if (childrenOf.get(parent)?.has(local)) {
      this.collector.open(parent, local, attributes);
      this.contexts.push(local);
    } else {
      this.contexts.push(notRead);
    }
  }

  closeElement(): void {
    this.contexts.pop();
    this.textBytes.pop();
  }

  text(chunk: string): void {
    const context = this.contexts.at(-1);
    if (context === undefined) return;
    const isKept = textKept.has(context);
    if (!isKept && !/\S/.test(chunk)) return;
    const bound = isKept ? limits.valueBytes : limits.unreadTextBytes;
    const total = (this.textBytes.at(-1) ?? 0) + utf8.encode(chunk).length;
    this.textBytes[this.textBytes.length - 1] = total;
    if (total > bound) refuse('valueTooLong', `the text of an element of more than ${bound} bytes`, bound);
    if (isKept) this.collector.text(context, chunk);
  }

  finish(): AuditMessage {
    return this.collector.finish();
  }
}
