import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideExport, heldAfterRestore, type ExportQuestion, type OptOutRecord } from './decide.ts';

const day = (n: number) => new Date(Date.UTC(2026, 8, n, 12));
const denial = (change: Partial<OptOutRecord> = {}): OptOutRecord => ({
  id: 'r1',
  sequence: 1n,
  act: 'denied',
  purposes: ['aiTraining'],
  vendors: 'all',
  studies: 'all',
  coversDeidentified: true,
  effectiveFrom: day(10),
  expiresAt: null,
  recordedAt: day(10),
  supersedesId: null,
  ...change,
});
const question = (change: Partial<ExportQuestion> = {}): ExportQuestion => ({
  purpose: 'MLTRAINING',
  vendorId: 'kestrel',
  identifiable: true,
  studyUid: null,
  ...change,
});

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
  ])('%s', (_, records, asked, at, expected) => {
    const answer = decideExport(records, asked, at);
    expect(`${answer.decision} ${answer.reason}`).toBe(expected);
  });

  it('says by what was known then', () => {
    const late = denial({ recordedAt: day(20) });
    expect(decideExport([late], question(), day(12), day(12)).decision).toBe('permit');
    expect(decideExport([late], question(), day(12), day(21)).decision).toBe('deny');
  });

  it('a withdrawal ends only the record it names', () => {
    const records = [
      denial(),
      denial({ id: 'r2', sequence: 2n }),
      denial({ id: 'r3', sequence: 3n, act: 'withdrawn', supersedesId: 'r2' }),
    ];
    expect(decideExport(records, question(), day(12))).toEqual({
      decision: 'deny',
      reason: 'optedOut',
      recordId: 'r1',
    });
  });

  const anyDenial = fc.record({
    purposes: fc.subarray(['aiTraining', 'research', 'commercialSharing'] as const, { minLength: 1 }),
    vendors: fc.oneof(fc.constant('all' as const), fc.subarray(['kestrel', 'umbra'])),
    studies: fc.oneof(fc.constant('all' as const), fc.subarray(['1.2', '1.3'])),
    coversDeidentified: fc.boolean(),
    effectiveFrom: fc.integer({ min: 1, max: 28 }).map(day),
    recordedAt: fc.integer({ min: 1, max: 28 }).map(day),
  });
  const anyQuestion = fc.record({
    purpose: fc.constantFrom('MLTRAINING', 'HRESCH', 'TREATDS', 'HMARKT', 'nonsense'),
    vendorId: fc.constantFrom('kestrel', 'umbra'),
    identifiable: fc.boolean(),
    studyUid: fc.constantFrom(null, '1.2', '1.3'),
  });
  const numbered = (parts: Partial<OptOutRecord>[]) =>
    parts.map((part, at) => denial({ ...part, id: `r${at}`, sequence: BigInt(at) }));

  it('while a restore waits for a word, nothing is permitted that a lost “no” could have stopped', () => {
    fc.assert(
      fc.property(fc.array(anyDenial, { maxLength: 3 }), anyQuestion, (parts, asked) => {
        const before = decideExport(numbered(parts), asked, day(28));
        const held = heldAfterRestore(before);
        if (before.reason === 'noOptOut')
          expect(held).toEqual({ decision: 'deny', reason: 'restoreNotConfirmed' });
        else expect(held).toEqual(before);
      }),
    );
  });

  it('one more denial never permits more, and order of arrival never matters', () => {
    fc.assert(
      fc.property(
        fc.array(anyDenial, { maxLength: 6 }),
        anyDenial,
        anyQuestion,
        fc.integer({ min: 1, max: 28 }),
        (parts, more, asked, at) => {
          const before = decideExport(numbered(parts), asked, day(at));
          const after = decideExport(numbered([...parts, more]), asked, day(at));
          if (before.decision === 'deny') expect(after.decision).toBe('deny');
          expect(decideExport(numbered(parts).reverse(), asked, day(at))).toEqual(before);
        },
      ),
    );
  });
});
