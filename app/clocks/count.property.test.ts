import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { countClock } from './count.ts';
import { clockRule, ruleIds, type RuleId } from './rules.ts';

const zones = [
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Santiago',
  'Europe/Berlin',
  'Europe/London',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Honolulu',
  'Africa/Cairo',
];
const firstSecond = Temporal.Instant.from('2015-01-01T00:00:00Z').epochMilliseconds / 1000;
const lastSecond = Temporal.Instant.from('2045-01-01T00:00:00Z').epochMilliseconds / 1000;

const rule = fc.constantFrom(...ruleIds);
/** Of dates: a clock of hours ends within a day. */
const ruleOfDates = fc.constantFrom(...ruleIds.filter((id) => clockRule(id).unit !== 'hours'));
const timeZone = fc.constantFrom(...zones);
const epochSecond = fc.integer({ min: firstSecond, max: lastSecond });
/** Holidays as offsets in days from the receipt, so that they lie where they matter. */
const holidayOffsets = fc.uniqueArray(fc.integer({ min: -10, max: 200 }), { maxLength: 25 });

function instant(second: number): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(second * 1000);
}

function holidaysAround(second: number, offsets: readonly number[]): string[] {
  const day = instant(second).toZonedDateTimeISO('UTC').toPlainDate();
  return offsets.map((days) => day.add({ days }).toString());
}

function count(id: RuleId, at: Temporal.Instant, zone: string, holidays: string[]) {
  return countClock({ rule: id, receivedAt: at.toString(), timeZone: zone, holidays, events: [] });
}

describe('any clock', () => {
  it('never ends earlier for what was received later', () => {
    const gap = fc.integer({ min: 0, max: 40 * 86_400 });
    fc.assert(
      fc.property(rule, timeZone, epochSecond, gap, holidayOffsets, (id, zone, second, later, offsets) => {
        const holidays = holidaysAround(second, offsets);
        const a = count(id, instant(second), zone, holidays);
        const b = count(id, instant(second + later), zone, holidays);
        expect(a.dueDate <= b.dueDate).toBe(true);
        expect(a.effectiveDueDate <= b.effectiveDueDate).toBe(true);
        expect((a.extendedDueDate ?? '') <= (b.extendedDueDate ?? '')).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('depends on the local date of receipt alone: first and last second of a day, and any other zone, agree', () => {
    fc.assert(
      fc.property(
        ruleOfDates,
        timeZone,
        timeZone,
        epochSecond,
        holidayOffsets,
        (id, zone, other, second, offsets) => {
          const holidays = holidaysAround(second, offsets);
          const day = instant(second).toZonedDateTimeISO(zone).toPlainDate();
          const dates = [
            count(id, day.toZonedDateTime(zone).toInstant(), zone, holidays),
            count(
              id,
              day.add({ days: 1 }).toZonedDateTime(zone).toInstant().subtract({ seconds: 1 }),
              zone,
              holidays,
            ),
            count(id, day.toZonedDateTime(other).toInstant(), other, holidays),
          ].map((each) => [each.startDate, each.dueDate, each.extendedDueDate, each.effectiveDueDate]);
          expect(dates[0]?.[0]).toBe(day.toString());
          expect(dates[1]).toEqual(dates[0]);
          expect(dates[2]).toEqual(dates[0]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('ends after the day of receipt, at a local midnight; the extension is never shorter', () => {
    fc.assert(
      fc.property(rule, timeZone, epochSecond, holidayOffsets, (id, zone, second, offsets) => {
        const made = count(id, instant(second), zone, holidaysAround(second, offsets));
        expect(made.dueDate > made.startDate).toBe(true);
        if (made.extendedDueDate) expect(made.extendedDueDate >= made.dueDate).toBe(true);
        const late = Temporal.Instant.from(made.dueAtExclusive);
        expect(Temporal.Instant.compare(late, instant(second))).toBe(1);
        const localDay = (at: Temporal.Instant) => at.toZonedDateTimeISO(zone).toPlainDate().toString();
        expect(localDay(late.subtract({ nanoseconds: 1 }))).toBe(made.effectiveDueDate);
        if (clockRule(id).unit !== 'hours') expect(localDay(late) > made.effectiveDueDate).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('of hours ends so many hours after the moment, whatever the zone does to its clocks and whichever days are holidays', () => {
    fc.assert(
      fc.property(timeZone, epochSecond, holidayOffsets, (zone, second, offsets) => {
        const made = count('eu.gdpr.art33', instant(second), zone, holidaysAround(second, offsets));
        const late = Temporal.Instant.from(made.dueAtExclusive).epochMilliseconds / 1_000;
        expect(late - second).toBe(72 * 3_600);
      }),
      { numRuns: 300 },
    );
  });

  it('taken in time, an extension never brings the date nearer, and neither does a pause', () => {
    const extendable = ruleIds.filter((id) => clockRule(id).extension);
    const day = fc.integer({ min: 0, max: 120 });
    fc.assert(
      fc.property(
        fc.constantFrom(...extendable),
        timeZone,
        epochSecond,
        day,
        day,
        day,
        (id, zone, second, noticeDay, askedDay, waited) => {
          const at = (days: number) =>
            instant(second)
              .add({ hours: 24 * days })
              .toString();
          const input = { rule: id, receivedAt: at(0), timeZone: zone, holidays: [], suspendByPolicy: true };
          const plain = countClock({ ...input, events: [] });
          const moved = countClock({
            ...input,
            events: [
              { type: 'extensionNoticeSent', at: at(noticeDay), hasReason: true, hasNewDate: true },
              { type: 'clarificationRequested', at: at(askedDay) },
              { type: 'clarificationReceived', at: at(askedDay + waited) },
            ],
          });
          expect(moved.effectiveDueDate >= plain.effectiveDueDate).toBe(true);
          expect(moved.dueDate).toBe(plain.dueDate);
          if (moved.extended) expect(moved.effectiveDueDate >= plain.extendedDueDate!).toBe(true);
        },
      ),
      { numRuns: 300 },
    );
  });
});
