/** How much longer the one may take than the other, as a part of the longer. */
export const alikeWithin = 0.1;
const least = 80;
const most = 480;

export const apart = ([one, other]: readonly [number, number]) =>
  Math.abs(one - other) / Math.max(one, other);

/**
 * Times two kinds of call by turns, the one or the other first: what comes second finds things warm. Of few calls on a busy machine the
 * medians say little, so it goes on until they are alike, or until there were so many that noise does not explain what is left.
 * @param before done ahead of each call, and not timed
 * @returns the two medians, in milliseconds
 */
export async function mediansInTurn(
  before: () => Promise<unknown>,
  call: (kind: 0 | 1, turn: number) => Promise<unknown>,
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let turn = -4; turn < most; turn++) {
    for (const kind of turn % 2 ? ([0, 1] as const) : ([1, 0] as const)) {
      await before();
      const began = performance.now();
      await call(kind, turn);
      if (turn >= 0) times[kind].push(performance.now() - began);
    }
    if (turn + 1 >= least && (turn + 1) % 40 === 0 && apart(medians(times)) < alikeWithin / 2) break;
  }
  const found = medians(times);
  process.stdout.write(
    `medians of ${times[0].length} each: ${found.map((one) => one.toFixed(1)).join(' and ')} ms, ${(apart(found) * 100).toFixed(0)} % apart\n`,
  );
  return found;
}

function medians(times: readonly [number[], number[]]): [number, number] {
  const [one, other] = times.map((list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0);
  return [one ?? 0, other ?? 0];
}
