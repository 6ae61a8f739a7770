import { cumulativeStdNormalProbability, median, wilcoxonRankSum } from 'simple-statistics';
import { expect } from 'vitest';

/** How often each of the two is asked in a whole series. Any series' length is said before, and it is judged once, at its end. */
export const wholeSeries = 200;
/** How much longer the one may take than the other, as a part of it. */
const alikeWithin = 0.1;
/** Below this a series tells the two apart. */
const improbable = 0.01;
/** Turns ahead of the first that counts. */
const warmUp = 4;
/** For two whole series: so many turns, from 0, need accounts of their own. */
export const mostTurns = 2 * (wholeSeries + warmUp);

export interface Series {
  /** In milliseconds. */
  medians: [number, number];
  /** How much longer the second takes than its neighbour, in the middle of all turns: 0.1 is a tenth. */
  longer: number;
  /** Two-sided, by Mann and Whitney: how probable ranks so unequal are where there is no difference. */
  p: number;
  /** The same by the sign test, of neighbours alone: what a busy machine does to both is no part of it. */
  pOfNeighbours: number;
}

/**
 * Times two kinds of call by turns: what a busy machine does to the one it does to its neighbour, and chance says which of them goes first,
 * since what comes second finds things warm. A fixed order (one, other, other, one) kept time with what the process does every few
 * requests: it told two kinds apart that are the same.
 */
async function series(
  call: (kind: 0 | 1, turn: number) => Promise<unknown>,
  { first, length }: { first: number; length: number },
): Promise<[number[], number[]]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = first; turn < first + warmUp + length; turn++)
    for (const kind of Math.random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const)) {
      const began = performance.now();
      await call(kind, turn);
      if (turn >= first + warmUp) times[kind].push(performance.now() - began);
    }
  return times;
}

/** @param times of two kinds of call, in pairs of neighbours */
export function compared([one, other]: readonly [number[], number[]]): Series {
  const { length: n } = one;
  const u = wilcoxonRankSum(one, other) - (n * (n + 1)) / 2;
  const later = other.filter((time, turn) => time > (one[turn] ?? 0)).length;
  return {
    medians: [median(one), median(other)],
    longer: median(other.map((time, turn) => time / (one[turn] ?? time))) - 1,
    // Without a correction for ties: times in fractions of microseconds have next to none.
    p: twoSided((u - (n * n) / 2) / Math.sqrt((n * n * (2 * n + 1)) / 12)),
    pOfNeighbours: twoSided((later - n / 2) / Math.sqrt(n / 4)),
  };
}

function twoSided(z: number): number {
  return 2 * (1 - cumulativeStdNormalProbability(Math.abs(z)));
}

/** Whether a series tells the two apart. */
export function tellsApart({ longer, p, pOfNeighbours }: Series): boolean {
  return p <= improbable || pOfNeighbours <= improbable || Math.abs(longer) >= alikeWithin;
}

/**
 * That two kinds of call take alike long: a series does not tell them apart. One in about fifty does by chance where there is nothing, so
 * what it finds has to be found by a second one, as long, with other accounts, and in the same direction: by chance once in some
 * thousands. Nothing else is asked again.
 * @param length how often each is asked in a series
 * @param call asks once; turns from 0 on, below `mostTurns`, each with accounts and a network address of its own
 */
export async function expectAlike(
  length: number,
  call: (kind: 0 | 1, turn: number) => Promise<unknown>,
): Promise<void> {
  const first = compared(await series(call, { first: 0, length }));
  tell(length, first);
  if (!tellsApart(first)) return;
  const second = compared(await series(call, { first: mostTurns / 2, length }));
  tell(length, second);
  const isFound = tellsApart(second) && Math.sign(first.longer) === Math.sign(second.longer);
  expect(isFound ? [first, second] : [], 'two series tell the one from the other').toEqual([]);
}

function tell(length: number, { medians, longer, p, pOfNeighbours }: Series): void {
  process.stdout.write(
    `${length} each: medians ${medians.map((one) => one.toFixed(1)).join(' and ')} ms, the second ${(longer * 100).toFixed(1)} % longer, p ${p.toFixed(3)} and ${pOfNeighbours.toFixed(3)}\n`,
  );
}
