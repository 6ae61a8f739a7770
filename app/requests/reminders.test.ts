import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingDefaults } from '#app/facility/settings.ts';
import { ackStepsDue, remindedPeople, stepsDue } from './reminders.ts';

// Received January 4, due March 5, 2027: 60 days.
const sixty = { receivedOn: '2027-01-04', dueOn: '2027-03-05', knownFrom: '2027-01-04' };
const stepsOn = (today: string, dates = sixty) =>
  stepsDue({ ...dates, today }, settingDefaults.reminders).map(({ step, forDay }) => [step, forDay]);

describe('the steps that are due', () => {
  it.each([
    ['2027-02-02', 0],
    ['2027-02-03', 1],
    ['2027-02-23', 2],
    ['2027-03-02', 3],
    ['2027-03-05', 4],
    ['2027-03-06', 5],
  ])('on %s: %d of half way, 10 days, 3 days, the last day, late', (today, count) => {
    const all = [
      ['halfWay', '2027-02-03'],
      ['days:10', '2027-02-23'],
      ['days:3', '2027-03-02'],
      ['due', '2027-03-05'],
      ['overdue', '2027-03-06'],
    ];
    expect(stepsOn(today)).toEqual(all.slice(0, count));
  });

  it('owes what lay before the last day was known on the day it became known', () => {
    expect(stepsOn('2027-02-27', { ...sixty, knownFrom: '2027-02-26' })).toEqual([
      ['halfWay', '2027-02-26'],
      ['days:10', '2027-02-26'],
    ]);
  });

  it('owes again what lies after a moved last day became known, and not what was made before', () => {
    // Ten business days from March 2, 2026; on March 12 a holiday moves March 16 to March 17.
    const dates = { receivedOn: '2026-03-02', dueOn: '2026-03-17', knownFrom: '2026-03-12' };
    const made = [
      { step: 'halfWay', dueOn: '2026-03-16' },
      { step: 'days:10', dueOn: '2026-03-16' },
    ];
    const steps = (today: string, before = made) =>
      stepsDue({ ...dates, today }, settingDefaults.reminders, before).map(({ step, forDay }) => [
        step,
        forDay,
      ]);
    expect(steps('2026-03-12')).toEqual([]);
    expect(steps('2026-03-14')).toEqual([['days:3', '2026-03-14']]);
    expect(steps('2026-03-12', made.slice(0, 1))).toEqual([['days:10', '2026-03-12']]);
    const toldOn16 = [...made, { step: 'due', dueOn: '2026-03-16' }];
    expect(steps('2026-03-17', toldOn16).at(-1)).toEqual(['due', '2026-03-17']);
  });

  it('has the steps of telling that it arrived apart', () => {
    const dates = {
      receivedOn: '2026-03-02',
      dueOn: '2026-04-01',
      knownFrom: '2026-03-02',
      today: '2026-03-22',
    };
    const made = [{ step: 'days:10', dueOn: '2026-04-01' }];
    expect(ackStepsDue(dates, settingDefaults.reminders, made)).toMatchObject([{ step: 'ack:days:10' }]);
    expect(
      ackStepsDue(dates, settingDefaults.reminders, [{ step: 'ack:days:10', dueOn: '2026-04-01' }]),
    ).toEqual([]);
  });

  it('says of a request that came late already only that it is late', () => {
    expect(stepsOn('2027-03-20', { ...sixty, knownFrom: '2027-03-20' })).toEqual([['overdue', '2027-03-20']]);
  });

  it('leaves out steps that a short promise has no room for', () => {
    const short = { receivedOn: '2027-01-04', dueOn: '2027-01-07', knownFrom: '2027-01-04' };
    expect(stepsOn('2027-01-07', short)).toEqual([
      ['halfWay', '2027-01-06'],
      ['due', '2027-01-07'],
    ]);
  });

  it('never takes a step back as days go by, and none is owed before its day', () => {
    const day = fc.integer({ min: 0, max: 400 });
    const on = (days: number) => new Date(Date.UTC(2027, 0, 1 + days)).toISOString().slice(0, 10);
    fc.assert(
      fc.property(day, day, day, day, (received, length, known, today) => {
        const dates = { receivedOn: on(received), dueOn: on(received + length), knownFrom: on(known) };
        const now = stepsDue({ ...dates, today: on(today) }, settingDefaults.reminders);
        const later = stepsDue({ ...dates, today: on(today + 1) }, settingDefaults.reminders);
        expect(later.slice(0, now.length)).toEqual(now);
        for (const { forDay } of now) expect(forDay <= on(today)).toBe(true);
      }),
    );
  });
});

describe('who is reminded', () => {
  const officerIds = ['amara', 'otto'];
  it.each([
    ['dana', false, 'both', ['dana']],
    ['dana', true, 'both', ['dana', 'amara', 'otto']],
    ['amara', true, 'both', ['amara', 'otto']],
    [null, false, 'both', ['amara', 'otto']],
    [null, false, 'assignee', ['amara', 'otto']],
    ['dana', true, 'assignee', ['dana']],
    ['dana', false, 'officers', ['amara', 'otto']],
  ] as const)('%s has it, escalates: %s, to %s', (assigneeId, escalates, to, people) => {
    expect(remindedPeople({ assigneeId, officerIds }, escalates, to)).toEqual(people);
  });
});
