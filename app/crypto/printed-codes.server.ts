import { randomInt } from 'node:crypto';

// No I, L, O, U: read aloud and typed from paper without mistakes (Crockford's base 32).
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export interface PrintedCode {
  /** As printed: groups of four, `7K3M-9QXZ-…`. */
  text: string;
  /** Says which stored code it is; kept as it stands. */
  selector: string;
  /** Of this only an argon2id hash is kept. */
  secret: string;
}

/** How a kind of printed code is cut: five bits a character, 64 and more of them secret. */
export interface PrintedCodeShape {
  selectorLength: number;
  secretLength: number;
}

/** A one-time code from paper: 16 characters, 65 bits secret (NIST SP 800-63B-4 §4.2.1.1 asks for 64). */
export const oneTimeCodeShape: PrintedCodeShape = { selectorLength: 3, secretLength: 13 };

/** An invitation: 20 characters, 70 bits secret; its selector is its own in the whole installation. */
export const invitationShape: PrintedCodeShape = { selectorLength: 6, secretLength: 14 };

export function newPrintedCode({ selectorLength, secretLength }: PrintedCodeShape): PrintedCode {
  const characters = Array.from(
    { length: selectorLength + secretLength },
    () => alphabet[randomInt(alphabet.length)],
  ).join('');
  return {
    text: characters.match(/.{1,4}/g)?.join('-') ?? characters,
    selector: characters.slice(0, selectorLength),
    secret: characters.slice(selectorLength),
  };
}

/** What somebody typed from paper: spaces, dashes and lower case are forgiven, O is 0, I and L are 1. Null when it is no such code. */
export function readPrintedCode(
  typed: string,
  { selectorLength, secretLength }: PrintedCodeShape,
): Omit<PrintedCode, 'text'> | null {
  const plain = typed
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  if (plain.length !== selectorLength + secretLength) return null;
  if ([...plain].some((character) => !alphabet.includes(character))) return null;
  return { selector: plain.slice(0, selectorLength), secret: plain.slice(selectorLength) };
}
