import { SaxesParser } from 'saxes';

import { Refused, refuse } from './collect.ts';
import { MessageElements } from './elements.ts';
import type { AuditMessage } from './message.ts';
import { readPlainXml } from './plain-xml.ts';
import type { AuditMessageRefusal } from './refusal.ts';

export type Parsed = { ok: true; message: AuditMessage } | { ok: false; refusal: AuditMessageRefusal };

/** By the parser that knows all of XML. */
export function parseFully(text: string): Parsed {
  const elements = new MessageElements();
  // XML 1.1 would allow control characters by reference; a message that says 1.1 is read by the rules of 1.0, as
  // XML 1.0 (fifth edition) §2.8 asks.
  const parser = new SaxesParser({
    xmlns: true,
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  parser.on('error', (error) => {
    // What follows the colon can be a name or value from the message.
    const rule = error.message.split(':', 1)[0] ?? '';
    refuse('notWellFormed', `line ${parser.line}, column ${parser.column}: ${rule}`);
  });
  parser.on('doctype', () => refuse('doctypeNotAllowed', 'document type declaration'));
  parser.on('opentagstart', () => elements.beginElement());
  parser.on('attribute', ({ value }) => elements.attribute(value));
  parser.on('opentag', ({ local, uri, attributes }) =>
    elements.openElement(local, uri, (name) => attributes[name]?.value ?? null),
  );
  parser.on('closetag', () => elements.closeElement());
  parser.on('text', (chunk) => elements.text(chunk));
  parser.on('cdata', (chunk) => elements.text(chunk));
  return orRefusal(() => {
    parser.write(text).close();
    return elements.finish();
  });
}

/** The same message in a tenth of the time, where it is written as senders write it and nothing is wrong with it; else null. */
export function parsePlainly(text: string): AuditMessage | null {
  const elements = new MessageElements();
  const parsed = orRefusal(() => (readPlainXml(text, elements) ? elements.finish() : null));
  return parsed.ok ? parsed.message : null;
}

function orRefusal<Message>(
  read: () => Message,
): { ok: true; message: Message } | { ok: false; refusal: AuditMessageRefusal } {
  try {
    return { ok: true, message: read() };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/**
 * Parses the text of one `AuditMessage` (DICOM PS3.15 A.5.1). Strict, namespace-aware, streaming; a document type
 * declaration is refused before any entity of it could be used, XInclude and `xsi:` hints are inert, and nothing is ever
 * fetched. The order of the sections is not enforced, elements of other namespaces and unknown elements are passed over.
 * Never throws: what cannot be read is a refusal, with the limits of `refusal.ts`. Whatever is refused, and why, is said by
 * the parser that knows all of XML.
 */
export function parseAuditMessage(text: string): Parsed {
  const message = parsePlainly(text);
  return message ? { ok: true, message } : parseFully(text);
}
