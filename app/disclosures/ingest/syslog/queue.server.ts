import { setImmediate, setTimeout as sleep } from 'node:timers/promises';

export interface Queue<T> {
  /** Always taken. @returns whether there is room for more: without it a stream is not read on, and what no stream brings is dropped before */
  offer(item: T): boolean;
  hasRoom(): boolean;
  /** Called each time that there is room again. */
  whenRoom(tell: () => void): void;
  /** Since when nothing could be written, in the milliseconds of `performance.now`; null while it can. */
  stuckSince(): number | null;
  /** Writes what is queued. @returns how many were not, after so many milliseconds without success */
  drain(patience: number): Promise<number>;
}

export interface QueueSettings<T> {
  /** All of them or none; called again with the same ones when it throws. Once at a time, in order. */
  write(batch: readonly T[]): Promise<void>;
  bytesOf(item: T): number;
  /** Done with the next ones, once each, while a batch is being written. */
  prepare?(item: T): void;
  /** Told once for each time that writing begins to fail. */
  onError(error: unknown): void;
  limits?: { items: number; bytes: number; batch: number };
}

/** Items that are prepared between two looks at what comes and what PostgreSQL answers: a millisecond or two. */
const preparedAtOnce = 5;

/** `batch`: what one transaction takes; the rest is how much waits in memory before nothing more is read. */
const queueLimits = { items: 5_000, bytes: 32 * 1_048_576, batch: 500 };

// Milliseconds between tries while the database is away.
const firstPause = 100;
const longestPause = 5_000;

/**
 * Writes what has queued while the batch before was being committed. A lone item is written at once; the busier it gets the larger the
 * batches are, without anybody waiting for a timer.
 */
export function openQueue<T>({
  write,
  bytesOf,
  prepare,
  onError,
  limits = queueLimits,
}: QueueSettings<T>): Queue<T> {
  const waiting: T[] = [];
  /** How many of those that wait are prepared: the first ones. */
  let prepared = 0;
  let isPreparing = false;
  /** A batch is being written. */
  let isOut = false;
  let bytes = 0;
  let writing: Promise<void> | null = null;
  let stuck: number | null = null;
  const deadline = new AbortController();
  const listeners: (() => void)[] = [];
  const hasRoom = () => waiting.length < limits.items && bytes < limits.bytes;

  async function writeAll(): Promise<void> {
    while (waiting.length > 0 && !deadline.signal.aborted) {
      const batch = waiting.slice(0, limits.batch);
      prepared = Math.max(prepared, batch.length);
      isOut = true;
      void prepareAhead();
      const isWritten = await written(batch).finally(() => (isOut = false));
      if (!isWritten) return;
      const wasFull = !hasRoom();
      waiting.splice(0, batch.length);
      prepared -= batch.length;
      for (const item of batch) bytes -= bytesOf(item);
      if (wasFull && hasRoom()) for (const tell of listeners) tell();
    }
  }

  /** What the next batch holds, a few at a time, as long as one is being written. */
  async function prepareAhead(): Promise<void> {
    if (isPreparing || !prepare) return;
    isPreparing = true;
    while (isOut && prepared < Math.min(waiting.length, 2 * limits.batch)) {
      await setImmediate();
      if (!isOut) break;
      const some = waiting.slice(prepared, prepared + preparedAtOnce);
      prepared += some.length;
      some.forEach(prepare);
    }
    isPreparing = false;
  }

  async function written(batch: readonly T[]): Promise<boolean> {
    for (let pause = firstPause; ; pause = Math.min(pause * 2, longestPause)) {
      try {
        await write(batch);
        stuck = null;
        return true;
      } catch (error) {
        if (stuck === null) onError(error);
        stuck ??= performance.now();
        await sleep(pause, undefined, { signal: deadline.signal }).catch(() => undefined);
        if (deadline.signal.aborted) return false;
      }
    }
  }

  function start(): void {
    writing ??= writeAll().finally(() => {
      writing = null;
      // What was offered between the last look and here.
      if (waiting.length > 0 && !deadline.signal.aborted) start();
    });
  }

  return {
    hasRoom,
    offer(item) {
      waiting.push(item);
      bytes += bytesOf(item);
      start();
      if (isOut) void prepareAhead();
      return hasRoom();
    },
    whenRoom: (tell) => void listeners.push(tell),
    stuckSince: () => stuck,
    async drain(patience) {
      const timer = setTimeout(() => deadline.abort(), patience);
      while (writing) await writing;
      clearTimeout(timer);
      return waiting.length;
    },
  };
}
