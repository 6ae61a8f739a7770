import { identityNotShown } from './kinds/kind.ts';
import type { RequestResolution } from './moves.ts';

/** How an answered request is looked at again. */
export type FollowsAs = 'appeal' | 'reopening';

/**
 * A "no", all or in part, is appealed: by the facility's promise, and decided by somebody else. Everything else is opened again under the
 * clock of its law. So is what was refused because nobody had shown who asked: it is judged for the first time.
 * @param answered.ground of the answer; null where it is no "no"
 */
export function followsAs({
  resolution,
  ground,
}: {
  resolution: RequestResolution | null;
  ground: string | null;
}): FollowsAs {
  const saidNo = resolution === 'denied' || resolution === 'grantedInPart';
  return saidNo && ground !== identityNotShown.id ? 'appeal' : 'reopening';
}
