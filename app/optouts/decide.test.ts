import { describe, expect, it } from 'vitest';
import type { ExportQuestion, OptOutRecord } from './decide.ts';
import { asked, day, decide, denial, question, yes } from '#tests/support/opt-out-records.ts';

describe('may images go', () => {
  it.each<[string, OptOutRecord[], ExportQuestion, Date, string]>([
    ['nobody said no', [], question(), day(12), 'permit noOptOut'],
    ['said no to training', [denial()], question(), day(12), 'deny optedOut'],
    ['the moment it counts', [denial()], question(), day(10), 'deny optedOut'],
    ['the day before', [denial()], question(), day(9), 'permit noOptOut'],
    ['the last day it counts', [denial({ expiresAt: day(13) })], question(), day(12), 'deny optedOut'],
    ['its end', [denial({ expiresAt: day(12) })], question(), day(12), 'permit noOptOut'],
    [
      'an end revives nothing',
      [denial({ act: 'denied' }), denial({ id: 'r2', sequence: 2n, supersedesId: 'r1', expiresAt: day(12) })],
      question(),
      day(12),
      'permit noOptOut',
    ],
    [
      'care is never stopped',
      [denial({ purposes: ['aiTraining', 'research'] })],
      question({ purpose: 'TREATDS' }),
      day(12),
      'permit neverStopped',
    ],
    [
      'a no to training is no no to research',
      [denial()],
      question({ purpose: 'HRESCH' }),
      day(12),
      'permit noOptOut',
    ],
    [
      'research covers its children',
      [denial({ purposes: ['research'] })],
      question({ purpose: 'CLINTRCHPC' }),
      day(12),
      'deny optedOut',
    ],
    ['another company', [denial({ vendors: ['umbra'] })], question(), day(12), 'permit noOptOut'],
    ['the company named', [denial({ vendors: ['kestrel'] })], question(), day(12), 'deny optedOut'],
    [
      'another study',
      [denial({ studies: ['1.2'] })],
      question({ studyUid: '1.3' }),
      day(12),
      'permit noOptOut',
    ],
    [
      'the study named',
      [denial({ studies: ['1.2'] })],
      question({ studyUid: '1.2' }),
      day(12),
      'deny optedOut',
    ],
    ['which study is not said', [denial({ studies: ['1.2'] })], question(), day(12), 'deny optedOut'],
    ['without a name, covered', [denial()], question({ identifiable: false }), day(12), 'deny optedOut'],
    [
      'without a name, not covered',
      [denial({ coversDeidentified: false })],
      question({ identifiable: false }),
      day(12),
      'permit noOptOut',
    ],
    [
      'withdrawn',
      [
        denial(),
        denial({
          id: 'r2',
          sequence: 2n,
          act: 'withdrawn',
          supersedesId: 'r1',
          effectiveFrom: day(11),
          recordedAt: day(11),
        }),
      ],
      question(),
      day(12),
      'permit noOptOut',
    ],
    [
      'before it was withdrawn',
      [
        denial(),
        denial({
          id: 'r2',
          sequence: 2n,
          act: 'withdrawn',
          supersedesId: 'r1',
          effectiveFrom: day(14),
          recordedAt: day(14),
        }),
      ],
      question(),
      day(12),
      'deny optedOut',
    ],
    ['a code nobody knows', [], question({ purpose: 'WHATEVER' }), day(12), 'deny purposeUnknown'],
    [
      'a code that holds training and more',
      [],
      question({ purpose: 'HOPERAT' }),
      day(12),
      'deny purposeUnknown',
    ],
    ['a name from the prototype', [], question({ purpose: 'constructor' }), day(12), 'deny purposeUnknown'],
  ])('%s', (_, records, about, at, expected) => {
    const answer = decide(records, about, at);
    expect(`${answer.decision} ${answer.reason}`).toBe(expected);
  });

  it('says by what was known then', () => {
    const late = denial({ recordedAt: day(20) });
    expect(decide([late], question(), day(12), day(12)).decision).toBe('permit');
    expect(decide([late], question(), day(12), day(21)).decision).toBe('deny');
  });

  it('a withdrawal ends only the record it names', () => {
    const records = [
      denial(),
      denial({ id: 'r2', sequence: 2n }),
      denial({ id: 'r3', sequence: 3n, act: 'withdrawn', supersedesId: 'r2' }),
    ];
    expect(decide(records, question(), day(12))).toEqual({
      decision: 'deny',
      reason: 'optedOut',
      recordId: 'r1',
    });
  });

  it.each([
    ['nobody said yes', [], question(), 'deny notPermitted'],
    ['said yes', [yes()], question(), 'permit permitted'],
    ['to another use', [yes({ purposes: ['research'] })], question(), 'deny notPermitted'],
    ['to another company', [yes({ vendors: ['umbra'] })], question(), 'deny notPermitted'],
    ['for this study', [yes({ studies: ['1.2'] })], question({ studyUid: '1.2' }), 'permit permitted'],
    ['for a study, and none is named', [yes({ studies: ['1.2'] })], question(), 'deny notPermitted'],
    ['from tomorrow on', [yes({ effectiveFrom: day(13) })], question(), 'deny notPermitted'],
    ['until now', [yes({ expiresAt: day(12) })], question(), 'deny notPermitted'],
    ['a “no” beside it', [yes({ sequence: 9n }), denial({ id: 'r0' })], question(), 'deny optedOut'],
    [
      'taken back',
      [yes(), denial({ act: 'withdrawn', supersedesId: 'yes' })],
      question(),
      'deny notPermitted',
    ],
    ['care needs none', [], question({ purpose: 'TREATDS' }), 'permit neverStopped'],
  ])('where permission is asked: %s', (_, records, about, expected) => {
    const answer = decide(records, about, day(12), day(12), asked);
    expect(`${answer.decision} ${answer.reason}`).toBe(expected);
  });
});
