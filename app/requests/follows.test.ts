import { expect, it } from 'vitest';
import { followsAs } from './follows.ts';

it.each([
  ['denied', 'notUpheld', 'appeal'],
  ['grantedInPart', 'accurate', 'appeal'],
  ['denied', 'identityNotShown', 'reopening'],
  ['granted', null, 'reopening'],
  ['nothingToReport', null, 'reopening'],
] as const)('%s on the ground %s is looked at again as %s', (resolution, ground, as) => {
  expect(followsAs({ resolution, ground })).toBe(as);
});
