/** Numbers that one sender did not send, or that did not arrive. */
export interface MissingNumbers {
  first: number;
  last: number;
  /** Place of the message before which they are missing. */
  before: number;
}

export interface Followed {
  lastId: number | null;
  missing: MissingNumbers[];
  /** Numbers that came after higher ones, by the place of their message: they may fill what was missing. */
  late: { id: number; place: number }[];
}

/** How far behind a number is taken for one that was overtaken on its way; further behind the sender began anew. */
const furthestBehind = 1_000;

/**
 * Follows a sender's numbers (RFC 5424, 7.3.1: from 1, up by one, again at 1 after a restart and after 2147483647). A sender that begins
 * anew above 1 has lost what it sent before.
 * @param lastId of the message before; null where none is known: then nothing can be missing
 */
export function followSequence(lastId: number | null, ids: readonly number[]): Followed {
  const followed: Followed = { lastId, missing: [], late: [] };
  for (const [place, id] of ids.entries()) {
    const last = followed.lastId;
    if (last !== null && id === last) continue;
    if (last !== null && id < last && id !== 1 && last - id <= furthestBehind) {
      followed.late.push({ id, place });
      continue;
    }
    const first = last === null ? id : id > last ? last + 1 : 1;
    if (first < id) followed.missing.push({ first, last: id - 1, before: place });
    followed.lastId = id;
  }
  return followed;
}
