import { describe, expect, it } from 'vitest';
import { countKept, toldTooLate, type CountedClock } from './request-clock.ts';
import {
  feeByPost,
  feeToldAt,
  postedNow,
  stopsOncePosted,
  toldEvents,
  type HistoryEvent,
} from './told-by-post.ts';
import { openAsking } from './came.ts';

const noon = (day: string) => new Date(`${day}T12:00:00Z`);
type Happened = readonly [type: HistoryEvent['type'], day: string];
const history = (...happened: readonly Happened[]): HistoryEvent[] =>
  happened.map(([type, day]) => ({ type, at: noon(day), newDueOn: null }));
/** Copies in the United Kingdom, received on Tuesday, February 10, 2026: due on Tuesday, March 10. */
const clock = (events: readonly HistoryEvent[], ruleId = 'uk.gdpr.art12a'): CountedClock => ({
  ruleId,
  ruleVersion: 1,
  promisedCount: null,
  suspendByPolicy: true,
  receivedAt: noon('2026-02-10'),
  timeZone: 'Europe/London',
  holidays: [],
  clockEvents: toldEvents(events),
});

describe('a question that goes by post', () => {
  it.each<[what: string, happened: Happened[], dueOn: string, since: string | null]>([
    ['that is not posted stops nothing', [['clarificationWritten', '2026-02-16']], '2026-03-10', null],
    [
      'stops the clock from the day of its posting',
      [
        ['clarificationWritten', '2026-02-16'],
        ['letterPosted', '2026-02-20'],
      ],
      '2026-03-10',
      '2026-02-20',
    ],
    [
      // DPA 2018 s.54(3C): February 20 to March 1, both included: ten days.
      'stops it until the answer came',
      [
        ['clarificationWritten', '2026-02-16'],
        ['letterPosted', '2026-02-20'],
        ['clarificationReceived', '2026-03-01'],
      ],
      '2026-03-20',
      null,
    ],
    [
      'stops it for the one day on which it was posted and answered',
      [
        ['clarificationWritten', '2026-02-16'],
        ['letterPosted', '2026-02-20'],
        ['clarificationReceived', '2026-02-20'],
      ],
      '2026-03-11',
      null,
    ],
    [
      'stopped nothing where the answer came and no posting was entered',
      [
        ['clarificationWritten', '2026-02-16'],
        ['clarificationReceived', '2026-02-17'],
      ],
      '2026-03-10',
      null,
    ],
    [
      'stopped nothing where the answer came before it was posted',
      [
        ['clarificationWritten', '2026-02-16'],
        ['clarificationReceived', '2026-02-17'],
        ['letterPosted', '2026-02-20'],
      ],
      '2026-03-10',
      null,
    ],
    [
      'stops nothing where it was posted after the last day',
      [
        ['clarificationWritten', '2026-03-09'],
        ['letterPosted', '2026-03-11'],
      ],
      '2026-03-10',
      null,
    ],
    [
      'that comes a second time has a posting of its own',
      [
        ['clarificationWritten', '2026-02-16'],
        ['letterPosted', '2026-02-20'],
        ['clarificationReceived', '2026-03-01'],
        ['clarificationWritten', '2026-03-02'],
        ['clarificationReceived', '2026-03-09'],
      ],
      '2026-03-20',
      null,
    ],
    [
      'counts as ever where it was read on a page, after one that was not posted',
      [
        ['clarificationWritten', '2026-02-11'],
        ['clarificationReceived', '2026-02-12'],
        ['clarificationRequested', '2026-02-20'],
        ['clarificationReceived', '2026-03-01'],
      ],
      '2026-03-20',
      null,
    ],
    [
      'for proof that is not posted stops nothing',
      [['identityInfoWritten', '2026-02-16']],
      '2026-03-10',
      null,
    ],
    [
      'for proof stops it from the day of its posting',
      [
        ['identityInfoWritten', '2026-02-12'],
        ['letterPosted', '2026-02-16'],
      ],
      '2026-03-10',
      '2026-02-16',
    ],
    [
      // UK GDPR Art. 12A: the month runs from the proof that was asked for.
      'for proof begins the month when that came',
      [
        ['identityInfoWritten', '2026-02-12'],
        ['letterPosted', '2026-02-16'],
        ['identityInfoReceived', '2026-02-20'],
      ],
      '2026-03-20',
      null,
    ],
    [
      'for proof begins no month where proof came and no posting was entered',
      [
        ['identityInfoWritten', '2026-02-12'],
        ['identityInfoReceived', '2026-02-20'],
      ],
      '2026-03-10',
      null,
    ],
    [
      'is not posted with a letter of before, and waits beside an extension that is',
      [
        ['letterPosted', '2026-02-11'],
        ['clarificationWritten', '2026-02-12'],
        ['extensionNoticeWritten', '2026-02-13'],
      ],
      '2026-03-10',
      null,
    ],
  ])('%s', (_what, happened, dueOn, since) => {
    const { effectiveDueDate, openPause } = countKept(clock(history(...happened)));
    expect([effectiveDueDate, openPause?.sinceOn ?? null]).toEqual([dueOn, since]);
  });

  it('stops a clock from the day after, where the law leaves that to policy', () => {
    const asked = history(
      ['identityInfoWritten', '2026-02-12'],
      ['letterPosted', '2026-02-16'],
      ['identityInfoReceived', '2026-02-20'],
    );
    expect(countKept(clock(asked, 'eu.gdpr.art12')).effectiveDueDate).toBe('2026-03-16');
    expect(countKept(clock(asked, 'hipaa.access')).effectiveDueDate).toBe('2026-03-12');
  });
});

describe('a letter that is not posted yet', () => {
  const kept = (happened: readonly Happened[], ruleId?: string) => {
    const events = history(...happened);
    return { ...clock(events, ruleId), asking: openAsking(events) };
  };
  it('would stop the clock where its rule stops for what it asks, and the last day has not passed', () => {
    const asked: Happened[] = [['clarificationWritten', '2026-03-09']];
    expect(stopsOncePosted(kept(asked), noon('2026-03-10'))).toBe(true);
    expect(stopsOncePosted(kept(asked), noon('2026-03-11'))).toBe(false);
    expect(stopsOncePosted(kept(asked, 'hipaa.access'), noon('2026-03-10'))).toBe(false);
    expect(stopsOncePosted(kept([...asked, ['letterPosted', '2026-03-09']]), noon('2026-03-10'))).toBe(false);
    expect(stopsOncePosted(kept([]), noon('2026-03-10'))).toBe(false);
  });

  it('reads as it will once it is', () => {
    const asked = kept([['identityInfoWritten', '2026-02-16']]);
    expect(countKept(postedNow(asked, noon('2026-02-18'))).openPause?.sinceOn).toBe('2026-02-18');
    const posted = kept([
      ['identityInfoWritten', '2026-02-16'],
      ['letterPosted', '2026-02-17'],
    ]);
    expect(postedNow(posted, noon('2026-02-18'))).toEqual(posted);
  });
});

describe('a cost that goes by post', () => {
  const told = (happened: readonly Happened[], writtenOn = '2026-03-09') => {
    const events = history(...happened);
    return feeToldAt({ feeByPost: feeByPost(events) }, noon(writtenOn));
  };
  it('is told on the day of its posting, and by nothing before', () => {
    expect(told([])).toEqual(noon('2026-03-09'));
    expect(told([['feeWritten', '2026-03-09']])).toBeNull();
    expect(
      told([
        ['letterPosted', '2026-03-08'],
        ['feeWritten', '2026-03-09'],
      ]),
    ).toBeNull();
    expect(
      told([
        ['feeWritten', '2026-03-09'],
        ['letterPosted', '2026-03-11'],
        ['letterPosted', '2026-03-20'],
      ]),
    ).toEqual(noon('2026-03-11'));
  });

  it('is another one where it was told anew', () => {
    expect(
      told([
        ['feeWritten', '2026-02-20'],
        ['letterPosted', '2026-02-21'],
        ['feeWritten', '2026-03-09'],
      ]),
    ).toBeNull();
    // On a page, by then.
    expect(told([['feeWritten', '2026-02-20']])).toEqual(noon('2026-03-09'));
  });

  it('was told too late where it was posted after the last day', () => {
    const events = history(['feeWritten', '2026-03-09'], ['letterPosted', '2026-03-11']);
    expect(
      toldTooLate(
        clock(events),
        told([
          ['feeWritten', '2026-03-09'],
          ['letterPosted', '2026-03-10'],
        ])!,
      ),
    ).toBe(false);
    expect(toldTooLate(clock(events), noon('2026-03-11'))).toBe(true);
  });
});
