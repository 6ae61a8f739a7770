import type { XmlEvents } from './elements.ts';

// The part of XML 1.0 that machines write: elements and attributes of ASCII names without prefix, double quotes, text without references.
// Everything else is left to a parser that knows the rest; what is taken here it would take too, and tell the same.

/** §2.8. Of the encoding nothing is asked: this is text already. */
const declaration =
  /<\?xml version="1\.0"(?: encoding="[A-Za-z][A-Za-z0-9._-]*")?(?: standalone="(?:yes|no)")?[ \t\n]*\?>/y;
const whiteSpace = /[ \t\n]*/y;
const openTag = /<([A-Za-z][\w.-]*)/y;
/** Values without what is changed in them on reading (§3.3.3): references and white space but the space. */
const attribute =
  /[ \t\n]+([A-Za-z][\w.-]*(?::[A-Za-z][\w.-]*)?)="([ !#-%'-;=-~\u00a0-\ud7ff\ue000-\ufffd]*)"/y;
const tagEnd = /[ \t\n]*(\/?)>/y;
const closeTag = /<\/([A-Za-z][\w.-]*)[ \t\n]*>/y;
/** §2.4: no `]]>`; the bracket alone is rare enough to leave all of it to the other parser. */
const text = /[\t\n -%'-;=-\\^-~\u00a0-\ud7ff\ue000-\ufffd]*/y;

/** The one name with a prefix that senders write, on the root alone: a hint where a schema is, which nobody follows. */
const schemaInstance = {
  name: 'xmlns:xsi',
  uri: 'http://www.w3.org/2001/XMLSchema-instance',
  prefix: 'xsi:',
};

/**
 * Reads a document of that part, and tells what is in it. @returns false for any other document, of which something may have been told by then
 * @throws what a teller throws
 */
export function readPlainXml(document: string, to: XmlEvents): boolean {
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(document);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const open: string[] = [];
  match(declaration);
  match(whiteSpace);
  do {
    if (document.charCodeAt(at + 1) === 0x2f) {
      const name = match(closeTag)?.[1];
      if (name === undefined || name !== open.pop()) return false;
      to.closeElement();
    } else {
      const name = match(openTag)?.[1];
      if (name === undefined) return false;
      to.beginElement();
      const attributes = new Map<string, string>();
      for (let found = match(attribute); found; found = match(attribute)) {
        const [, itsName, value] = found as unknown as [string, string, string];
        if (attributes.has(itsName)) return false;
        attributes.set(itsName, value);
        to.attribute(value);
      }
      const end = match(tagEnd);
      if (!end || !arePlain(attributes, open.length === 0)) return false;
      to.openElement(name, '', (itsName) => attributes.get(itsName) ?? null);
      if (end[1] === '/') to.closeElement();
      else open.push(name);
    }
    if (open.length === 0) break;
    const chunk = match(text)![0];
    if (chunk !== '') to.text(chunk);
  } while (at < document.length);
  match(whiteSpace);
  return open.length === 0 && at === document.length;
}

/** Whether no name belongs to a namespace but the hint of the root. */
function arePlain(attributes: ReadonlyMap<string, string>, isRoot: boolean): boolean {
  const { name, uri, prefix } = schemaInstance;
  for (const [its, value] of attributes) {
    if (its === 'xmlns') return false;
    if (!its.includes(':')) continue;
    const isHint = its === name ? value === uri : its.startsWith(prefix) && attributes.has(name);
    if (!isRoot || !isHint) return false;
  }
  return true;
}
