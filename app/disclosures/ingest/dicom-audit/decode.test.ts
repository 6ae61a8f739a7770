import { expect, test } from 'vitest';

import { decodeAuditMessage } from './decode.ts';

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

function utf16(text: string, order: 'le' | 'be', withMark = true): Uint8Array {
  const whole = withMark ? `\ufeff${text}` : text;
  return Uint8Array.from(
    [...whole].flatMap((character) => {
      const code = character.charCodeAt(0);
      return order === 'le' ? [code & 255, code >> 8] : [code >> 8, code & 255];
    }),
  );
}

const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>é</a>`;

test.each<[string, Uint8Array, string, string]>([
  ['no declaration is UTF-8', new TextEncoder().encode('<a>é</a>'), 'UTF-8', '<a>é</a>'],
  ['declared UTF-8', new TextEncoder().encode(declared('utf-8')), 'UTF-8', declared('utf-8')],
  ['UTF-8 byte order mark is dropped', new TextEncoder().encode('\ufeff<a>é</a>'), 'UTF-8', '<a>é</a>'],
  ['declared ISO-8859-1', ascii(declared('ISO-8859-1')), 'ISO-8859-1', declared('ISO-8859-1')],
  [
    'declared US-ASCII',
    ascii("<?xml version='1.0' encoding='US-ASCII'?><a/>"),
    'US-ASCII',
    "<?xml version='1.0' encoding='US-ASCII'?><a/>",
  ],
  ['UTF-16 little-endian with mark', utf16(declared('UTF-16'), 'le'), 'UTF-16', declared('UTF-16')],
  ['UTF-16 big-endian with mark', utf16(declared('UTF-16'), 'be'), 'UTF-16', declared('UTF-16')],
  [
    'UTF-16BE declared, without mark',
    utf16(declared('UTF-16BE'), 'be', false),
    'UTF-16',
    declared('UTF-16BE'),
  ],
])('%s', (_, bytes, encoding, text) => {
  expect(decodeAuditMessage(bytes)).toEqual({ ok: true, text, encoding });
});

test('ISO-8859-1 is not windows-1252: 0x80 and 0x93 are controls, not € and “', () => {
  const bytes = Uint8Array.from([
    ...ascii('<?xml version="1.0" encoding="ISO-8859-1"?><a>'),
    0x80,
    0x93,
    ...ascii('</a>'),
  ]);
  expect(decodeAuditMessage(bytes)).toMatchObject({
    ok: true,
    text: expect.stringContaining('<a>\u0080\u0093</a>'),
  });
});

test('a long ISO-8859-1 text keeps every byte', () => {
  const text = `<?xml version="1.0" encoding="latin1"?><a>${'é'.repeat(20_001)}</a>`;
  expect(decodeAuditMessage(ascii(text))).toMatchObject({ ok: true, text });
});

test.each<[string, Uint8Array, string]>([
  ['no bytes', new Uint8Array(), 'empty'],
  ['more than 1 MiB', new Uint8Array(1_048_577).fill(0x20), 'tooLarge'],
  ['windows-1252', ascii(declared('windows-1252')), 'encodingNotAllowed'],
  ['UTF-7', ascii('<?xml version="1.0" encoding="UTF-7"?><a/>'), 'encodingNotAllowed'],
  ['UTF-32 by its mark', Uint8Array.of(0xff, 0xfe, 0, 0, 0x3c, 0, 0, 0), 'encodingNotAllowed'],
  ['UTF-32 without a mark', Uint8Array.of(0, 0, 0, 0x3c, 0, 0, 0, 0x61), 'encodingNotAllowed'],
  ['an unknown name in UTF-16', utf16(declared('EBCDIC-CP-US'), 'le'), 'encodingNotAllowed'],
  ['ISO-8859-1 bytes declared UTF-8', ascii(declared('UTF-8')), 'bytesDoNotFitEncoding'],
  ['overlong UTF-8', Uint8Array.of(0x3c, 0x61, 0xc0, 0xaf), 'bytesDoNotFitEncoding'],
  ['a surrogate in UTF-8', Uint8Array.of(0x3c, 0x61, 0xed, 0xa0, 0x80), 'bytesDoNotFitEncoding'],
  ['a lone surrogate in UTF-16', utf16('<a>\ud800</a>', 'le'), 'bytesDoNotFitEncoding'],
  ['half a unit of UTF-16', utf16('<a/>', 'be').subarray(0, 7), 'bytesDoNotFitEncoding'],
  ['UTF-16 declared UTF-8', utf16(declared('UTF-8'), 'le'), 'bytesDoNotFitEncoding'],
  ['big-endian declared little-endian', utf16(declared('UTF-16LE'), 'be'), 'bytesDoNotFitEncoding'],
  [
    'one-byte text declared UTF-16',
    ascii('<?xml version="1.0" encoding="UTF-16"?><a/>'),
    'bytesDoNotFitEncoding',
  ],
  [
    'UTF-8 mark, declared ISO-8859-1',
    new TextEncoder().encode(`\ufeff${declared('ISO-8859-1')}`),
    'bytesDoNotFitEncoding',
  ],
  ['a byte above 0x7F declared US-ASCII', ascii(declared('US-ASCII')), 'bytesDoNotFitEncoding'],
  ['a declaration that does not parse', ascii('<?xml encoding="ISO-8859-1"?><a/>'), 'notWellFormed'],
  [
    'a declaration pushed out of sight',
    ascii(`<?xml version="1.0"${' '.repeat(2_000)}encoding="latin1"?><a/>`),
    'notWellFormed',
  ],
])('refuses %s', (_, bytes, code) => {
  expect(decodeAuditMessage(bytes)).toMatchObject({ ok: false, refusal: { code } });
});

test('exactly 1 MiB is read', () => {
  expect(decodeAuditMessage(new Uint8Array(1_048_576).fill(0x20))).toMatchObject({ ok: true });
});
