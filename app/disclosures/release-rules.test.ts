import { describe, expect, it } from 'vitest';
import {
  classedOtherwise,
  listChanges,
  placeRule,
  ruleInForceAt,
  type ClassedAlike,
  type ProposedRule,
  type RuleVersion,
} from './release-rules.ts';

const now = new Date('2026-11-28T15:00:00Z');
const first: RuleVersion = {
  id: 'first',
  version: 1,
  purpose: 'HRESCH',
  legalBasis: 'irbWaiver',
  legallyRequired: true,
  exclusionReason: null,
  validFrom: new Date('2020-01-01T05:00:00Z'),
  validTo: null,
};
const training: ProposedRule = {
  purpose: 'MLTRAINING',
  legalBasis: 'operations',
  exclusionReason: 'treatmentPaymentOperations',
  validFrom: null,
};
const planned: RuleVersion = {
  ...first,
  id: 'planned',
  version: 2,
  validFrom: new Date('2027-01-01T05:00:00Z'),
};
const endedFirst = { ...first, validTo: planned.validFrom };
const past = new Date('2021-01-01T05:00:00Z');
const later = new Date('2027-02-01T05:00:00Z');

describe('placeRule', () => {
  it.each<[string, RuleVersion[], ProposedRule, object]>([
    ['the first of a company', [], training, { ok: true, version: 1, endsId: null, validFrom: now }],
    [
      'the first, from when the contract began',
      [],
      { ...training, validFrom: past },
      { ok: true, version: 1, endsId: null, validFrom: past },
    ],
    ['the next, from now on', [first], training, { ok: true, version: 2, endsId: 'first', validFrom: now }],
    [
      'the next, from a later day',
      [first],
      { ...training, validFrom: later },
      { ok: true, version: 2, endsId: 'first', validFrom: later },
    ],
    ['over rows on record', [first], { ...training, validFrom: past }, { refusal: 'startsTooEarly' }],
    ['before one that is planned', [endedFirst, planned], training, { refusal: 'startsBeforePlanned' }],
    [
      'after one that is planned',
      [endedFirst, planned],
      { ...training, validFrom: later },
      { ok: true, version: 3, endsId: 'planned' },
    ],
    [
      'after one that ended',
      [{ ...first, validTo: past }],
      { ...training, validFrom: past },
      { ok: true, version: 2, endsId: null },
    ],
    [
      'the same again',
      [first],
      { purpose: 'HRESCH', legalBasis: 'irbWaiver', exclusionReason: null, validFrom: null },
      { refusal: 'nothingChanged' },
    ],
    [
      'research as operations',
      [first],
      { ...training, legalBasis: 'irbWaiver' },
      { refusal: 'exclusionUnfounded' },
    ],
    [
      'a permission that nobody gave',
      [first],
      { ...training, exclusionReason: 'authorization' },
      { refusal: 'exclusionUnfounded' },
    ],
  ])('%s', (_, versions, proposed, placed) => {
    expect(placeRule(versions, proposed, now)).toMatchObject(placed);
  });

  it('has one version in force at every instant', () => {
    const versions = [endedFirst, planned];
    expect(ruleInForceAt(versions, now)?.id).toBe('first');
    expect(ruleInForceAt(versions, planned.validFrom)?.id).toBe('planned');
    expect(ruleInForceAt(versions, new Date('2019-01-01'))).toBeNull();
  });
});

describe('classedOtherwise', () => {
  const row: ClassedAlike = {
    purpose: 'HRESCH',
    legalBasis: 'irbWaiver',
    legallyRequired: true,
    exclusionReason: null,
    hasRule: true,
    anonymized: null,
    count: 5,
  };
  const says = {
    purpose: 'MLTRAINING',
    legalBasis: 'operations',
    legallyRequired: false,
    exclusionReason: 'treatmentPaymentOperations',
  };

  it('tells the rows that a rule would class another way, and which enter or leave the law’s list', () => {
    const rows: ClassedAlike[] = [
      row,
      { ...row, anonymized: true, legallyRequired: false, exclusionReason: 'deidentified', count: 3 },
      { ...row, ...says, count: 7 },
      // Nothing was known of it; nor would be, since the report states another purpose.
      { ...row, purpose: 'HRESCH', legalBasis: null, hasRule: false, count: 11 },
      // The report stated the broader purpose: the rule is a kind of it.
      { ...row, purpose: 'HOPERAT', legalBasis: null, hasRule: false, count: 13 },
    ];
    const otherwise = classedOtherwise(rows, says);
    expect(otherwise.map(({ was, would }) => [was.count, would.purpose, would.exclusionReason])).toEqual([
      [5, 'MLTRAINING', 'treatmentPaymentOperations'],
      [3, 'MLTRAINING', 'deidentified'],
      [13, 'MLTRAINING', 'treatmentPaymentOperations'],
    ]);
    expect(listChanges(otherwise)).toEqual({ otherwise: 21, intoLaw: 0, outOfLaw: 18 });
    expect(listChanges(classedOtherwise([{ ...row, ...says }], { ...first }))).toEqual({
      otherwise: 5,
      intoLaw: 5,
      outOfLaw: 0,
    });
  });
});
