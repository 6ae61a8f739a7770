import { expect, it } from 'vitest';
import { keptFrom } from './keeping.ts';

it.each([
  // On the last of the six years' days it is still kept, on the next one it is not.
  ['2020-11-22', '2026-11-22', true],
  ['2020-11-22', '2026-11-23', false],
  ['2019-12-31', '2025-12-31', true],
  ['2019-12-31', '2026-01-01', false],
  // Leap days: at least six years, never a day less.
  ['2020-02-29', '2026-02-28', true],
  ['2020-02-29', '2026-03-01', false],
  ['2022-02-28', '2028-02-28', true],
  ['2022-02-28', '2028-02-29', true],
  ['2022-02-28', '2028-03-01', false],
  ['2022-03-01', '2028-02-29', true],
])('what was last in effect on %s is kept on %s: %s', (lastOn, today, kept) => {
  expect(lastOn >= keptFrom(today)).toBe(kept);
});
