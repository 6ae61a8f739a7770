import { describe, expect, it } from 'vitest';
import { mayReport, mayReportFor, typedSources } from './key-sources.ts';

describe('sources that a key may report for', () => {
  it.each([
    ['', []],
    [' dcm4chee-arc \r\n\nRIVERPACS\ndcm4chee-arc', ['dcm4chee-arc', 'RIVERPACS']],
    ['Main archive, hall', ['Main archive, hall']],
    ['a\tb', null],
    ['x'.repeat(201), null],
    [Array.from({ length: 21 }, (_, n) => `s${n}`).join('\n'), null],
  ])('%j is %j', (text, sources) => expect(typedSources(text)).toEqual(sources));

  it.each([
    [[], 'any', true],
    [['a', 'b'], 'b', true],
    [['a'], 'A', false],
    [['a'], 'b', false],
    [['a'], null, true],
  ])('bound to %j, it may report for %j: %j', (sources, source, may) =>
    expect(mayReportFor(sources, source)).toBe(may),
  );

  it('concern keys that report alone', () => {
    expect([['checks:read'], ['fhir:write'], ['checks:read', 'disclosures:write']].map(mayReport)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
