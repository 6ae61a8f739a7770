import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countedFor,
  decideExport,
  heldAfterRestore,
  type ExportQuestion,
  type OptOutRecord,
} from './decide.ts';
import { optOutPurposes } from './purposes.ts';
import type { ExportRules } from './rules.ts';

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
const yes = (change: Partial<OptOutRecord> = {}): OptOutRecord =>
  denial({ id: 'yes', act: 'permitted', ...change });
const question = (change: Partial<ExportQuestion> = {}): ExportQuestion => ({
  purpose: 'MLTRAINING',
  vendorId: 'kestrel',
  identifiable: true,
  studyUid: null,
  ...change,
});

const silence: ExportRules = { permission: [] };
const asked: ExportRules = { permission: optOutPurposes };
const decide = (
  records: readonly OptOutRecord[],
  about: ExportQuestion,
  at: Date,
  knownAt: Date = at,
  rules: ExportRules = silence,
) => decideExport(records, about, at, knownAt, rules);

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

  const anyYes = anyDenial.map((part) => ({ ...part, act: 'permitted' as const, coversDeidentified: true }));
  const anyRules = fc.subarray([...optOutPurposes]).map((permission): ExportRules => ({ permission }));
  /** Denials, permissions, changes and withdrawals of what came before, some with an end. */
  const anyHistory = fc
    .array(
      fc.tuple(
        fc.oneof(anyDenial, anyYes),
        fc.constantFrom('new', 'replaces', 'withdraws'),
        fc.nat(),
        fc.option(fc.integer({ min: 1, max: 28 }).map(day)),
      ),
      { maxLength: 7 },
    )
    .map((steps) =>
      steps.reduce<OptOutRecord[]>((before, [part, how, which, expiresAt], at) => {
        const earlier = how === 'new' ? undefined : before[which % Math.max(1, before.length)];
        const made = denial({ ...part, id: `r${at}`, sequence: BigInt(at), expiresAt });
        if (!earlier) return [...before, made];
        const act = how === 'withdraws' ? 'withdrawn' : earlier.act;
        return [...before, { ...made, act, supersedesId: earlier.id }];
      }, []),
    );
  const anyDay = fc.integer({ min: 1, max: 28 });

  it('while a restore waits for a word, nothing is permitted that a lost “no” could have stopped', () => {
    fc.assert(
      fc.property(anyHistory, anyQuestion, anyRules, (records, about, rules) => {
        const before = decide(records, about, day(28), day(28), rules);
        const held = heldAfterRestore(before);
        if (before.reason === 'noOptOut' || before.reason === 'permitted')
          expect(held).toEqual({ decision: 'deny', reason: 'restoreNotConfirmed' });
        else expect(held).toEqual(before);
      }),
    );
  });

  it('one more denial never permits more, nor does one purpose more that needs permission; order of arrival never matters', () => {
    const inAnyOrder = anyHistory.chain((records) =>
      fc.tuple(fc.constant(records), fc.shuffledSubarray(records, { minLength: records.length })),
    );
    fc.assert(
      fc.property(
        inAnyOrder,
        anyDenial,
        anyQuestion,
        anyRules,
        fc.constantFrom(...optOutPurposes),
        anyDay,
        ([records, shuffled], more, about, rules, purpose, at) => {
          const before = decide(records, about, day(at), day(28), rules);
          const added = denial({ ...more, id: 'more', sequence: 99n });
          const stricter = { permission: [...rules.permission, purpose] };
          if (before.decision === 'deny') {
            expect(decide([...records, added], about, day(at), day(28), rules).decision).toBe('deny');
            expect(decide(records, about, day(at), day(28), stricter).decision).toBe('deny');
          }
          expect(decide(shuffled, about, day(at), day(28), rules)).toEqual(before);
        },
      ),
    );
  });

  it('what was replaced, taken back or has ended decides nothing, whatever becomes of what came after it', () => {
    fc.assert(
      fc.property(anyHistory, anyQuestion, anyRules, anyDay, (records, about, rules, at) => {
        const known = records.filter(
          ({ effectiveFrom, recordedAt }) => effectiveFrom <= day(at) && recordedAt <= day(28),
        );
        const gone = new Set(known.map(({ supersedesId }) => supersedesId));
        const left = records.filter(
          ({ id, expiresAt }) => !gone.has(id) && (expiresAt === null || expiresAt > day(at)),
        );
        const answer = decide(records, about, day(at), day(28), rules);
        expect(decide(left, about, day(at), day(28), rules)).toEqual(answer);
        if ('recordId' in answer) expect(left.map(({ id }) => id)).toContain(answer.recordId);
      }),
    );
  });

  it('two that are one person are denied whatever a “no” denied one of them, and parted they are as before', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, anyQuestion, anyRules, anyDay, (one, other, about, rules, at) => {
        const others = other.map((record) => ({
          ...record,
          id: `other ${record.id}`,
          sequence: record.sequence + 100n,
          supersedesId: record.supersedesId && `other ${record.supersedesId}`,
        }));
        // Of the other record only what denies comes along: its "yes" was not given for this one.
        const joined = [...one, ...others.filter(({ act }) => act !== 'permitted')];
        const together = decide(joined, about, day(at), day(28), rules);
        const apart = decide(one, about, day(at), day(28), rules);
        const elsewhere = decide(others, about, day(at), day(28), rules);
        if (apart.decision === 'deny') expect(together.decision).toBe('deny');
        if (elsewhere.reason === 'optedOut') expect(together.reason).toBe('optedOut');
      }),
    );
  });

  /** Choices of two people by turns of being joined and parted, each "yes" given for the records that were one when it was filed. */
  const anyMerging = fc.array(
    fc.oneof(
      fc.constant('joinOrPart' as const),
      fc.record({
        part: fc.oneof(anyDenial, anyYes, anyYes, anyYes),
        by: fc.constantFrom('a', 'b'),
        how: fc.constantFrom('new', 'replaces', 'replaces', 'replaces', 'withdraws'),
        which: fc.nat({ max: 12 }),
      }),
    ),
    { minLength: 4, maxLength: 12 },
  );
  type Filed = OptOutRecord & { by: string; givenFor: string[] };
  const filedBy = (steps: typeof anyMerging extends fc.Arbitrary<infer T> ? T : never) => {
    let isJoined = false;
    const filed: Filed[] = [];
    for (const step of steps) {
      if (step === 'joinOrPart') {
        isJoined = !isJoined;
        continue;
      }
      const group = isJoined ? ['a', 'b'] : [step.by];
      const reach = filed.filter(
        ({ id, by, act }) =>
          group.includes(by) && act !== 'withdrawn' && !filed.some(({ supersedesId }) => supersedesId === id),
      );
      const earlier = step.how === 'new' ? undefined : reach[step.which % Math.max(1, reach.length)];
      const made = 'act' in step.part ? step.part.act : 'denied';
      const act = !earlier ? made : step.how === 'withdraws' ? 'withdrawn' : earlier.act;
      filed.push({
        ...denial({ ...step.part, act, effectiveFrom: day(1), recordedAt: day(1) }),
        id: `r${filed.length}`,
        sequence: BigInt(filed.length),
        supersedesId: earlier?.id ?? null,
        by: step.by,
        givenFor: act === 'permitted' ? group : [],
      });
    }
    return filed;
  };

  it('joined again, a “yes” that was replaced meanwhile permits neither of the two what its replacement does not', () => {
    let narrowed = 0;
    fc.assert(
      fc.property(
        anyMerging,
        anyQuestion,
        fc.constantFrom('a', 'b'),
        (steps, { studyUid, vendorId }, asks) => {
          const about = question({ studyUid, vendorId });
          const filed = filedBy(steps);
          const records = filed.map((record) => countedFor(record, record.givenFor, asks));
          const answer = decide(records, about, day(2), day(2), asked);
          const gone = new Set(filed.map(({ supersedesId }) => supersedesId));
          if ('recordId' in answer) expect(gone.has(answer.recordId)).toBe(false);
          if (answer.reason === 'permitted')
            expect(filed.find(({ id }) => id === answer.recordId)?.givenFor).toContain(asks);
          narrowed += Number(
            filed.some(
              (record) =>
                record.supersedesId !== null && countedFor(record, record.givenFor, asks) !== record,
            ),
          );
        },
      ),
      { numRuns: 500 },
    );
    expect(narrowed).toBeGreaterThan(0);
  });

  it('a clock that ran ahead ends no “no” early, and lets no “yes” last', () => {
    fc.assert(
      fc.property(anyHistory, anyQuestion, anyRules, anyDay, anyDay, (records, about, rules, now, ahead) => {
        const later = day(Math.max(now, ahead));
        const answer = decideExport(records, about, later, later, rules, day(now));
        const lasting = records.map((record) =>
          record.act === 'denied' && record.expiresAt && record.expiresAt > day(now)
            ? { ...record, expiresAt: null }
            : record,
        );
        expect(answer).toEqual(decide(lasting, about, later, later, rules));
        if (decide(records, about, later, later, rules).decision === 'deny')
          expect(answer.decision).toBe('deny');
      }),
    );
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
