/** Numbers that one sender did not send, or that did not arrive. */
export interface MissingNumbers {
  first: number;
  last: number;
  /** How many of them did not come later. */
  missing: number;
}

export interface NewlyMissing extends MissingNumbers {
  /** Place of the message before which they are missing. */
  before: number;
}

/** A message of a sender that counts. */
export interface Numbered {
  id: number;
  /** What it says came before. Behind the last number it is sent again then, and neither late nor a beginning. */
  isAgain: boolean;
}

export interface Followed<Gap extends MissingNumbers> {
  lastId: number | null;
  /** The sender began anew: what is missing from before is filled by nothing any more. */
  beganAnew: boolean;
  /** Of the gaps that were open, those that became smaller, with what is missing of them now. */
  filled: Map<Gap, number>;
  /** New gaps, in the order of their messages; `isPast` where the sender began anew after them. */
  missing: (NewlyMissing & { isPast: boolean })[];
}

/** How far behind a number may be that was overtaken on its way; further behind the sender began anew. */
const furthestBehind = 1_000;

/**
 * Follows a sender's numbers (RFC 5424, 7.3.1: from 1, up by one, again at 1 after a restart and after 2147483647). A number behind the
 * last one was late where it was missing; where it was not, the sender began anew, and if above 1, it has lost what it sent before.
 * @param lastId of the message before; null where none is known: then nothing can be missing
 * @param open gaps since the sender last began anew
 */
export function followSequence<Gap extends MissingNumbers>(
  lastId: number | null,
  messages: readonly Numbered[],
  open: readonly Gap[],
): Followed<Gap> {
  const followed: Followed<Gap> = { lastId, beganAnew: false, filled: new Map(), missing: [] };
  let before = open;
  const leftOf = (gap: Gap) => followed.filled.get(gap) ?? gap.missing;
  for (const [place, { id, isAgain }] of messages.entries()) {
    const last = followed.lastId;
    if (id === last) continue;
    if (last !== null && id < last) {
      if (isAgain) continue;
      const holds = ({ first, last: end }: MissingNumbers) => first <= id && id <= end;
      const isNear = last - id <= furthestBehind;
      const now = followed.missing.find((gap) => !gap.isPast && holds(gap) && gap.missing > 0);
      const earlier = before.find((gap) => holds(gap) && leftOf(gap) > 0);
      if (isNear && now) {
        now.missing -= 1;
        continue;
      }
      if (isNear && earlier) {
        followed.filled.set(earlier, leftOf(earlier) - 1);
        continue;
      }
      followed.beganAnew = true;
      before = [];
      for (const gap of followed.missing) gap.isPast = true;
    }
    const first = last === null ? id : id > last ? last + 1 : 1;
    if (first < id) {
      const missing = id - first;
      followed.missing.push({ first, last: id - 1, missing, before: place, isPast: false });
    }
    followed.lastId = id;
  }
  return followed;
}

/** Who counts: one program of one machine. Its process may change, and begins again at 1. */
export interface Sender {
  /** SHA-256 of its certificate, or the address that it sends from. */
  peer: string | null;
  host: string | null;
  program: string | null;
}

/** A sender's numbers under one name. */
export function streamOf({ peer, host, program }: Sender): string {
  return JSON.stringify([peer, host, program]);
}

/** The name of a run of numbers that is over: no number of the next run is one of its. @param runId different for each run */
export function pastRunOf(stream: string, runId: string): string {
  return `${stream} until ${runId}`;
}

/** The stream of a run, whether it is over or not. */
export function streamOfRun(run: string): string {
  return run.replace(/ until [0-9a-f-]{36}$/, '');
}

/** Who sent a run of numbers; null where its name was made otherwise. */
export function senderOfRun(run: string): Sender | null {
  try {
    const parts: unknown = JSON.parse(streamOfRun(run));
    if (!Array.isArray(parts) || parts.length !== 3) return null;
    const [peer, host, program] = parts.map((part) => (typeof part === 'string' ? part : null));
    return { peer: peer ?? null, host: host ?? null, program: program ?? null };
  } catch {
    return null;
  }
}

/** What stands for the source where no message of a sender named one. No source has this name: a message with an empty one names none. */
export const noSource = '';
