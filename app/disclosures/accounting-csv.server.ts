import { stringify } from 'csv-stringify/sync';
import type { Place } from '#app/clocks/jurisdictions.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import {
  basisCitation,
  basisInWords,
  besideDateInWords,
  exclusionCitation,
  exclusionInWords,
  modalityInWords,
  purposeInWords,
  researchInWords,
  struckInWords,
} from './accounting-words.ts';
import { lawLayer } from './accounting-layers.ts';
import { coverageInWords } from './coverage-words.ts';
import { everyRelease, type AccountingDocument, type AccountingRow } from './accounting.ts';

/**
 * An accounting as CSV for spreadsheets: a line for each release, the repeated ones too, then studies, what was taken out, and how far the
 * list reaches. UTF-8 with its mark, and no cell that a spreadsheet would run as a formula.
 */
export function accountingCsv(document: AccountingDocument, locale: Locale): string {
  const words = wordsFor(locale);
  const { place = 'states' } = document;
  const law = words(lawLayer[place].heading);
  const also = words('disclosures.accounting.also.heading');
  const blanks = (count: number) => Array<string>(count).fill('');
  const remark = (list: string, text: string, entry = '') => [list, ...blanks(13), text, entry];
  const { anchor } = document;
  return stringify(
    [
      headers(words),
      ...lines(document.requiredByLaw, law, { place, words, locale }),
      ...lines(document.alsoShown, also, { place, words, locale }),
      ...document.research.map((entry) => {
        const { name, facts } = researchInWords(entry, words, locale);
        return [
          words('disclosures.accounting.research.heading'),
          entry.period.from,
          '',
          entry.researcher.name,
          `${entry.researcher.address}, ${entry.researcher.phone}`,
          ...blanks(5),
          name,
          ...blanks(3),
          facts.map(({ term, value }) => `${term}: ${value}`).join(' · '),
          '',
        ];
      }),
      ...document.struck.map((one) => [
        words('disclosures.accounting.struck.heading'),
        one.was.occurredOn,
        '',
        one.was.recipient,
        ...blanks(10),
        struckInWords(one, words, locale),
        '',
      ]),
      remark(
        words('disclosures.accounting.fact.window'),
        words('disclosures.accounting.fact.windowDates', document.window),
      ),
      ...coverageInWords(document, words, locale).map((line) =>
        remark(words('disclosures.accounting.coverage.heading'), line),
      ),
      remark(
        words('disclosures.accounting.unmatched.heading'),
        words('disclosures.accounting.unmatched.body', { count: document.notYetMatched }),
      ),
      remark(
        words('disclosures.accounting.anchor.heading'),
        anchor ? anchor.hash : words('disclosures.accounting.anchor.none'),
        anchor?.sequence,
      ),
    ],
    { bom: true, escape_formulas: true, record_delimiter: 'windows' },
  );
}

function headers(words: Words): string[] {
  return [
    words('disclosures.csv.list'),
    words('disclosures.accounting.column.date'),
    words('disclosures.csv.time'),
    words('disclosures.accounting.column.recipient'),
    words('disclosures.csv.address'),
    words('disclosures.csv.images'),
    words('disclosures.csv.modality'),
    words('disclosures.csv.studyOn'),
    words('disclosures.csv.studyUid'),
    words('disclosures.csv.withoutName'),
    words('disclosures.accounting.column.purpose'),
    words('disclosures.accounting.column.basis'),
    words('disclosures.accounting.column.exclusion'),
    words('disclosures.csv.citation'),
    words('disclosures.csv.remarks'),
    words('disclosures.csv.entry'),
  ];
}

function lines(
  rows: readonly AccountingRow[],
  list: string,
  { place, words, locale }: { place: Place; words: Words; locale: Locale },
): string[][] {
  return everyRelease(rows).map((row) => [
    list,
    row.occurredOn,
    // A time that nobody said is none.
    row.timeOfDayKnown === false ? '' : row.occurredAt,
    row.recipient.name,
    row.recipient.address ?? '',
    row.images === null ? '' : `${row.images}`,
    row.modality === null ? '' : modalityInWords(words, row.modality),
    row.studyOn ?? '',
    row.studyUid ?? '',
    words(row.withoutIdentity ? 'disclosures.csv.yes' : 'disclosures.csv.no'),
    purposeInWords(words, row.purpose),
    basisInWords(words, row.legalBasis),
    row.exclusionReason === null ? '' : exclusionInWords(words, row.exclusionReason),
    (row.exclusionReason === null
      ? basisCitation(row.legalBasis, place)
      : exclusionCitation(row.exclusionReason)) ?? '',
    besideDateInWords(row, words, locale).join(' '),
    row.disclosureId,
  ]);
}
