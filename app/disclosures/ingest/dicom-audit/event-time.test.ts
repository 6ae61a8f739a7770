import { expect, test } from 'vitest';

import { readEventTime } from './event-time.ts';

const now = new Date('2026-09-30T12:00:00Z');

test.each([
  ['2026-09-14T08:15:02.417-04:00', '2026-09-14T12:15:02.417Z'],
  ['2026-09-14T12:15:02Z', '2026-09-14T12:15:02.000Z'],
  ['2026-09-14T12:15:02.4Z', '2026-09-14T12:15:02.400Z'],
  ['2026-09-14T12:15:02.417999Z', '2026-09-14T12:15:02.417Z'],
  [' 2026-09-19T23:59:58+01:00 ', '2026-09-19T22:59:58.000Z'],
  ['2026-09-14T00:00:00+14:00', '2026-09-13T10:00:00.000Z'],
  ['2024-02-29T12:00:00Z', '2024-02-29T12:00:00.000Z'],
  ['2025-12-31T24:00:00Z', '2026-01-01T00:00:00.000Z'],
  ['2026-10-01T12:00:00Z', '2026-10-01T12:00:00.000Z'],
])('%s is %s', (value, at) => {
  expect(readEventTime(value, now)).toEqual({ ok: true, at: new Date(at), assumedTimeZone: null });
});

test.each([
  ['2026-13-45T25:61:61', 'badEventTime'],
  ['2026-02-29T12:00:00Z', 'badEventTime'],
  ['2026-04-31T12:00:00Z', 'badEventTime'],
  ['2026-09-14T24:00:01Z', 'badEventTime'],
  ['2026-09-14T12:15:60Z', 'badEventTime'],
  ['2026-09-14T12:15Z', 'badEventTime'],
  ['2026-09-14 12:15:02Z', 'badEventTime'],
  ['2026-09-14T12:15:02+15:00', 'badEventTime'],
  ['2026-09-14T12:15:02-0400', 'badEventTime'],
  ['20260914121502', 'badEventTime'],
  ['1970-01-01T00:00:00Z', 'badEventTime'],
  ['', 'badEventTime'],
  ['2026-09-14T08:15:02.417', 'eventTimeWithoutZone'],
  ['2026-10-01T12:00:00.001Z', 'eventTimeInFuture'],
  ['2199-01-01T00:00:00Z', 'eventTimeInFuture'],
])('%s is %s', (value, reason) => {
  expect(readEventTime(value, now)).toEqual({ ok: false, reason });
});

test.each([
  ['2026-09-14T08:15:02.417', 'America/New_York', '2026-09-14T12:15:02.417Z'],
  ['2026-01-14T08:15:02', 'America/New_York', '2026-01-14T13:15:02.000Z'],
  ['2026-09-14T08:15:02', 'Europe/London', '2026-09-14T07:15:02.000Z'],
])('%s in the zone of the source, %s, is %s', (value, zone, at) => {
  expect(readEventTime(value, now, zone)).toEqual({ ok: true, at: new Date(at), assumedTimeZone: zone });
});

test.each([
  ['skipped in spring', '2026-03-08T02:30:00', 'America/New_York'],
  ['repeated in autumn', '2025-11-02T01:30:00', 'America/New_York'],
  ['of a zone that does not exist', '2026-09-14T08:15:02', 'Mars/Olympus_Mons'],
])('a local time %s is not guessed', (_, value, zone) => {
  expect(readEventTime(value, now, zone)).toEqual({ ok: false, reason: 'eventTimeWithoutZone' });
});

test('a zone in the value wins over the assumed one', () => {
  expect(readEventTime('2026-09-14T08:15:02Z', now, 'America/New_York')).toMatchObject({
    at: new Date('2026-09-14T08:15:02Z'),
    assumedTimeZone: null,
  });
});
