import { describe, expect, it } from 'vitest';
import { openQueue } from './queue.server.ts';

/** A writer that commits when it is told to. */
function byHand() {
  const batches: number[][] = [];
  const commits: { done(): void; fail(error: Error): void }[] = [];
  const errors: unknown[] = [];
  const queue = openQueue<number>({
    write: (batch) => {
      batches.push([...batch]);
      return new Promise((resolve, reject) => commits.push({ done: resolve, fail: reject }));
    },
    bytesOf: () => 10,
    onError: (error) => errors.push(error),
    limits: { items: 5, bytes: 1_000, batch: 3 },
  });
  const commit = async () => {
    commits.shift()?.done();
    await new Promise(setImmediate);
  };
  return { queue, batches, commits, errors, commit };
}

describe('openQueue', () => {
  it('writes a lone item at once, and then all that came meanwhile, in order', async () => {
    const { queue, batches, commit } = byHand();
    for (const item of [1, 2, 3]) queue.offer(item);
    expect(batches).toEqual([[1]]);
    await commit();
    expect(batches).toEqual([[1], [2, 3]]);
    await commit();
    queue.offer(4);
    expect(batches).toEqual([[1], [2, 3], [4]]);
    await commit();
    expect(await queue.drain(1_000)).toBe(0);
  });

  it('says when it is full, and when there is room again', async () => {
    const { queue, commit } = byHand();
    let told = 0;
    queue.whenRoom(() => (told += 1));
    expect([1, 2, 3, 4, 5].map((item) => queue.offer(item))).toEqual([true, true, true, true, false]);
    expect(told).toBe(0);
    await commit();
    expect({ told, room: queue.hasRoom() }).toEqual({ told: 1, room: true });
  });

  it('keeps a batch that was not written, and its place', async () => {
    const { queue, batches, commits, errors, commit } = byHand();
    queue.offer(1);
    queue.offer(2);
    commits.shift()?.fail(new Error('away'));
    await expect.poll(() => batches.length).toBe(2);
    expect({ batches, errors: errors.length, stuck: queue.stuckSince() !== null }).toEqual({
      batches: [[1], [1]],
      errors: 1,
      stuck: true,
    });
    await commit();
    expect({ next: batches[2], stuck: queue.stuckSince() }).toEqual({ next: [2], stuck: null });
    await commit();
  });

  it('gives up at the end of its patience, and says how many are left', async () => {
    const { queue, commits } = byHand();
    queue.offer(1);
    queue.offer(2);
    commits.shift()?.fail(new Error('away'));
    expect(await queue.drain(1)).toBe(2);
  });
});
