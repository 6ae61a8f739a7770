import { linesIn, Pace, type ListLimits, type ListRefusal } from './cohort-list.ts';

/** @throws ListRefused for a list that is not answered */
export class ListRefused extends Error {
  override name = 'ListRefused';
  constructor(readonly refusal: ListRefusal) {
    super(refusal.reason);
  }
}

/** How a list is read: asked again and again whether its asker may still ask, within the limits of lists. */
export interface Reading {
  /** @throws where they may not */
  stillAsks: () => Promise<void>;
  limits: ListLimits;
}

/** How often the asker is asked for, and a sender who sends nothing is looked at. */
export const askedAgainEvery = 2_000;

/** The pieces of a list as they come; null at its end. `leave` has to be called, however it ends. */
export function bodyOf(body: AsyncIterable<Uint8Array>, { stillAsks, limits }: Reading) {
  const pieces = body[Symbol.asyncIterator]();
  const pace = new Pace(limits);
  let lines = 0;
  let isComing = false;
  let askedAt = performance.now();

  const look = async () => {
    if (pace.isTooSlow()) throw new ListRefused({ reason: 'tooSlow' });
    if (performance.now() - askedAt < askedAgainEvery) return;
    await stillAsks();
    askedAt = performance.now();
  };

  return {
    /** @throws ListRefused, and what `stillAsks` throws, also while nothing comes */
    async next(): Promise<Uint8Array | null> {
      isComing = true;
      const coming = pieces.next();
      coming.then(
        () => (isComing = false),
        () => (isComing = false),
      );
      for (;;) {
        const began = performance.now();
        // The connection broke: what came is not the list.
        const piece = await within(coming, askedAgainEvery).catch(() => {
          throw new ListRefused({ reason: 'cutOff' });
        });
        const bytes = piece && !piece.done ? piece.value : null;
        pace.add(bytes?.length ?? 0, performance.now() - began);
        if (piece?.done) return null;
        await look();
        if (!bytes) continue;
        lines += linesIn(bytes);
        if (pace.bytes > limits.bytes || lines > limits.lines) throw new ListRefused({ reason: 'tooLong' });
        return bytes;
      }
    },
    async leave(): Promise<void> {
      const left = pieces.return?.();
      // It would wait for a piece that may never come.
      if (isComing) left?.catch(() => undefined);
      else await left;
    },
  };
}

/** What comes; null where it does not come in time. */
async function within<T>(coming: Promise<T>, ms: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), ms)));
  try {
    return await Promise.race([coming, late]);
  } finally {
    clearTimeout(timer);
  }
}
