/** Why somebody was turned away, where it looks like an attempt to get around a control: no page and no program of ours asks so. */
export const refusalReasons = [
  'wrongKey',
  'keyInAddress',
  'foreignForm',
  'oldDataRequest',
  'hostileForm',
  'oddRequest',
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** A refusal that is worth an entry: the first one, the tenth, the hundredth of a network in a window. */
export interface CountedRefusal {
  /** Null: of all networks beyond the first hundred of the window together. */
  network: string | null;
  /** Since the window began, in this process. */
  times: number;
}

const window = 15 * 60_000;
const mostNetworks = 100;

/**
 * Counts refusals in memory, so that a flood costs the database nothing: for each reason at most a hundred networks in a quarter of an
 * hour, and of each one entry for every power of ten.
 */
export function refusalCounts(): (
  reason: RefusalReason,
  network: string,
  now: Date,
) => CountedRefusal | null {
  const windows = new Map<RefusalReason, { from: number; byNetwork: Map<string, number>; others: number }>();
  return (reason, network, now) => {
    const at = now.getTime();
    let current = windows.get(reason);
    if (!current || at - current.from >= window || at < current.from) {
      current = { from: at, byNetwork: new Map(), others: 0 };
      windows.set(reason, current);
    }
    const known = current.byNetwork.get(network);
    if (known === undefined && current.byNetwork.size >= mostNetworks) {
      current.others += 1;
      return isPowerOfTen(current.others) ? { network: null, times: current.others } : null;
    }
    const times = (known ?? 0) + 1;
    current.byNetwork.set(network, times);
    return isPowerOfTen(times) ? { network, times } : null;
  };
}

const isPowerOfTen = (count: number) => /^10*$/.test(String(count));
