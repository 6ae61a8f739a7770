import type { IngestState } from '../ingest/delivery.ts';

/** How a file stands. `cutOff`: at the command line it is taken in no further; the same command goes on with it. */
export const importStates = [
  'waiting',
  'running',
  'cutOff',
  'done',
  'stopped',
  'thrownAway',
  'lapsed',
] as const;
export type ImportState = (typeof importStates)[number];

const quietFor = 10 * 60_000;

export function stateOf(
  {
    state,
    confirmedById,
    progressedAt,
  }: { state: Exclude<ImportState, 'cutOff'>; confirmedById: string | null; progressedAt: Date | null },
  now: Date,
): ImportState {
  const isQuiet = now.getTime() - (progressedAt?.getTime() ?? 0) > quietFor;
  return state === 'running' && confirmedById === null && isQuiet ? 'cutOff' : state;
}

/** Which lines of a file a page shows. */
export const lineFilters = ['accepted', 'duplicate', 'unmatched', 'refused', 'ignored'] as const;
export type LineFilter = (typeof lineFilters)[number];

/** The states of lines as they were taken in, under the name that staff see. */
export const filterOf: Readonly<Record<IngestState, LineFilter>> = {
  accepted: 'accepted',
  duplicate: 'duplicate',
  unmapped: 'unmatched',
  quarantined: 'unmatched',
  rejected: 'refused',
  ignored: 'ignored',
};

export type LineCounts = Record<LineFilter, number>;

export function lineCounts(states: Record<IngestState, number>): LineCounts {
  const { accepted, duplicate, ignored, unmapped, quarantined, rejected } = states;
  return { accepted, duplicate, unmatched: unmapped + quarantined, refused: rejected, ignored };
}
