import { describe, expect, it } from 'vitest';
import { researchCodes } from '#app/optouts/purposes.ts';
import { locales } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import {
  basisCitation,
  basisInWords,
  besideDateInWords,
  exclusionCitation,
  exclusionInWords,
  exclusionReasons,
  legalBases,
  modalityInWords,
  purposeCodes,
  purposeInWords,
  struckInWords,
} from './accounting-words.ts';

const en = wordsFor('en');

describe('codes of an accounting in words', () => {
  it.each(locales)(
    'has a sentence of its own for each code, and another for "we do not know": %s',
    (locale) => {
      const words = wordsFor(locale);
      for (const [codes, inWords] of [
        [purposeCodes, purposeInWords],
        [legalBases, basisInWords],
        [exclusionReasons, exclusionInWords],
      ] as const) {
        const sentences = [...codes, null].map((code) => inWords(words, code));
        expect(new Set(sentences).size).toBe(sentences.length);
      }
    },
  );

  it.each([null, '', 'PurposeOfUse', 'treatds', 'constructor', '__proto__'])(
    'says that we do not know what %j stands for, and cites nothing',
    (code) => {
      expect(purposeInWords(en, code)).toBe('We do not know what for');
      expect(basisInWords(en, code)).toBe('We do not know what allowed it.');
      expect(exclusionInWords(en, code)).toBe('We do not know why the law would not list it.');
      expect(basisCitation(code)).toBeNull();
      expect(exclusionCitation(code)).toBeNull();
    },
  );

  it.each([
    ['treatmentPaymentOperations', '45 CFR 164.528(a)(1)(i)'],
    ['toIndividual', '45 CFR 164.528(a)(1)(ii)'],
    ['authorization', '45 CFR 164.528(a)(1)(iv)'],
    ['limitedDataSet', '45 CFR 164.528(a)(1)(viii)'],
    ['deidentified', '45 CFR 164.514(a)-(b)'],
  ])('cites the item that leaves out %s', (code, citation) => {
    expect(exclusionCitation(code)).toBe(citation);
  });

  it.each(locales)(
    'what a corrected line said ends with one full stop, whatever it was for: %s',
    (locale) => {
      for (const purpose of [...purposeCodes, null]) {
        const corrected = {
          on: '2026-07-01',
          was: { occurredOn: '2026-05-04', recipient: 'Norwind', purpose, images: 1 },
        };
        const sayings = [
          ...besideDateInWords({ repeated: null, corrected }, wordsFor(locale), locale),
          struckInWords(corrected, wordsFor(locale), locale),
        ];
        for (const said of sayings) expect(said, `${purpose}`).toMatch(/[^.]\.$/);
        for (const said of sayings) expect(said, `${purpose}`).not.toContain('..');
      }
    },
  );

  it.each(researchCodes)('has words for %s, which a “no” to research stops', (code) => {
    expect(purposeCodes).toContain(code);
    expect(purposeInWords(en, code)).not.toBe(purposeInWords(en, null));
  });

  it('does not take AI training for research, nor AI that reads a scan for training', () => {
    expect(purposeInWords(en, 'MLTRAINING')).toMatch(/train AI/);
    expect(purposeInWords(en, 'MLTRAINING')).not.toMatch(/research/);
    expect(purposeInWords(en, 'TREATDS')).not.toMatch(/train/);
  });

  it('names a kind of scan, and shows a code it has no name for as it came', () => {
    expect(modalityInWords(en, 'CT')).toBe('CT scan');
    expect(modalityInWords(en, 'DX')).toBe(modalityInWords(en, 'CR'));
    expect(modalityInWords(wordsFor('es'), 'MG')).toMatch(/Mamografía/);
    expect(modalityInWords(en, 'OPT')).toBe('OPT');
  });
});
