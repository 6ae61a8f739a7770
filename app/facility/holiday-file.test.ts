import { describe, expect, it } from 'vitest';
import { readHolidayFile } from './holiday-file.ts';

const calendar = (...events: string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', 'UID:1', ...lines, 'END:VEVENT'].join('\r\n');
const allDay = (date: string, name: string, ...more: string[]) =>
  event(`DTSTART;VALUE=DATE:${date}`, `SUMMARY:${name}`, ...more);
const daysIn = (text: string) => {
  const read = readHolidayFile(text, 2026);
  if (!read.ok) throw new Error(read.refusal);
  return read;
};

describe('a file of holidays', () => {
  it('gives its whole days, by date, each once', () => {
    const { days, leftOut } = daysIn(
      calendar(
        allDay('20261225', 'Christmas\\, Day'),
        allDay('20261126', 'Thanksgiving'),
        allDay('20261126', 'The same day again'),
      ),
    );
    expect(days).toEqual([
      { on: '2026-11-26', name: 'Thanksgiving' },
      { on: '2026-12-25', name: 'Christmas, Day' },
    ]);
    expect(leftOut).toEqual([]);
  });

  it('reads what other programs write: byte order mark, plain line ends, folded lines, two calendars', () => {
    const folded = calendar(allDay('20270101', 'New\r\n  Year')).replaceAll('\r\n', '\n');
    expect(daysIn(`\uFEFF${folded}${calendar(allDay('20270501', 'May Day'))}`).days).toEqual([
      { on: '2027-01-01', name: 'New Year' },
      { on: '2027-05-01', name: 'May Day' },
    ]);
  });

  it('gives every day of one that goes on: the end is the day after it', () => {
    const on = (...more: string[]) =>
      daysIn(calendar(allDay('20261224', 'Feast', ...more))).days.map((day) => day.on);
    expect(on('DTEND;VALUE=DATE:20261227')).toEqual(['2026-12-24', '2026-12-25', '2026-12-26']);
    expect(on('DTEND;VALUE=DATE:20261224')).toEqual(['2026-12-24']);
    expect(on('DURATION:P2D')).toEqual(['2026-12-24', '2026-12-25']);
  });

  it('writes out what comes each year on its date, for this year and five more', () => {
    const on = (...more: string[]) =>
      daysIn(calendar(allDay('20240704', 'Independence Day', ...more))).days.map((day) => day.on);
    const six = ['2026', '2027', '2028', '2029', '2030', '2031'].map((year) => `${year}-07-04`);
    expect(on('RRULE:FREQ=YEARLY')).toEqual(six);
    expect(on('RRULE:FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4')).toEqual(six);
    expect(on('RRULE:FREQ=YEARLY;UNTIL=20280101')).toEqual(six.slice(0, 2));
    expect(on('RRULE:FREQ=YEARLY;COUNT=4')).toEqual(six.slice(0, 2));
    const leap = daysIn(calendar(allDay('20240229', 'Leap day', 'RRULE:FREQ=YEARLY'))).days;
    expect(leap.map((day) => day.on)).toEqual(['2028-02-29']);
  });

  it.each([
    ['notAllDay', event('DTSTART:20261225T090000Z', 'SUMMARY:Party')],
    ['notAllDay', allDay('20261225', 'Party', 'DURATION:PT8H')],
    ['repeatsOtherwise', allDay('20261126', 'Thanksgiving', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH')],
    ['repeatsOtherwise', allDay('20261126', 'Sundays', 'RRULE:FREQ=SECONDLY;COUNT=999999999')],
    ['repeatsOtherwise', allDay('20261126', 'Odd', 'RRULE:FREQ=YEARLY', 'EXDATE;VALUE=DATE:20271126')],
    ['badDate', allDay('20260230', 'No such day')],
    ['badDate', allDay('18991231', 'Long ago')],
    ['badDate', event('SUMMARY:No date')],
    ['tooLong', allDay('20260101', 'A year off', 'DTEND;VALUE=DATE:20270101')],
    ['noName', event('DTSTART;VALUE=DATE:20261225')],
    ['cancelled', allDay('20261225', 'Called off', 'STATUS:CANCELLED')],
  ])('leaves out, and says %s', (why, text) => {
    const { days, leftOut } = daysIn(calendar(text, allDay('20270101', 'New Year')));
    expect(days.map(({ on }) => on)).toEqual(['2027-01-01']);
    expect(leftOut).toEqual([expect.objectContaining({ why })]);
  });

  it('takes signs that deceive out of names, and cuts them', () => {
    const [first, second] = daysIn(
      calendar(allDay('20261225', 'a\u202Egnp.exe\u0007'), allDay('20261226', 'x'.repeat(5_000))),
    ).days;
    expect(first?.name).toBe('a gnp.exe');
    expect(second?.name).toHaveLength(120);
  });

  it.each([
    ['notCalendar', ''],
    ['notCalendar', '%PDF-1.7'],
    ['notCalendar', '<html>BEGIN:VCALENDAR</html>'],
    ['notCalendar', 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n'],
    ['notCalendar', `BEGIN:VCALENDAR\r\n${'BEGIN:X\r\n'.repeat(50_000)}`],
    ['notCalendar', `BEGIN:VCALENDAR\r\n${'\u0000\u0001'.repeat(100)}`],
    ['tooManyEvents', calendar(...Array.from({ length: 100_000 }, () => 'BEGIN:VEVENT\r\nEND:VEVENT'))],
  ])('is refused as %s', (refusal, text) => {
    expect(readHolidayFile(text, 2026)).toEqual({ ok: false, refusal });
  });

  it.each<[string, string]>([
    ['one endless line', calendar(`X-A:${'a'.repeat(1_000_000)}`)],
    ['endless folding', calendar(`X-A:a${'\r\n b'.repeat(250_000)}`)],
    ['endless parameters', calendar(`X-A${';P=v'.repeat(250_000)}:x`)],
    ['endless escapes', calendar(allDay('20261225', '\\,'.repeat(500_000)))],
    ['quotes that never close', calendar(`X-A;P="${'a;b:'.repeat(250_000)}`)],
    [
      'many parameters on many lines',
      calendar(...Array.from({ length: 100 }, () => `X-A${';P=v'.repeat(2_400)}:x`)),
    ],
    ['colons', calendar('X:'.repeat(500_000))],
  ])('of a megabyte of %s takes no time to speak of', (_what, text) => {
    const began = performance.now();
    readHolidayFile(text, 2026);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
