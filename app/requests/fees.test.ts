import { expect, it } from 'vitest';
import { isFreeAccounting } from './fees.ts';

it.each<[string, string[], string, boolean]>([
  ['the first ever', [], '2026-11-22', true],
  ['the second on the same day', ['2026-11-22'], '2026-11-22', false],
  ['the day before 12 months are over', ['2025-11-22'], '2026-11-21', false],
  ['the day on which 12 months are over', ['2025-11-22'], '2026-11-22', true],
  ['after one that cost, counted from the free one', ['2025-01-10', '2025-12-01'], '2026-01-10', true],
  ['after a free one in the new 12 months', ['2025-01-10', '2026-01-10'], '2026-12-31', false],
  ['from 29 February', ['2024-02-29'], '2025-02-28', true],
])('an accounting is free or not: %s', (_what, earlier, receivedOn, free) => {
  expect(isFreeAccounting(earlier, receivedOn)).toBe(free);
});
