import { SaxesParser } from 'saxes';

/** Why a file could not be read as a model card. */
export type CardRefusal = 'tooLarge' | 'encoding' | 'doctype' | 'notWellFormed' | 'notACard' | 'tooMuch';

/** Bounds on one card, each far above what is published. XML without a DTD can still be made to cost memory and time. */
export const cardLimits = {
  bytes: 1_048_576,
  depth: 16,
  elements: 2_000,
  attributesPerElement: 32,
  /** Of one element, in characters. */
  text: 20_000,
} as const;

/** The texts of a card by the path of their elements (`BasicInfo.ModelName`), in the order of the file. What is said twice is joined. */
export type CardElements = Record<string, string>;

export type ReadCard = { ok: true; elements: CardElements } | { ok: false; refusal: CardRefusal };

class Refused extends Error {
  constructor(readonly refusal: CardRefusal) {
    super(refusal);
  }
}

/** Namespaces of the Coalition for Health AI's schema (`…/v0.1/schema.xsd`, `…/v0.2/schema.xsd`); a card without one is read too. */
const ownNamespace = /^(https:\/\/mc\.chai\.org\/[\w./-]{0,80})?$/;

/**
 * Reads an applied model card. Strict and streaming: a document type declaration is refused before an entity of it could be used, nothing
 * is fetched, elements of other namespaces (a signature) are passed over. Never throws.
 */
export function readModelCard(bytes: Uint8Array): ReadCard {
  if (bytes.length > cardLimits.bytes) return { ok: false, refusal: 'tooLarge' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { ok: false, refusal: 'encoding' };
  }
  if (/^<\?xml[^>]*encoding\s*=\s*["'](?!utf-?8["'])/i.test(text)) return { ok: false, refusal: 'encoding' };
  try {
    return { ok: true, elements: parse(text) };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

function parse(text: string): CardElements {
  const found = new Map<string, string[]>();
  /** Open elements; null: one of another namespace, or within it. */
  const open: (string | null)[] = [];
  const texts: string[] = [];
  let count = 0;
  let attributes = 0;
  const refuse = (refusal: CardRefusal): never => {
    throw new Refused(refusal);
  };
  const parser = new SaxesParser({
    xmlns: true,
    position: false,
    forceXMLVersion: true,
    defaultXMLVersion: '1.0',
  });
  parser.on('error', () => refuse('notWellFormed'));
  parser.on('doctype', () => refuse('doctype'));
  parser.on('opentagstart', () => {
    attributes = 0;
    count += 1;
    if (open.length >= cardLimits.depth || count > cardLimits.elements) refuse('tooMuch');
  });
  parser.on('attribute', ({ value }) => {
    attributes += 1;
    if (attributes > cardLimits.attributesPerElement || value.length > cardLimits.text) refuse('tooMuch');
  });
  parser.on('opentag', ({ local, uri }) => {
    if (open.length === 0 && (local !== 'AppliedModelCard' || !ownNamespace.test(uri))) refuse('notACard');
    open.push(ownNamespace.test(uri) && (open.length === 0 || open.at(-1) !== null) ? local : null);
    texts.push('');
  });
  const take = (chunk: string) => {
    if (open.length === 0) return;
    const whole = (texts.pop() ?? '') + chunk;
    if (whole.length > cardLimits.text) refuse('tooMuch');
    texts.push(whole);
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    const said = (texts.pop() ?? '').trim();
    const path = open.slice(1).join('.');
    const isOwn = open.length > 1 && open.every((one) => one !== null);
    open.pop();
    if (isOwn && said !== '') found.set(path, [...(found.get(path) ?? []), said.replaceAll('\r\n', '\n')]);
    else if (isOwn && !found.has(path)) found.set(path, []);
  });
  parser.write(text).close();
  // A column of text keeps no NUL; XML 1.0 has none.
  return Object.fromEntries(
    [...found]
      .filter(
        ([path, said]) => said.length > 0 || ![...found.keys()].some((one) => one.startsWith(`${path}.`)),
      )
      .map(([path, said]) => [path, said.join('\n')]),
  );
}
