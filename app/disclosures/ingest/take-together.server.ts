import { isDatabaseUnreachable, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { keyOf } from './batches.server.ts';
import { IdempotencyKeyReused, type Carrier, type IngestAnswer, type Item } from './delivery.ts';
import { takeInPart } from './intake.server.ts';
import { readAhead } from './read-ahead.server.ts';
import { takeCalls } from './take-calls.server.ts';

interface Waiting {
  world: World;
  carrier: Carrier;
  item: Item;
  answer(taken: IngestAnswer): void;
  refuse(error: unknown): void;
}

/** What one transaction takes. A message may have a mebibyte. */
const together = { calls: 200, bytes: 4 * 1_048_576 };

/** What the next transaction may wait, in milliseconds, for those who were answered together. */
const longestGathering = 250;

interface Line {
  waiting: Waiting[];
  isTaking: boolean;
  /** Told of each that comes while others are waited for. */
  onCome?: (() => void) | undefined;
}

const lines = new WeakMap<Db, Line>();

/**
 * Takes in a call of one item, together with all that came while the calls before were being committed and it waited for its turn: their
 * callers share one commit, and a lone one is written at once. Each is answered after the commit, and what is refused of one touches no
 * other.
 * @throws IdempotencyKeyReused when the key came with another body before
 */
export function takeInTogether(world: World, carrier: Carrier, item: Item): Promise<IngestAnswer> {
  const line = lineOf(world.db);
  return new Promise((answer, refuse) => {
    // It is read while PostgreSQL works for those before.
    if (line.isTaking) readAhead(world.keys, item, carrier.now);
    line.waiting.push({ world, carrier, item, answer, refuse });
    line.onCome?.();
    if (!line.isTaking) void takeAll(line);
  });
}

function lineOf(db: Db): Line {
  const line = lines.get(db) ?? { waiting: [], isTaking: false };
  lines.set(db, line);
  return line;
}

async function takeAll(line: Line): Promise<void> {
  line.isTaking = true;
  for (let [next] = line.waiting; next; [next] = line.waiting) {
    const began = performance.now();
    const many = await take(line, next.world);
    await gather(line, many, Math.min(performance.now() - began, longestGathering));
  }
  line.isTaking = false;
}

/**
 * Waits for those who were answered together to come with their next message: else they part for good into some who wait and one or a few who
 * came back first, and nearly every other commit is for these few. Until as many are there, at most as long as what they waited for took and a
 * quarter of a second, and never after a single call.
 */
async function gather(line: Line, many: number, milliseconds: number): Promise<void> {
  if (line.waiting.length >= many) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      line.onCome = undefined;
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    line.onCome = () => {
      if (line.waiting.length >= many) end();
    };
  });
}

/** Takes those out of the line that have waited longest. Of calls with one key the second waits for the answer of the first. */
function nextOf(line: Line): [Waiting, ...Waiting[]] {
  const [first, ...others] = line.waiting as [Waiting, ...Waiting[]];
  const chosen: [Waiting, ...Waiting[]] = [first];
  const left: Waiting[] = [];
  const keys = new Set([keyOf(first.carrier)]);
  let bytes = first.item.bytes.length;
  for (const one of others) {
    const key = keyOf(one.carrier);
    const isFull = chosen.length >= together.calls || bytes + one.item.bytes.length > together.bytes;
    // What came later does not pass by: the order of a program's messages stays.
    if (isFull || left.length > 0 || (key !== null && keys.has(key))) left.push(one);
    else {
      chosen.push(one);
      keys.add(key);
      bytes += one.item.bytes.length;
    }
  }
  line.waiting = left;
  return chosen;
}

/** @returns how many wait once those have come again who were answered together; none after a single call */
async function take(line: Line, world: World): Promise<number> {
  let calls: Waiting[] = [];
  try {
    const taken = await takeCalls(
      world,
      () => {
        calls = nextOf(line);
        return calls.map(({ carrier, item }) => ({ carrier, from: 0, items: [item] }));
      },
      'single',
    );
    // Counted before they are answered: who asks from within this process is there again at once.
    const left = line.waiting.length;
    for (const [at, { answer, refuse }] of calls.entries()) {
      const one = taken[at]!;
      if (one instanceof IdempotencyKeyReused) refuse(one);
      else answer(one);
    }
    return calls.length > 1 ? left + calls.length : 0;
  } catch (error) {
    const isAway = isDatabaseUnreachable(error);
    for (const { carrier, item, answer, refuse } of calls) {
      // Alone, it would fail as it did; who listens to what was refused wants it to be kept for staff.
      if (isAway || (calls.length === 1 && !carrier.onError)) refuse(error);
      else await takeInPart(world, carrier, { from: 0, items: [item] }).then(answer, refuse);
    }
  }
  return 0;
}
