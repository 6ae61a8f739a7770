import { describe, expect, it } from 'vitest';
import { receiptDoubt, receivedAt } from './intake.ts';

const zone = { timeZone: 'America/New_York', now: new Date('2026-11-22T15:00:00Z') };
const at = (on: string, time = '') => {
  const received = receivedAt({ on, time }, zone);
  return received.ok ? received.at.toISOString() : received.why;
};

describe('when something was received', () => {
  it.each([
    ['2026-11-20', '', '2026-11-20T17:00:00.000Z'],
    ['2026-11-20', '23:59', '2026-11-21T04:59:00.000Z'],
    ['2026-11-22', '', '2026-11-22T15:00:00.000Z'],
    ['2026-11-22', '09:59', '2026-11-22T14:59:00.000Z'],
    ['2026-11-22', '10:01', 'laterToday'],
    ['2026-11-23', '', 'inTheFuture'],
    ['9999-01-01', '', 'inTheFuture'],
    ['1900-01-01', '', '1900-01-01T17:00:00.000Z'],
    ['1899-12-31', '', 'tooEarly'],
    // The hour that a clock skips in March is the one after it.
    ['2026-03-08', '02:30', '2026-03-08T07:30:00.000Z'],
  ])('%s %s is %s', (on, time, instant) => {
    expect(at(on, time)).toBe(instant);
  });

  it('says whether anybody knew the time', () => {
    const known = (on: string, time: string) => receivedAt({ on, time }, zone);
    expect(known('2026-11-20', '')).toMatchObject({ ok: true, timeKnown: false });
    expect(known('2026-11-22', '')).toMatchObject({ ok: true, timeKnown: false });
    expect(known('2026-11-20', '12:00')).toMatchObject({ ok: true, timeKnown: true });
  });

  it.each([
    ['1958-03-01', 'beforeBirth'],
    ['1958-03-02', 'longAgo'],
    ['2025-11-21', 'longAgo'],
    ['2025-11-22', null],
    ['2026-11-22', null],
  ])('on %s, of somebody born on March 2, 1958: %s', (on, doubt) => {
    expect(receiptDoubt(on, { bornOn: '1958-03-02', today: '2026-11-22' })).toBe(doubt);
  });
});
