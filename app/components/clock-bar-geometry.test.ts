import { describe, expect, it } from 'vitest';
import { clockBarGeometry } from './clock-bar-geometry.ts';

describe('clockBarGeometry', () => {
  it('runs from receipt to the due date', () => {
    const { segments, marks } = clockBarGeometry({ firstDue: 30, today: 15 });
    expect(segments).toEqual([{ kind: 'base', from: 0, to: 100 }]);
    expect(marks.find((mark) => mark.kind === 'today')).toMatchObject({ at: 50, anchor: 'middle' });
  });

  it('starts the extra time at the first due date', () => {
    const { segments } = clockBarGeometry({ firstDue: 60, extendedDue: 90, today: 70 });
    expect(segments).toEqual([
      { kind: 'base', from: 0, to: 66.67 },
      { kind: 'extra', from: 66.67, to: 100 },
    ]);
  });

  it('is not late on the due date, and late the day after', () => {
    expect(clockBarGeometry({ firstDue: 30, today: 30 }).segments.map((s) => s.kind)).toEqual(['base']);
    expect(clockBarGeometry({ firstDue: 30, today: 31 }).segments.map((s) => s.kind)).toEqual([
      'base',
      'late',
    ]);
  });

  it('measures lateness of an answered request to the answer, not to today', () => {
    const { segments, marks } = clockBarGeometry({ firstDue: 30, answered: 40 });
    expect(segments.at(-1)).toEqual({ kind: 'late', from: 75, to: 100 });
    expect(marks.map((mark) => mark.kind)).toEqual(['received', 'firstDue', 'answered']);
  });

  it('cuts pauses out of the segment they interrupt, overlapping ones once', () => {
    const pauses = [
      { from: 10, to: 20 },
      { from: 15, to: 25 },
    ];
    expect(clockBarGeometry({ firstDue: 50, today: 5, pauses }).segments).toEqual([
      { kind: 'base', from: 0, to: 20 },
      { kind: 'pause', from: 20, to: 40 },
      { kind: 'pause', from: 40, to: 50 },
      { kind: 'base', from: 50, to: 100 },
    ]);
  });

  it('carries a pause over the first due date into the extra time', () => {
    const kinds = clockBarGeometry({
      firstDue: 30,
      extendedDue: 60,
      today: 5,
      pauses: [{ from: 25, to: 35 }],
    }).segments;
    expect(kinds.map((s) => s.kind)).toEqual(['base', 'pause', 'pause', 'extra']);
  });

  it('leaves no gap and no overlap between segments', () => {
    const { segments } = clockBarGeometry({
      firstDue: 30,
      extendedDue: 60,
      today: 75,
      pauses: [
        { from: 0, to: 3 },
        { from: 58, to: 90 },
      ],
    });
    expect(segments[0]?.from).toBe(0);
    expect(segments.at(-1)?.to).toBe(100);
    segments.slice(1).forEach((segment, index) => expect(segment.from).toBe(segments[index]?.to));
  });

  it('puts labels that would touch on rows of their own', () => {
    const near = clockBarGeometry({ firstDue: 45, extendedDue: 50, today: 1 });
    expect(near.rows).toBe(2);
    expect(clockBarGeometry({ firstDue: 30, extendedDue: 60, today: 1 }).rows).toBe(1);
  });

  it('keeps every mark on the bar, even when nothing has a length', () => {
    for (const days of [
      { firstDue: 0, today: 0 },
      { firstDue: 30, today: 400 },
      { firstDue: 30, today: -2 },
    ]) {
      for (const mark of clockBarGeometry(days).marks) {
        expect(mark.at).toBeGreaterThanOrEqual(0);
        expect(mark.at).toBeLessThanOrEqual(100);
      }
    }
  });
});
