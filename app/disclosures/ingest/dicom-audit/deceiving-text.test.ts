import { expect, test } from 'vitest';

import { deceivesAsIdentifier, deceivesAsName, trimXml } from './deceiving-text.ts';

test.each([
  ['right-to-left override', 'NORTH\u202eLIGHT', true, true],
  ['isolate', '\u2066RB1', true, true],
  ['zero-width space', 'RB\u200b1', true, true],
  ['byte order mark', 'RB1\ufeff', true, true],
  ['zero-width joiner', 'RB\u200d1', true, false],
  ['soft hyphen', 'RB\u00ad1', true, false],
  ['no-break space', 'RB\u00a01', true, false],
  ['Hangul filler', 'RB\u3164', true, false],
  ['variation selector', 'RB1\ufe0f', true, false],
  ['tag character', 'RB1\u{e0041}', true, false],
  ['C1 control', 'RB\u00851', true, true],
  ['tab inside', 'RB\t1', true, true],
  ['plain', 'RB 000-417_x.y', false, false],
  ['letters of another alphabet', 'Jiménez^Ζωή 王小明', false, false],
])('%s', (_, value, asIdentifier, asName) => {
  expect(deceivesAsIdentifier(value)).toBe(asIdentifier);
  expect(deceivesAsName(value)).toBe(asName);
});

test('only the white space of XML is trimmed', () => {
  expect(trimXml(' \t\r\n a b \n')).toBe('a b');
  expect(trimXml('\ufeffa\u00a0')).toBe('\ufeffa\u00a0');
  expect(trimXml('   ')).toBe('');
});
