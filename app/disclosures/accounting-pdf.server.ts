import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import {
  basisCitation,
  basisInWords,
  exclusionCitation,
  exclusionInWords,
  modalityInWords,
  purposeInWords,
} from './accounting-words.ts';
import type { AccountingDocument, AccountingRow } from './accounting.ts';
import { contentWidth, TaggedPaper, textStyles, type Paragraph } from './tagged-paper.server.ts';

/**
 * An accounting of disclosures (45 CFR 164.528) as a tagged PDF in one language: both layers, what they could not cover, and how to
 * complain. The same document gives the same bytes.
 * @param options.note what the facility adds in its own words; each line is a paragraph
 */
export function accountingPdf(
  document: AccountingDocument,
  { locale, note = null }: { locale: Locale; note?: string | null },
): Promise<Buffer> {
  const words = wordsFor(locale);
  const { facility, reference } = document;
  const paper = new TaggedPaper({
    title: words('disclosures.pdf.documentTitle', { reference }),
    lang: locale,
    createdAt: new Date(document.preparedAt),
  });
  opening(paper, document, words, locale);
  if (note !== null && note.trim() !== '') {
    paper.heading(2, words('disclosures.pdf.note.heading', { facility: facility.name }));
    for (const part of note.split('\n')) paper.paragraph(part);
  }
  layer(paper, document.requiredByLaw, 'law', words, locale);
  layer(paper, document.alsoShown, 'also', words, locale);
  paper.heading(2, words('disclosures.pdf.unmatched.heading'));
  paper.paragraph(words('disclosures.pdf.unmatched.body', { count: document.notYetMatched }));
  complaints(paper, document, words);
  anchor(paper, document, words);
  if (paper.lettersMissing) paper.paragraph(words('disclosures.pdf.letters'));
  return paper.finish((page, pages) =>
    words('disclosures.pdf.footer', { facility: facility.name, reference, page, pages }),
  );
}

function opening(paper: TaggedPaper, document: AccountingDocument, words: Words, locale: Locale): void {
  const { facility, patient } = document;
  paper.paragraph(facility.name, textStyles.smallStrong);
  paper.paragraph(facility.address, textStyles.smallMuted);
  paper.paragraph(
    words('disclosures.pdf.contact', { phone: facility.phone, email: facility.email }),
    textStyles.smallMuted,
  );
  paper.heading(1, words('disclosures.pdf.title'));
  paper.paragraph(words('disclosures.pdf.lawName'));
  paper.paragraph(inShort(document, words, locale));
  const identifiers = patient.identifiers.map(({ issuer, value }) =>
    words('disclosures.pdf.fact.identifier', { issuer, value }),
  );
  const { from, to } = windowInWords(document, locale);
  facts(paper, [
    [words('disclosures.pdf.fact.reference'), [document.reference]],
    [words('disclosures.pdf.fact.patient'), [patient.name]],
    [words('disclosures.pdf.fact.born'), [dateInWords(locale, patient.bornOn)]],
    [words('disclosures.pdf.fact.identifiers', { count: identifiers.length }), identifiers],
    [words('disclosures.pdf.fact.window'), [words('disclosures.pdf.fact.windowDates', { from, to })]],
    [words('disclosures.pdf.fact.prepared'), [dateInWords(locale, document.preparedOn)]],
  ]);
  paper.paragraph(words('disclosures.pdf.limit'));
}

function inShort(document: AccountingDocument, words: Words, locale: Locale): string {
  const law = document.requiredByLaw.length;
  const extra = document.alsoShown.length;
  if (law + extra === 0) return words('disclosures.pdf.short.none', windowInWords(document, locale));
  if (extra === 0) return words('disclosures.pdf.short.lawOnly', { law });
  if (law === 0) return words('disclosures.pdf.short.extraOnly', { extra });
  return words('disclosures.pdf.short.both', { total: law + extra, law, extra });
}

function windowInWords({ window }: AccountingDocument, locale: Locale): { from: string; to: string } {
  return { from: dateInWords(locale, window.from), to: dateInWords(locale, window.to) };
}

const layerWords = {
  law: {
    heading: 'disclosures.pdf.law.heading',
    intro: 'disclosures.pdf.law.intro',
    none: 'disclosures.pdf.law.none',
    lastColumn: 'disclosures.pdf.column.basis',
  },
  also: {
    heading: 'disclosures.pdf.also.heading',
    intro: 'disclosures.pdf.also.intro',
    none: 'disclosures.pdf.also.none',
    lastColumn: 'disclosures.pdf.column.exclusion',
  },
} as const;

function layer(
  paper: TaggedPaper,
  rows: readonly AccountingRow[],
  which: keyof typeof layerWords,
  words: Words,
  locale: Locale,
): void {
  const ids = layerWords[which];
  paper.heading(2, words(ids.heading));
  if (rows.length === 0) {
    paper.paragraph(words(ids.none));
    return;
  }
  paper.paragraph(words(ids.intro));
  paper.table({
    widths: [72, 108, 122, 88, 114],
    headers: [
      words('disclosures.pdf.column.date'),
      words('disclosures.pdf.column.recipient'),
      words('disclosures.pdf.column.sent'),
      words('disclosures.pdf.column.purpose'),
      words(ids.lastColumn),
    ],
    rows: rows.map((row) => [
      [{ text: dateInWords(locale, row.occurredOn) }],
      recipient(row, words),
      sent(row, words, locale),
      [{ text: purposeInWords(words, row.purpose) }],
      which === 'law'
        ? why(basisInWords(words, row.legalBasis), basisCitation(row.legalBasis))
        : why(exclusionInWords(words, row.exclusionReason), exclusionCitation(row.exclusionReason)),
    ]),
  });
}

/** 45 CFR 164.528(b)(2)(ii): the name and, if known, the address. */
function recipient({ recipient: { name, address } }: AccountingRow, words: Words): Paragraph[] {
  return [
    {
      text: name.trim() === '' ? words('disclosures.pdf.row.noRecipient') : name,
      style: textStyles.smallStrong,
    },
    address === null
      ? { text: words('disclosures.pdf.row.noAddress'), style: textStyles.smallMuted }
      : { text: address },
  ];
}

/** 45 CFR 164.528(b)(2)(iii): a brief description of what was sent, no surer than the reports. */
function sent(row: AccountingRow, words: Words, locale: Locale): Paragraph[] {
  const lines = [
    row.modality === null ? words('disclosures.pdf.row.noModality') : modalityInWords(words, row.modality),
    row.images === null
      ? words('disclosures.pdf.row.noImages')
      : words('disclosures.pdf.row.images', { count: row.images }),
    row.studyOn === null
      ? words('disclosures.pdf.row.noStudyOn')
      : words('disclosures.pdf.row.studyOn', { date: dateInWords(locale, row.studyOn) }),
  ];
  if (row.modality === null && row.studyUid !== null) {
    lines.push(words('disclosures.pdf.row.studyUid', { uid: row.studyUid }));
  }
  if (row.withoutIdentity) lines.push(words('disclosures.pdf.row.withoutIdentity'));
  return lines.map((text) => ({ text }));
}

function why(sentence: string, citation: string | null): Paragraph[] {
  return citation === null
    ? [{ text: sentence }]
    : [{ text: sentence }, { text: citation, style: textStyles.smallMuted }];
}

function complaints(paper: TaggedPaper, { facility }: AccountingDocument, words: Words): void {
  paper.heading(2, words('disclosures.pdf.complain.heading'));
  paper.paragraph(
    words('disclosures.pdf.complain.facility', {
      facility: facility.name,
      phone: facility.phone,
      email: facility.email,
      address: facility.address,
    }),
  );
  paper.paragraph(words('disclosures.pdf.complain.regulator'));
  paper.paragraph(words('disclosures.pdf.complain.time'));
  paper.paragraph(words('disclosures.pdf.complain.safe'));
}

function anchor(paper: TaggedPaper, document: AccountingDocument, words: Words): void {
  paper.heading(2, words('disclosures.pdf.anchor.heading'));
  if (document.anchor === null) {
    paper.paragraph(words('disclosures.pdf.anchor.none'));
    return;
  }
  paper.paragraph(words('disclosures.pdf.anchor.body'));
  facts(paper, [
    [words('disclosures.pdf.anchor.sequence'), [document.anchor.sequence]],
    [words('disclosures.pdf.anchor.hash'), [document.anchor.hash]],
  ]);
}

function facts(paper: TaggedPaper, rows: [name: string, values: string[]][]): void {
  const nameWidth = 136;
  paper.table({
    widths: [nameWidth, contentWidth - nameWidth],
    rows: rows.map(([name, values]) => [
      [{ text: name, style: textStyles.smallStrong }],
      values.map((text) => ({ text })),
    ]),
  });
}
