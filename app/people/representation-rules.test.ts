import { describe, expect, it } from 'vitest';
import { localDateAt } from '#app/facility/local-date.ts';
import {
  countsOn,
  decideGrant,
  isMinor,
  lastDayAsMinor,
  mayMove,
  patientMayEnd,
  representationBases,
  standing,
  type Grant,
} from './representation-rules.ts';

const grant = (over: Partial<Grant> = {}): Grant => ({
  basis: 'parentOfMinor',
  scope: 'both',
  startsOn: '2026-11-22',
  endsOn: null,
  ...over,
});

describe('a parent’s right ends on the day before the 18th birthday (45 CFR 164.502(g)(3))', () => {
  it.each([
    ['2015-05-20', '2033-05-19'],
    ['2010-01-01', '2027-12-31'],
    ['2009-03-01', '2027-02-28'],
    // The day before 1 March in a leap year.
    ['2010-03-01', '2028-02-29'],
    // Born on a leap day: 2026 has none. The earlier reading.
    ['2008-02-29', '2026-02-27'],
    ['2012-02-29', '2030-02-27'],
    ['2000-02-29', '2018-02-27'],
    ['2008-12-31', '2026-12-30'],
  ])('born %s: last day %s', (bornOn, last) => {
    expect(lastDayAsMinor(bornOn)).toBe(last);
    expect(isMinor(bornOn, last)).toBe(true);
    const next = new Date(Date.parse(`${last}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10);
    expect(isMinor(bornOn, next)).toBe(false);
  });

  it.each([
    // The night on which clocks go back (1 November 2026) and forward (14 March 2027) in New York.
    ['2008-11-02', '2026-11-02T03:59:59Z', true],
    ['2008-11-02', '2026-11-02T04:59:59Z', true],
    ['2008-11-02', '2026-11-02T05:00:00Z', false],
    ['2009-03-15', '2027-03-15T03:59:59Z', true],
    ['2009-03-15', '2027-03-15T04:00:00Z', false],
  ])('born %s, at %s New York time: %s', (bornOn, at, counts) => {
    const today = localDateAt(new Date(at), 'America/New_York');
    const granted = {
      state: 'granted' as const,
      basis: 'parentOfMinor' as const,
      startsOn: null,
      endsOn: null,
    };
    expect(countsOn(granted, bornOn, today)).toBe(counts);
  });

  it('is given its end, may have an earlier one, and never a later one', () => {
    const decide = (endsOn: string | null, today = '2026-11-22') =>
      decideGrant('asked', grant({ endsOn }), '2015-05-20', today);
    expect(decide(null)).toMatchObject({ ok: true, grant: { endsOn: '2033-05-19' } });
    expect(decide('2030-01-01')).toMatchObject({ ok: true, grant: { endsOn: '2030-01-01' } });
    expect(decide('2033-05-19')).toMatchObject({ ok: true });
    expect(decide('2033-05-20')).toEqual({ ok: false, refusal: 'endsAfterMinority' });
  });

  it('is not granted from the birthday on', () => {
    const decide = (today: string) => decideGrant('asked', grant({ startsOn: today }), '2008-11-23', today);
    expect(decide('2026-11-22')).toMatchObject({ ok: true, grant: { endsOn: '2026-11-22' } });
    expect(decide('2026-11-23')).toEqual({ ok: false, refusal: 'notAMinor' });
  });

  it('does not count beyond it, whatever end was written down', () => {
    const kept = {
      state: 'granted' as const,
      basis: 'parentOfMinor' as const,
      startsOn: null,
      endsOn: '2099-01-01',
    };
    expect(countsOn(kept, '2008-11-23', '2026-11-22')).toBe(true);
    expect(countsOn(kept, '2008-11-23', '2026-11-23')).toBe(false);
    expect(standing(kept, '2008-11-23', '2026-11-23')).toBe('ranOut');
  });
});

describe('granting', () => {
  it.each([
    ['granted', 'notFromThisState'],
    ['refused', 'notFromThisState'],
    ['ended', 'notFromThisState'],
  ] as const)('is refused from %s', (state, refusal) => {
    expect(decideGrant(state, grant(), '2015-05-20', '2026-11-22')).toEqual({ ok: false, refusal });
  });

  it('takes no end before its start, none that has passed, and no start to come', () => {
    const decide = (over: Partial<Grant>) =>
      decideGrant('asked', grant({ basis: 'guardian', ...over }), '1950-01-01', '2026-11-22');
    expect(decide({ startsOn: '2026-11-20', endsOn: '2026-11-19' })).toMatchObject({
      refusal: 'endsBeforeStart',
    });
    expect(decide({ startsOn: '2026-11-01', endsOn: '2026-11-21' })).toMatchObject({
      refusal: 'endsInThePast',
    });
    expect(decide({ startsOn: '2026-11-23' })).toMatchObject({ refusal: 'startsInTheFuture' });
    expect(decide({ startsOn: '2026-11-22', endsOn: '2026-11-22' })).toMatchObject({ ok: true });
    expect(decide({})).toMatchObject({ ok: true, grant: { endsOn: null } });
  });
});

describe('ending', () => {
  it('goes from granted, refusing from asked, and nothing else', () => {
    const states = ['asked', 'granted', 'refused', 'ended'] as const;
    expect(states.filter((state) => mayMove(state, 'ended'))).toEqual(['granted']);
    expect(states.filter((state) => mayMove(state, 'refused'))).toEqual(['asked']);
  });

  it('is the patient’s own act only for what rests on their wish', () => {
    expect(representationBases.filter(patientMayEnd)).toEqual(['patientsWish']);
  });

  it('counts from its first day to its last, both included', () => {
    const kept = {
      state: 'granted' as const,
      basis: 'guardian' as const,
      startsOn: '2026-03-01',
      endsOn: '2026-03-31',
    };
    const days = ['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'];
    expect(days.map((day) => countsOn(kept, '1950-01-01', day))).toEqual([false, true, true, false]);
    expect(countsOn({ ...kept, state: 'ended' }, '1950-01-01', '2026-03-10')).toBe(false);
  });
});
