import { describe, expect, it } from 'vitest';
import { answerFor, type Asking } from './answering.ts';
import type { OptOutRecord } from './decide.ts';
import { denial } from '#tests/support/opt-out-records.ts';

const hour = (n: number) => new Date(Date.UTC(2026, 8, 1, n));
const record = (change: Partial<OptOutRecord>) =>
  denial({ id: 'no', effectiveFrom: hour(0), recordedAt: hour(0), ...change });
const asking: Asking = {
  purpose: 'MLTRAINING',
  vendorId: 'umbra',
  identifiable: true,
  studyUid: null,
  at: null,
  now: hour(1),
  rules: [],
  isHeld: false,
};
/** Written by a machine whose clock is two hours ahead. */
const ahead = (change: Partial<OptOutRecord>) =>
  record({ id: 'ahead', sequence: 2n, effectiveFrom: hour(3), recordedAt: hour(3), ...change });

describe('an answer about now, where one clock runs ahead', () => {
  it.each<[string, OptOutRecord[], string]>([
    ['its “no” counts at once', [ahead({})], 'deny optedOut'],
    [
      'its “yes” does not end a “no” before this clock says so',
      [record({ expiresAt: hour(2) }), ahead({ act: 'permitted', purposes: ['research'] })],
      'deny optedOut',
    ],
    [
      'a “no” that has ended here has ended',
      [record({ expiresAt: hour(1) }), ahead({ purposes: ['research'] })],
      'permit noOptOut',
    ],
    [
      'its withdrawal counts at once',
      [record({}), ahead({ act: 'withdrawn', supersedesId: 'no' })],
      'permit noOptOut',
    ],
  ])('%s', (_, records, expected) => {
    const { decision, reason } = answerFor(records, asking);
    expect(`${decision} ${reason}`).toBe(expected);
  });

  it('a “yes” ends by the later of the two clocks', () => {
    const rules = [{ from: hour(0), rules: { permission: ['aiTraining' as const] } }];
    const yes = record({ id: 'yes', act: 'permitted', expiresAt: hour(2) });
    expect(answerFor([yes], { ...asking, rules }).decision).toBe('permit');
    expect(answerFor([yes, ahead({ purposes: ['research'] })], { ...asking, rules }).reason).toBe(
      'notPermitted',
    );
  });
});
