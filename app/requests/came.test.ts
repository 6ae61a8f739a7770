import { describe, expect, it } from 'vitest';
import { localDateAt } from '#app/facility/local-date.ts';
import { cameAfter, cameAt, cameGap, openAsking } from './came.ts';

const timeZone = 'America/New_York';
const now = new Date('2026-03-20T14:00:00Z');

describe('a day on which something came', () => {
  it.each([
    ['2026-02-11', 'cameBeforeAsked'],
    ['2026-02-12', null],
    ['2026-03-20', null],
    ['2026-03-21', 'cameInFuture'],
  ])('%s: %s', (cameOn, gap) => {
    expect(cameGap(cameOn, { askedOn: '2026-02-12', today: '2026-03-20' })).toBe(gap);
  });

  it('is an instant of that day, after the asking, and not after now', () => {
    const askedAt = new Date('2026-02-12T22:30:00Z');
    for (const day of ['2026-02-12', '2026-03-03', '2026-03-08', '2026-03-20']) {
      const at = cameAt(day, { askedAt, timeZone, now });
      expect(localDateAt(at, timeZone)).toBe(day);
      expect(at > askedAt && at <= now).toBe(true);
    }
    expect(cameAt('2026-03-20', { askedAt, timeZone, now })).toEqual(now);
  });
});

describe('what a patient was asked for', () => {
  const at = (day: number) => new Date(Date.UTC(2026, 1, day));
  it.each([
    ['nothing', [], null],
    ['proof', [['identityInfoRequested', 1]], { status: 'identityCheck', at: at(1), toldAt: at(1) }],
    [
      'proof, which came',
      [
        ['identityInfoRequested', 1],
        ['identityInfoReceived', 2],
      ],
      null,
    ],
    [
      'proof, which came, and more, while time was taken',
      [
        ['identityInfoRequested', 1],
        ['identityInfoReceived', 2],
        ['clarificationRequested', 3],
        ['extensionNoticeSent', 4],
      ],
      { status: 'waitingOnPatient', at: at(3), toldAt: at(3) },
    ],
    [
      'proof, by a letter that is not posted',
      [
        ['letterPosted', 1],
        ['identityInfoWritten', 2],
      ],
      { status: 'identityCheck', at: at(2), toldAt: null },
    ],
    [
      'proof, by a letter that was posted, and another after it',
      [
        ['identityInfoWritten', 1],
        ['letterPosted', 2],
        ['letterPosted', 3],
      ],
      { status: 'identityCheck', at: at(1), toldAt: at(2) },
    ],
    [
      'more, which came before its letter was posted',
      [
        ['clarificationWritten', 1],
        ['clarificationReceived', 2],
        ['letterPosted', 3],
      ],
      null,
    ],
  ] as const)('%s', (_what, events, open) => {
    expect(openAsking(events.map(([type, day]) => ({ type, at: at(day) })))).toEqual(open);
  });
});

describe('the instant after which something came', () => {
  it('is that of its letter, from the day on which that was posted', () => {
    const [at, toldAt] = [new Date('2026-02-12T15:00:00Z'), new Date('2026-02-16T17:00:00Z')];
    const asking = { status: 'identityCheck', at, toldAt } as const;
    expect(cameAfter(asking, '2026-02-15', timeZone)).toEqual(at);
    expect(cameAfter(asking, '2026-02-16', timeZone)).toEqual(toldAt);
    expect(cameAfter(asking, '2026-02-20', timeZone)).toEqual(toldAt);
    expect(cameAfter({ ...asking, toldAt: null }, '2026-02-20', timeZone)).toEqual(at);
    expect(cameAfter(null, '2026-02-20', timeZone)).toBeNull();
  });
});
