/**
 * How far the time that an event tells may lie from when the database recorded it, in milliseconds: two machines' clocks, a request that
 * takes long, a transaction that waits.
 */
export const toleratedDistance = 15 * 60_000;

/** An event that tells another time than the one at which it came, or came before what stands before it in the chain. */
export interface OddTime {
  sequence: bigint;
  at: Date;
  /** Null where the row says nothing of it, though those before it do. */
  recordedAt: Date | null;
}

export interface OddTimes {
  count: number;
  /** The first of them. */
  first: OddTime[];
}

const mostNamed = 20;

/**
 * Holds what events say of their time against when they came; give it the links of a stretch of the chain in order. Events from before
 * the database kept that say nothing of it, and only those.
 * @param seededTo the place up to which a made-up facility's stories were told, as of earlier days; 0 for none
 */
export function timeKeeper(seededTo: bigint): { see: (link: OddTime) => void; found: () => OddTimes } {
  const first: OddTime[] = [];
  let count = 0;
  /** The latest that a link before said of when it was recorded. Events are sealed in the order in which they were committed. */
  let latest: number | null = null;
  return {
    see: ({ sequence, at, recordedAt }) => {
      const cameAt = recordedAt?.getTime() ?? null;
      const isOdd =
        cameAt === null
          ? latest !== null
          : Math.abs(at.getTime() - cameAt) > toleratedDistance ||
            // Put in later by somebody who can write that too.
            (latest !== null && latest - cameAt > toleratedDistance);
      if (cameAt !== null) latest = Math.max(latest ?? cameAt, cameAt);
      if (!isOdd || sequence <= seededTo) return;
      count += 1;
      if (first.length < mostNamed) first.push({ sequence, at, recordedAt });
    },
    found: () => ({ count, first: [...first] }),
  };
}

/** What two stretches that follow each other hold. */
export function bothTimes(earlier: OddTimes, later: OddTimes): OddTimes {
  return {
    count: earlier.count + later.count,
    first: [...earlier.first, ...later.first].slice(0, mostNamed),
  };
}
