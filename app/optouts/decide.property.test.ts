import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedFor, decideExport, heldAfterRestore, type OptOutRecord } from './decide.ts';
import { optOutPurposes } from './purposes.ts';
import type { ExportRules } from './rules.ts';
import { asked, day, decide, denial, question } from '#tests/support/opt-out-records.ts';

describe('whatever was said', () => {
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
});
