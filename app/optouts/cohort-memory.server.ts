import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

type Collect = (options: { type: 'minor' }) => void;

/** V8's own small collection, which Node has no call for. */
function minorCollection(): Collect | undefined {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as Collect | undefined;
  setFlagsFromString('--no-expose-gc');
  return gc;
}

/** Made for the first list. */
let collect: Collect | undefined;
const collectedEvery = 8 * 1024 * 1024;

/**
 * Counts the bytes of a list's pieces that were done with. V8 does not see how large they are, and a list makes little else that it would
 * collect for: without this up to sixty megabytes of them lie about.
 */
export function doneWith(): (bytes: number) => void {
  collect ??= minorCollection();
  let done = 0;
  return (bytes) => {
    done += bytes;
    if (done < collectedEvery) return;
    done = 0;
    collect?.({ type: 'minor' });
  };
}
