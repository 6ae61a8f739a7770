import { describe, expect, it } from 'vitest';
import { receivedAt } from './intake.ts';

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
    ['2026-11-22', '10:01', 'inTheFuture'],
    ['2026-11-23', '', 'inTheFuture'],
    ['9999-01-01', '', 'inTheFuture'],
    ['1900-01-01', '', '1900-01-01T17:00:00.000Z'],
    ['1899-12-31', '', 'tooEarly'],
    // The hour that a clock skips in March is the one after it.
    ['2026-03-08', '02:30', '2026-03-08T07:30:00.000Z'],
  ])('%s %s is %s', (on, time, instant) => {
    expect(at(on, time)).toBe(instant);
  });
});
