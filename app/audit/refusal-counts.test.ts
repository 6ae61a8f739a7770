import { describe, expect, it } from 'vitest';
import { refusalCounts } from './refusal-counts.ts';

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 22, 14, minutes));

describe('refusals of people whom nobody knows', () => {
  it('are told the first time, the tenth, the hundredth, and anew in the next window', () => {
    const count = refusalCounts();
    const told = Array.from({ length: 1_000 }, () => count('foreignForm', '192.0.2.1', at(0))?.times).filter(
      Boolean,
    );
    expect(told).toEqual([1, 10, 100, 1_000]);
    expect(count('wrongKey', '192.0.2.1', at(1))).toEqual({ network: '192.0.2.1', times: 1 });
    expect(count('foreignForm', '192.0.2.2', at(1))).toEqual({ network: '192.0.2.2', times: 1 });
    expect(count('foreignForm', '192.0.2.1', at(14))).toBeNull();
    expect(count('foreignForm', '192.0.2.1', at(15))).toEqual({ network: '192.0.2.1', times: 1 });
  });

  it('of more than a hundred networks are told together', () => {
    const count = refusalCounts();
    const told = Array.from({ length: 10_100 }, (_, one) => count('wrongKey', `net-${one}`, at(0))).filter(
      (one) => one !== null,
    );
    expect(told).toHaveLength(100 + 5);
    expect(told.slice(100)).toEqual([1, 10, 100, 1_000, 10_000].map((times) => ({ network: null, times })));
    expect(count('wrongKey', 'net-0', at(1))).toBeNull();
  });
});
