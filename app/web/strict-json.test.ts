import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t'), (json, space) => {
      const spread = JSON.stringify(JSON.parse(json), null, space);
      expect(parseStrictJson(spread)).toEqual(JSON.parse(spread));
    }),
  );
});

test.each([
  ['{"a":1,"b":{"a":2},"c":[{"a":3},{"a":4}]}'],
  ['{"a":"a","b":"\\"a\\"","\\\\":"x"}'],
  ['["a","a",{"a":["a"]},"a"]'],
  ['{"a":{},"b":[],"":0}'],
])('takes %s', (json) => {
  expect(parseStrictJson(json)).toEqual(JSON.parse(json));
});

test.each([
  ['a member twice', '{"a":1,"a":1}'],
  ['a member twice with others between', '{"a":{"b":[1,{"c":2}]},"d":"}","a":1}'],
  ['a member twice, deep down', '[[{"x":[{"a":1,"b":2,"a":3}]}]]'],
  ['a member written in two ways', '{"a":1,"\\u0061":2}'],
  ['an empty name twice', '{"":1,"":2}'],
  ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
  ['no JSON', '{"a":1'],
  ['nothing', ''],
])('refuses %s', (_, json) => {
  expect(parseStrictJson(json)).toBeUndefined();
});
