import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastShown, protectedCounts, publicSpans } from './reports-public.ts';

/** Every set of counts that fits what is shown. */
function* fitting(cells: readonly (number | null)[], total: number | null): Generator<number[]> {
  const [first, ...rest] = cells;
  if (first === undefined) {
    if (total === null || total === 0) yield [];
    return;
  }
  const candidates = first === null ? Array.from({ length: leastShown }, (_, count) => count) : [first];
  for (const count of candidates) {
    if (total !== null && count > total) continue;
    for (const others of fitting(rest, total === null ? null : total - count)) yield [count, ...others];
  }
}

const counts = fc.array(fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 })), {
  minLength: 1,
  maxLength: 5,
});

describe('counts for the public', () => {
  it('are true where they are shown, and every count below 11 is hidden', () => {
    fc.assert(
      fc.property(counts, (list) => {
        const { cells, total } = protectedCounts(list);
        cells.forEach((cell, index) => expect(cell).toBe((list[index] ?? 0) < 11 ? null : list[index]));
        if (total !== null) expect(total).toBe(list.reduce((sum, one) => sum + one, 0));
      }),
    );
  });

  it('let nobody work out a hidden one from the others and the total', () => {
    fc.assert(
      fc.property(counts, (list) => {
        const { cells, total } = protectedCounts(list);
        const possible = cells.map(() => new Set<number>());
        for (const fit of fitting(cells, total)) fit.forEach((count, index) => possible[index]?.add(count));
        cells.forEach((cell, index) => {
          if (cell === null) expect(possible[index]?.size, JSON.stringify(list)).toBeGreaterThan(1);
          expect(possible[index]).toContain(list[index]);
        });
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [[140, 3], [140, null], null],
    [[140, 30], [140, 30], 170],
    [[140, 0, 0], [140, null, null], null],
    [[140, 10, 10], [140, null, null], null],
    [[140, 8, 5], [140, null, null], 153],
    [[4, 3], [null, null], null],
    [[0], [null], null],
  ])('%j: %j, together %j', (list, cells, total) => {
    expect(protectedCounts(list)).toEqual({ cells, total });
  });
});

it('shows spans that are the same on any two days, or have no day in common: there is nothing to subtract', () => {
  const day = fc.date({ min: new Date('2020-01-01'), max: new Date('2040-12-31'), noInvalidDate: true });
  const spansOn = (date: Date) => publicSpans(date.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, day, (one, other) => {
      for (const a of [...spansOn(one), ...spansOn(other)])
        for (const b of spansOn(other))
          expect((a.from === b.from && a.to === b.to) || a.to < b.from || b.to < a.from).toBe(true);
    }),
  );
  expect(publicSpans('2027-01-01')).toEqual([
    { from: '2026-01-01', to: '2026-12-31' },
    { from: '2025-01-01', to: '2025-12-31' },
  ]);
});
