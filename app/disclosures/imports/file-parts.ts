import { csvLimits } from '../ingest/csv/limits.ts';
import { CsvSplitter } from '../ingest/csv/split.ts';

/** A place in a file: so many lines under the first one, and so many bytes, are before it. */
export interface FilePlace {
  line: number;
  byte: number;
}

export const theBeginning: FilePlace = { line: 0, byte: 0 };

/**
 * A file from a place on, as a file of its own: its first line, and what follows the place.
 * @returns `lead`: bytes of the file that are left out between the two; what is counted in the short file is so much less
 */
export function fromPlace(bytes: Uint8Array, { byte }: FilePlace): { pieces: Uint8Array[]; lead: number } {
  if (byte === 0) return { pieces: [bytes], lead: 0 };
  const [first] = new CsvSplitter().push(bytes.subarray(0, 2 * csvLimits.recordBytes));
  if (!first?.end || first.end > byte) throw new Error('a place in a file is behind its first line');
  return { pieces: [bytes.subarray(0, first.end), bytes.subarray(byte)], lead: byte - first.end };
}

/** Lets the next part be made ready while somebody is busy with the one before; ends the source when nobody asks any more. */
export async function* oneAhead<T>(
  source: AsyncGenerator<T>,
  makeReady: (part: T) => Promise<void>,
): AsyncGenerator<T> {
  const next = async () => {
    const one = await source.next();
    if (!one.done) await makeReady(one.value);
    return one;
  };
  let coming = next();
  try {
    for (;;) {
      const one = await coming;
      if (one.done) return;
      coming = next();
      // Met when it is asked for; until then it is nobody's rejection.
      coming.catch(() => undefined);
      yield one.value;
    }
  } finally {
    await coming.catch(() => undefined);
    await source.return(undefined);
  }
}
