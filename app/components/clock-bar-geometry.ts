/** A stretch of a clock on the bar, in percent of its width. */
export interface ClockSegment {
  /** `base`: the first period. `extra`: the extension. `pause`: does not count. `late`: past the effective due date. */
  kind: 'base' | 'extra' | 'pause' | 'late';
  from: number;
  to: number;
}

/** A place on the bar that has a label, in percent. `row` is the label line below the bar, from 0. */
export interface ClockMark {
  kind: 'received' | 'firstDue' | 'extendedDue' | 'today' | 'answered';
  at: number;
  anchor: 'start' | 'middle' | 'end';
  row: number;
}

/** Whole days counted from the day of receipt (day 0), along the facility's calendar. */
export interface ClockDays {
  firstDue: number;
  /** The new due date after an extension. */
  extendedDue?: number;
  /** Today. Leave it out once the request is answered. */
  today?: number;
  answered?: number;
  /** Half-open stretches `[from, to)` that do not count. */
  pauses?: readonly { from: number; to: number }[];
}

/** Share of the width that one label may take; labels nearer than that go to another row. */
const labelWidth = 31;

/** Where everything stands on the bar. The bar ends on the last day that matters: due date, today or answer. */
export function clockBarGeometry(days: ClockDays): {
  segments: ClockSegment[];
  marks: ClockMark[];
  rows: number;
} {
  const due = days.extendedDue ?? days.firstDue;
  const reached = days.answered ?? days.today ?? 0;
  const end = Math.max(due, reached, 1);
  const percent = (day: number) => Math.round((Math.min(Math.max(day, 0), end) / end) * 10_000) / 100;

  const counted = [
    { kind: 'base' as const, from: 0, to: days.firstDue },
    ...(days.extendedDue === undefined
      ? []
      : [{ kind: 'extra' as const, from: days.firstDue, to: days.extendedDue }]),
    ...(reached > due ? [{ kind: 'late' as const, from: due, to: reached }] : []),
  ];
  const segments = counted.flatMap((stretch) => cutOutPauses(stretch, days.pauses ?? []));

  const above: ClockMark['kind'] = days.answered === undefined ? 'today' : 'answered';
  const places: [ClockMark['kind'], number | undefined][] = [
    ['received', 0],
    ['firstDue', days.firstDue],
    ['extendedDue', days.extendedDue],
    [above, days.answered ?? days.today],
  ];
  const ends: number[] = [];
  const marks = places.flatMap(([kind, day]): ClockMark[] => {
    if (day === undefined) return [];
    const at = percent(day);
    const anchor = at < labelWidth / 2 ? 'start' : at > 100 - labelWidth / 2 ? 'end' : 'middle';
    if (kind === above) return [{ kind, at, anchor, row: 0 }];
    const left = anchor === 'start' ? at : anchor === 'end' ? at - labelWidth : at - labelWidth / 2;
    let row = 0;
    while ((ends[row] ?? -Infinity) > left) row += 1;
    ends[row] = left + labelWidth;
    return [{ kind, at, anchor, row }];
  });

  return {
    segments: segments.map(({ kind, from, to }) => ({ kind, from: percent(from), to: percent(to) })),
    marks,
    rows: ends.length,
  };
}

function cutOutPauses(
  stretch: ClockSegment,
  pauses: readonly { from: number; to: number }[],
): ClockSegment[] {
  const inside = pauses
    .map(({ from, to }) => ({ from: Math.max(from, stretch.from), to: Math.min(to, stretch.to) }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  const pieces: ClockSegment[] = [];
  let at = stretch.from;
  for (const pause of inside) {
    if (pause.from > at) pieces.push({ kind: stretch.kind, from: at, to: pause.from });
    if (pause.to > at) pieces.push({ kind: 'pause', from: Math.max(pause.from, at), to: pause.to });
    at = Math.max(at, pause.to);
  }
  if (stretch.to > at) pieces.push({ kind: stretch.kind, from: at, to: stretch.to });
  return pieces;
}
