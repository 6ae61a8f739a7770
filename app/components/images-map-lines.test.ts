import { describe, expect, it } from 'vitest';
import { mapDashes, mapPath, shownOnMap } from './images-map-lines.ts';

describe('shownOnMap', () => {
  it.each([
    [0, 0, 0],
    [1, 1, 0],
    [8, 8, 0],
    [9, 8, 1],
    [30, 8, 22],
  ])('of %i recipients shows %i and says %i more', (count, shown, more) => {
    const recipients = Array.from({ length: count }, (_, index) => index);
    const result = shownOnMap(recipients);
    expect(result.shown).toEqual(recipients.slice(0, shown));
    expect(result.more).toBe(more);
  });
});

describe('mapPath', () => {
  it('is a straight line to a lone recipient', () => {
    expect(mapPath(0, 1)).toBe('M0 0.5C45 0.5 45 0.5 100 0.5');
  });

  it('arrives in the middle of each row, in order', () => {
    const arrivals = [0, 1, 2, 3].map((index) => Number(mapPath(index, 4).split(' ').at(-1)));
    expect(arrivals).toEqual([0.5, 1.5, 2.5, 3.5]);
  });
});

it('draws every purpose differently', () => {
  expect(new Set(Object.values(mapDashes)).size).toBe(Object.keys(mapDashes).length);
});
