/** Below this number a count is not shown to the public (CMS's rule for cells). */
export const leastShown = 11;

export interface Protected {
  /** Null: fewer than 11. */
  cells: (number | null)[];
  /** Null: not shown, so that nothing can be worked out from it. */
  total: number | null;
}

/**
 * Counts that add up to a total, fit for the public: each below 11 is hidden. The total is shown only where it leaves every hidden count
 * open: at least two are hidden, together they are 11 or more, and not as many as they could be at most.
 */
export function protectedCounts(counts: readonly number[]): Protected {
  const hidden = counts.filter((count) => count < leastShown);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const together = hidden.reduce((sum, count) => sum + count, 0);
  const staysOpen =
    hidden.length === 0 ||
    (hidden.length > 1 && together >= leastShown && together < hidden.length * (leastShown - 1));
  return {
    cells: counts.map((count) => (count < leastShown ? null : count)),
    total: total >= leastShown && staysOpen ? total : null,
  };
}

export interface PublicSpan {
  from: string;
  to: string;
}

/**
 * The last two whole years, the newer first. Spans of any two days are the same or have no day in common: of figures that grow, or of spans
 * that overlap, the difference would show what a short time added.
 * @param today facility-local date
 */
export function publicSpans(today: string): PublicSpan[] {
  const year = Number(today.slice(0, 4));
  return [year - 1, year - 2].map((one) => ({ from: `${one}-01-01`, to: `${one}-12-31` }));
}
