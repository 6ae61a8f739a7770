import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingDefaults } from '#app/facility/settings.ts';
import { ackStepsDue, addedSteps, remindedPeople, stepsDue } from './reminders.ts';

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

  it('a step that was added to the schedule counts from then: what its day was before is not owed', () => {
    const schedule = { ...settingDefaults.reminders, daysBefore: [17, 10, 3] };
    const on = (today: string, addedOn: string, dates = sixty) =>
      stepsDue({ ...dates, today }, schedule, [], new Map([['days:17', addedOn]])).map(({ step }) => step);
    // Seventeen days before March 5 is February 16.
    expect(on('2027-02-16', '2027-02-16')).toEqual(['halfWay', 'days:17']);
    expect(on('2027-02-17', '2027-02-17')).toEqual(['halfWay']);
    expect(on('2027-03-08', '2027-03-08')).toEqual(['halfWay', 'days:10', 'days:3', 'due', 'overdue']);
    // What came, or moved, after it was added is owed it as any other step.
    expect(on('2027-02-20', '2027-02-18', { ...sixty, knownFrom: '2027-02-19' })).toContain('days:17');
  });

  it('what is late is still late when the schedule begins to say so, and from then', () => {
    const added = new Map([['overdue', '2027-03-20']]);
    const owed = stepsDue({ ...sixty, today: '2027-03-20' }, settingDefaults.reminders, [], added);
    expect(owed.at(-1)).toMatchObject({ step: 'overdue', forDay: '2027-03-20' });
  });

  it('knows since when each step is in the schedule', () => {
    const { reminders } = settingDefaults;
    const version = (at: string, more: Partial<typeof reminders>) => ({
      at: new Date(at),
      value: { ...reminders, ...more },
    });
    expect(addedSteps([])).toEqual(new Map());
    expect(
      addedSteps([
        version('2027-01-01', { daysBefore: [17, 10, 3], due: false }),
        version('2027-02-01', { daysBefore: [17, 3], to: 'officers' }),
        version('2027-03-01', { daysBefore: [17, 10, 3] }),
      ]),
    ).toEqual(
      new Map([
        ['days:17', new Date('2027-01-01')],
        ['due', new Date('2027-02-01')],
        ['days:10', new Date('2027-03-01')],
      ]),
    );
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
