/** Why the first bytes of a file show that it is no CSV that can be read. */
export type NotCsv = 'empty' | 'utf16' | 'notText';

const begins = (bytes: Uint8Array, ...signs: number[]) => signs.every((sign, at) => bytes[at] === sign);

/** Looks at how a file begins, whatever its name says. @param first some thousand bytes are enough */
export function whyNotCsv(first: Uint8Array): NotCsv | null {
  if (first.length === 0) return 'empty';
  if (begins(first, 0xff, 0xfe) || begins(first, 0xfe, 0xff)) return 'utf16';
  const nuls = first.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  // Latin letters in UTF-16 without its mark: every second byte is NUL.
  if (nuls > first.length / 3) return 'utf16';
  const isPdf = begins(first, 0x25, 0x50, 0x44, 0x46);
  const isPacked = begins(first, 0x50, 0x4b, 0x03, 0x04) || begins(first, 0x1f, 0x8b);
  // Markup and JSON.
  const isOther = /^\s*[<{[]/.test(new TextDecoder().decode(first.subarray(0, 64)));
  return nuls > 0 || isPdf || isPacked || isOther ? 'notText' : null;
}
