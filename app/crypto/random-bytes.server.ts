import { randomFillSync } from 'node:crypto';

/** Bytes drawn from the system at once: a call for a few costs as much as one for all of these. */
const drawn = Buffer.alloc(8_192);
let used = drawn.length;

/**
 * Random bytes of the system's generator for what is made by the thousand (nonces, ids of rows). Each is given out once, and is gone from the
 * store then. Secrets of people and programs come from `randomBytes` itself.
 */
export function fewRandomBytes(count: number): Buffer {
  if (used + count > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const given = Buffer.from(drawn.subarray(used, used + count));
  drawn.fill(0, used, used + count);
  used += count;
  return given;
}
