import { describe, expect, it } from 'vitest';
import { expiryStepsDue } from './expiry.ts';
import { guidedQuestions } from './guided-questions.ts';
import { answersOf, isLabelField, labelFieldIds, shapeOf } from './label-fields.ts';
import {
  answerChosen,
  chosenAnswer,
  completenessOf,
  labelDifferences,
  registerAnswers,
  standingOf,
  unanswered,
  wordingProblems,
  type LabelValue,
} from './label.ts';
import { fillingOf, readingOf } from './model-card-label.ts';
import { cardLimits, readModelCard } from './model-card.ts';

const said = (over: Partial<LabelValue>): LabelValue => ({ ...unanswered, state: 'yes', ...over });
const today = '2026-11-22';

describe('a label', () => {
  it('has every field that is asked for, and each of its answers can be chosen and read again', () => {
    expect(labelFieldIds.length).toBe(52);
    for (const field of labelFieldIds)
      for (const answer of answersOf(field).filter(() => shapeOf(field).type !== 'register'))
        expect(answerChosen(chosenAnswer(field, answer)), `${field} ${answer}`).toBe(answer);
    expect(chosenAnswer('usedForTraining', 'never')).toEqual({ state: 'no', code: 'never' });
    expect(chosenAnswer('usedForTraining', 'sometimes')).toEqual({ state: 'notAnswered', code: null });
    for (const { fields } of guidedQuestions) expect(fields.every(isLabelField)).toBe(true);
    expect(guidedQuestions.length).toBe(15);
  });

  it('counts an answer until the end of its last day, and then as confirmed by nobody', () => {
    expect(standingOf(said({ validUntil: today }), today)).toBe('current');
    expect(standingOf(said({ validUntil: '2026-11-21' }), today)).toBe('expired');
    expect(standingOf(said({ state: 'notAnswered', asOf: today }), today)).toBe('notAnswered');
    const values = {
      sold: said({ state: 'no', assertedBy: 'facility' }),
      access: said({ value: 'x' }),
      location: said({ value: 'x', validUntil: '2026-01-01' }),
    };
    expect(completenessOf(values, today)).toEqual({
      of: 52,
      checked: 1,
      said: 1,
      expired: 1,
      notAnswered: 49,
    });
    expect(labelDifferences(values, { ...values, sold: said({}) }).map(({ field }) => field)).toEqual([
      'sold',
    ]);
  });

  it('says neither “anonymous” nor “secure” to patients where no other answer bears it out', () => {
    const words = {
      access: said({ plain: 'A secure room.' }),
      dataSent: said({ plainEs: 'Datos anónimos.' }),
    };
    expect(wordingProblems(words)).toEqual([
      { field: 'dataSent', rule: 'anonymous' },
      { field: 'access', rule: 'secure' },
    ]);
    expect(wordingProblems({ purpose: said({ value: 'Fully anonymized and secured' }) })).toEqual([]);
    const borneOut = {
      ...words,
      identifiability: said({ state: 'no', code: 'deidentified', value: 'Basic Profile' }),
      encryptionInTransit: said({ value: 'TLS 1.3' }),
      encryptionAtRest: said({ value: 'AES-256' }),
    };
    expect(wordingProblems(borneOut)).toEqual([]);
  });

  it('takes from the register until when a contract runs', () => {
    const end = (agreements: { validFrom: string; validTo: string | null }[]) =>
      registerAnswers({ relationship: 'other', agreements }, today).contractEnd;
    expect(end([])).toMatchObject({ state: 'no', code: 'none' });
    expect(end([{ validFrom: '2020-01-01', validTo: today }])).toMatchObject({ code: 'none' });
    expect(end([{ validFrom: '2020-01-01', validTo: '2027-01-01' }])).toMatchObject({ value: '2026-12-31' });
    expect(
      end([
        { validFrom: '2020-01-01', validTo: '2027-01-01' },
        { validFrom: '2020-01-01', validTo: null },
      ]),
    ).toMatchObject({ code: 'noEnd' });
  });
});

describe('the steps before an end', () => {
  const steps = (endsOn: string, at = today, knownFrom = '2026-01-01') =>
    expiryStepsDue({ subject: 's', vendorId: 'v', endsOn, knownFrom }, at);
  it.each([
    ['2027-01-22', []],
    ['2027-01-21', ['days:60']],
    ['2026-12-22', ['days:60', 'days:30']],
    ['2026-11-22', ['days:60', 'days:30', 'days:7']],
    // What was missed while nothing ran is made up for.
    ['2026-11-21', ['days:60', 'days:30', 'days:7', 'ended']],
  ])('to %s', (endsOn, due) => {
    expect(steps(endsOn)).toEqual(due);
  });
  it('tell once of an end that became known late, and never of one that was over before', () => {
    expect(steps('2026-12-01', today, today)).toEqual(['days:30']);
    expect(steps('2026-11-24', today, today)).toEqual(['days:7']);
    expect(steps('2026-11-01', today, today)).toEqual([]);
  });
});

const card = (inside: string, around = '') =>
  new TextEncoder().encode(
    `<?xml version="1.0" encoding="UTF-8"?>${around}<AppliedModelCard xmlns="https://mc.chai.org/v0.1/schema.xsd">${inside}</AppliedModelCard>`,
  );

describe('a model card', () => {
  it('is read element by element; empty and “N/A” are no answer, and what no field asks is named', () => {
    const read = readModelCard(
      card(`<BasicInfo><ModelName>Chest</ModelName><ModelDeveloper>N/A</ModelDeveloper><DeveloperContact/></BasicInfo>
        <ReleaseInfo><ReleaseStage>FDA Cleared, CE Marked</ReleaseStage><RegulatoryApproval>n/a</RegulatoryApproval></ReleaseInfo>
        <Warnings><ClinicalRiskLevel>Low, Class II</ClinicalRiskLevel><KnownRisksAndLimitations><![CDATA[a < b]]></KnownRisksAndLimitations></Warnings>
        <KeyMetrics><SafetyReliability><Result>0.9</Result><Interpretation>good</Interpretation></SafetyReliability></KeyMetrics>
        <TrustIngredients><AISystemFacts><Security>ISO 27001</Security></AISystemFacts></TrustIngredients>
        <s:Signature xmlns:s="http://www.w3.org/2000/09/xmldsig#"><s:KeyName>k</s:KeyName></s:Signature>`),
    );
    if (!read.ok) throw new Error(read.refusal);
    const { values, empty, unmapped } = readingOf(read.elements, today);
    expect(values.product).toEqual(said({ value: 'Chest', assertedBy: 'vendor', asOf: today }));
    expect(values.regulatoryStatus).toMatchObject({ state: 'yes', code: 'several' });
    expect(values.riskLevel).toMatchObject({ code: 'low', value: 'Low, Class II' });
    expect(values.knownLimits?.value).toBe('a < b');
    expect(values.performance?.value).toBe(
      'SafetyReliability – Result: 0.9\nSafetyReliability – Interpretation: good',
    );
    expect(values.developer).toBeUndefined();
    expect(empty).toEqual(expect.arrayContaining(['developer', 'contact', 'patientConsentOrDisclosure']));
    expect(unmapped).toEqual([{ path: 'TrustIngredients.AISystemFacts.Security', text: 'ISO 27001' }]);
    // What the facility looked at itself is not written over.
    const checked = { product: said({ value: 'Chest 2', assertedBy: 'facility' }) };
    expect(Object.keys(fillingOf({ values, empty, unmapped }, checked, today))).not.toContain('product');
  });

  it.each([
    'Not FDA cleared. For research use only.',
    'non-FDA-cleared',
    '510(k) pending',
    '510(k) submitted',
    'FDA clearance not sought',
    'Seeking FDA clearance',
    'FDA De Novo request under review',
    'No CE mark',
    'Awaiting UKCA mark',
    'Isn’t FDA cleared',
    'Will be CE marked in 2027',
    'Not for research use only',
    'Built on a predicate with 510(k) K123456',
    'FDA cleared; CE mark expired',
  ])('that says “%s” names no clearance', (status) => {
    for (const element of ['RegulatoryApproval', 'ReleaseStage']) {
      const read = readModelCard(card(`<ReleaseInfo><${element}>${status}</${element}></ReleaseInfo>`));
      if (!read.ok) throw new Error(read.refusal);
      const { values, unmapped } = readingOf(read.elements, today);
      expect(values.regulatoryStatus).toBeUndefined();
      expect(unmapped).toEqual([{ path: `ReleaseInfo.${element}`, text: status }]);
    }
  });

  it.each([
    ['FDA 510(k) cleared (K123456)', 'fda'],
    ['CE Marked', 'ce'],
    ['For research use only', 'researchOnly'],
  ])('that says “%s” names it', (status, code) => {
    const read = readModelCard(
      card(`<ReleaseInfo><RegulatoryApproval>${status}</RegulatoryApproval></ReleaseInfo>`),
    );
    if (!read.ok) throw new Error(read.refusal);
    expect(readingOf(read.elements, today).values.regulatoryStatus).toMatchObject({ code });
  });

  it.each([
    ['Low', 'low'],
    ['Moderate risk.', 'medium'],
    ['Not low', undefined],
    ['Low to high', undefined],
    ['Lower than high', undefined],
    ['Low, pending review', undefined],
  ])('whose risk is “%s” says %s', (risk, code) => {
    const read = readModelCard(card(`<Warnings><ClinicalRiskLevel>${risk}</ClinicalRiskLevel></Warnings>`));
    if (!read.ok) throw new Error(read.refusal);
    expect(readingOf(read.elements, today).values.riskLevel?.code).toBe(code);
  });

  it.each([
    ['doctype', card('<a/>', '<!DOCTYPE a [<!ENTITY x "y">]>')],
    ['notWellFormed', card('<a>')],
    ['notWellFormed', card('&x;')],
    ['notACard', new TextEncoder().encode('<Other/>')],
    ['notACard', new TextEncoder().encode('<AppliedModelCard xmlns="urn:x"/>')],
    ['encoding', new Uint8Array([0x3c, 0xff, 0xfe])],
    ['encoding', new TextEncoder().encode('<?xml version="1.0" encoding="UTF-16"?><AppliedModelCard/>')],
    ['tooLarge', new Uint8Array(cardLimits.bytes + 1)],
    ['tooMuch', card('<a>'.repeat(cardLimits.depth) + '</a>'.repeat(cardLimits.depth))],
    ['tooMuch', card('<a/>'.repeat(cardLimits.elements))],
    ['tooMuch', card(`<a>${'x'.repeat(cardLimits.text + 1)}</a>`)],
  ])('is refused: %s', (refusal, bytes) => {
    expect(readModelCard(bytes)).toEqual({ ok: false, refusal });
  });
});
