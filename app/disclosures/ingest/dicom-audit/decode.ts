import { limits, type AuditMessageRefusal } from './refusal.ts';

export type AllowedEncoding = 'UTF-8' | 'UTF-16' | 'ISO-8859-1' | 'US-ASCII';

export type Decoded =
  { ok: true; text: string; encoding: AllowedEncoding } | { ok: false; refusal: AuditMessageRefusal };

/** The declared names that are accepted, lower-cased, and what each asks for. IANA names and their usual aliases. */
const encodingOfName: ReadonlyMap<string, AllowedEncoding> = new Map<string, AllowedEncoding>([
  ['utf-8', 'UTF-8'],
  ['utf8', 'UTF-8'],
  ['utf-16', 'UTF-16'],
  ['utf-16le', 'UTF-16'],
  ['utf-16be', 'UTF-16'],
  ['iso-8859-1', 'ISO-8859-1'],
  ['iso_8859-1', 'ISO-8859-1'],
  ['iso8859-1', 'ISO-8859-1'],
  ['latin1', 'ISO-8859-1'],
  ['us-ascii', 'US-ASCII'],
  ['ascii', 'US-ASCII'],
]);

// XML 1.0 §2.8 [23] XMLDecl, whole: a declaration that this does not match is not a declaration.
const xmlDeclaration =
  /^<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.\d+"|'1\.\d+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"([A-Za-z][A-Za-z0-9._-]*)"|'([A-Za-z][A-Za-z0-9._-]*)'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\r\n]*\?>/;

/** A declaration longer than this is not looked for; the message is refused. */
const declarationLength = 1_024;

type Declaration = 'absent' | 'malformed' | { encodingName: string | null };

function readDeclaration(start: string): Declaration {
  if (!/^<\?xml[ \t\r\n]/.test(start)) return 'absent';
  const match = xmlDeclaration.exec(start);
  return match ? { encodingName: match[1] ?? match[2] ?? null } : 'malformed';
}

function refuse(code: AuditMessageRefusal['code'], detail: string, limit?: number): Decoded {
  return { ok: false, refusal: limit === undefined ? { code, detail } : { code, detail, limit } };
}

/** Each byte is its own code point. `TextDecoder('iso-8859-1')` is windows-1252 by the Encoding Standard, so not that. */
function oneByteAText({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

function decodeFatally(label: 'utf-8' | 'utf-16le' | 'utf-16be', bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

type ByteFamily = 'utf-8 mark' | 'utf-16le' | 'utf-16be' | 'utf-32' | 'one byte';

/** XML 1.0 appendix F: what the first bytes say, by byte order mark or by the shape of `<`. */
function familyOf(bytes: Uint8Array): ByteFamily {
  const [a, b, c, d] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8 mark';
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length >= 4 ? 'utf-32' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && (c === 0xfe || c === 0)) return 'utf-32';
  if (a === 0x3c && b === 0 && c === 0 && d === 0) return 'utf-32';
  if (a === 0x3c && b === 0) return 'utf-16le';
  if (a === 0 && b === 0x3c) return 'utf-16be';
  return 'one byte';
}

function decodeSixteenBit(bytes: Uint8Array, label: 'utf-16le' | 'utf-16be'): Decoded {
  const text = decodeFatally(label, bytes);
  if (text === null) return refuse('bytesDoNotFitEncoding', 'the bytes are not UTF-16');
  const declaration = readDeclaration(text.slice(0, declarationLength));
  if (declaration === 'malformed') return refuse('notWellFormed', 'malformed XML declaration');
  const name = declaration === 'absent' ? null : (declaration.encodingName?.toLowerCase() ?? null);
  if (name !== null && name !== 'utf-16' && name !== label) {
    return encodingOfName.has(name)
      ? refuse('bytesDoNotFitEncoding', 'the bytes are UTF-16 and the declaration says otherwise')
      : refuse('encodingNotAllowed', 'allowed: UTF-8, UTF-16, ISO-8859-1, US-ASCII');
  }
  return { ok: true, text, encoding: 'UTF-16' };
}

function decodeOneByteFamily(bytes: Uint8Array, hasUtf8Mark: boolean): Decoded {
  const start = oneByteAText(bytes.subarray(hasUtf8Mark ? 3 : 0, declarationLength));
  const declaration = readDeclaration(start);
  if (declaration === 'malformed') return refuse('notWellFormed', 'malformed XML declaration');
  const name = declaration === 'absent' ? null : declaration.encodingName;
  const encoding = name === null ? 'UTF-8' : encodingOfName.get(name.toLowerCase());
  if (encoding === undefined) {
    return refuse('encodingNotAllowed', 'allowed: UTF-8, UTF-16, ISO-8859-1, US-ASCII');
  }
  if (encoding === 'UTF-16') {
    return refuse('bytesDoNotFitEncoding', 'the declaration says UTF-16 and the bytes are not');
  }
  if (hasUtf8Mark && encoding !== 'UTF-8') {
    return refuse('bytesDoNotFitEncoding', 'a UTF-8 byte order mark and a declaration that says otherwise');
  }
  if (encoding === 'UTF-8') {
    const text = decodeFatally('utf-8', bytes);
    return text === null
      ? refuse('bytesDoNotFitEncoding', 'the bytes are not UTF-8')
      : { ok: true, text, encoding };
  }
  if (encoding === 'US-ASCII' && bytes.some((byte) => byte > 0x7f)) {
    return refuse('bytesDoNotFitEncoding', 'the bytes are not US-ASCII');
  }
  return { ok: true, text: oneByteAText(bytes), encoding };
}

/**
 * Turns the bytes of one audit message into text, by byte order mark and XML declaration (XML 1.0 §4.3.3 and
 * appendix F). Without either, UTF-8. Only UTF-8, UTF-16, ISO-8859-1 (the true one: 0x80–0x9F are C1 controls, not the
 * letters of windows-1252) and US-ASCII; a mark and a declaration that disagree, or a byte that does not fit, is
 * refused and never replaced. At most 1 MiB. The byte order mark is not part of the text. Never throws.
 */
export function decodeAuditMessage(bytes: Uint8Array): Decoded {
  if (bytes.length === 0) return refuse('empty', 'no bytes');
  if (bytes.length > limits.messageBytes) {
    return refuse('tooLarge', `more than ${limits.messageBytes} bytes`, limits.messageBytes);
  }
  const family = familyOf(bytes);
  switch (family) {
    case 'utf-32':
      return refuse('encodingNotAllowed', 'UTF-32; allowed: UTF-8, UTF-16, ISO-8859-1, US-ASCII');
    case 'utf-16le':
    case 'utf-16be':
      return decodeSixteenBit(bytes, family);
    case 'utf-8 mark':
      return decodeOneByteFamily(bytes, true);
    case 'one byte':
      return decodeOneByteFamily(bytes, false);
  }
}
