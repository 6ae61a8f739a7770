import { dateInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import {
  basisCitation,
  basisInWords,
  besideDateInWords,
  exclusionCitation,
  exclusionInWords,
  inShort,
  researchInWords,
  sentInWords,
  struckInWords,
  windowInWords,
  purposeInWords,
} from './accounting-words.ts';
import type { AccountingDocument, AccountingRow } from './accounting.ts';
import { lawLayer, lawNames, otherLayer, researchIntros } from './accounting-layers.ts';
import { regulatorsOf } from './regulators.ts';
import { coverageInWords } from './coverage-words.ts';
import { contentWidth, TaggedPaper, textStyles, type Paragraph } from './tagged-paper.server.ts';

/**
 * An accounting of disclosures (45 CFR 164.528; Art. 15(1)(c) of the GDPRs) as a tagged PDF in one language: its layers, what they could not
 * cover, and how to complain. The same document gives the same bytes.
 * @param options.note what the facility adds in its own words; each line is a paragraph
 */
export function accountingPdf(
  document: AccountingDocument,
  { locale, note = null }: { locale: Locale; note?: string | null },
): Promise<Buffer> {
  const words = wordsFor(locale);
  const { facility, reference } = document;
  const paper = new TaggedPaper({
    title: words('disclosures.accounting.documentTitle', { reference }),
    lang: locale,
    createdAt: new Date(document.preparedAt),
  });
  opening(paper, document, words, locale);
  if (note !== null && note.trim() !== '') {
    paper.heading(2, words('disclosures.accounting.note.heading', { facility: facility.name }));
    for (const part of note.split('\n')) paper.paragraph(part);
  }
  layer(paper, document, 'law', words, locale);
  if (placeOf(document) === 'states') layer(paper, document, 'also', words, locale);
  research(paper, document, words, locale);
  if (document.struck.length > 0) {
    paper.heading(2, words('disclosures.accounting.struck.heading'));
    paper.paragraph(words('disclosures.accounting.struck.intro'));
    for (const one of document.struck) paper.paragraph(struckInWords(one, words, locale));
  }
  paper.heading(2, words('disclosures.accounting.coverage.heading'));
  for (const line of coverageInWords(document, words, locale)) paper.paragraph(line);
  paper.heading(2, words('disclosures.accounting.unmatched.heading'));
  paper.paragraph(words('disclosures.accounting.unmatched.body', { count: document.notYetMatched }));
  complaints(paper, document, words);
  anchor(paper, document, words, locale);
  if (paper.lettersMissing) paper.paragraph(words('disclosures.accounting.letters'));
  return paper.finish((page, pages) =>
    words('disclosures.accounting.footer', { facility: facility.name, reference, page, pages }),
  );
}

function opening(paper: TaggedPaper, document: AccountingDocument, words: Words, locale: Locale): void {
  const { facility, patient } = document;
  paper.paragraph(facility.name, textStyles.smallStrong);
  paper.paragraph(facility.address, textStyles.smallMuted);
  paper.paragraph(
    words('disclosures.accounting.contact', { phone: facility.phone, email: facility.email }),
    textStyles.smallMuted,
  );
  paper.heading(1, words('disclosures.accounting.title'));
  paper.paragraph(words(lawNames[placeOf(document)]));
  paper.paragraph(inShort(document, words, locale));
  const identifiers = patient.identifiers.map(({ issuer, value }) =>
    words('disclosures.accounting.fact.identifier', { issuer, value }),
  );
  const { from, to } = windowInWords(document.window, locale);
  facts(paper, [
    [words('disclosures.accounting.fact.reference'), [document.reference]],
    [words('disclosures.accounting.fact.patient'), [patient.name]],
    [words('disclosures.accounting.fact.born'), [dateInWords(locale, patient.bornOn)]],
    [words('disclosures.accounting.fact.identifiers', { count: identifiers.length }), identifiers],
    [
      words('disclosures.accounting.fact.window'),
      [words('disclosures.accounting.fact.windowDates', { from, to })],
    ],
    [words('disclosures.accounting.fact.prepared'), [dateInWords(locale, document.preparedOn)]],
  ]);
  paper.paragraph(words('disclosures.accounting.limit'));
}

/** Lists of before it was kept are all as the United States have it. */
const placeOf = ({ place = 'states' }: AccountingDocument) => place;

function layer(
  paper: TaggedPaper,
  document: AccountingDocument,
  which: 'law' | 'also',
  words: Words,
  locale: Locale,
): void {
  const place = placeOf(document);
  const rows = which === 'law' ? document.requiredByLaw : document.alsoShown;
  const ids = which === 'law' ? lawLayer[place] : otherLayer;
  paper.heading(2, words(ids.heading));
  if (rows.length === 0) {
    paper.paragraph(words(ids.none));
    return;
  }
  paper.paragraph(words(ids.intro));
  paper.table({
    widths: [72, 108, 122, 88, 114],
    headers: [
      words('disclosures.accounting.column.date'),
      words('disclosures.accounting.column.recipient'),
      words('disclosures.accounting.column.sent'),
      words('disclosures.accounting.column.purpose'),
      words(ids.ground),
    ],
    rows: rows.map((row) => [
      [
        { text: dateInWords(locale, row.occurredOn) },
        ...besideDateInWords(row, words, locale).map((text) => ({ text, style: textStyles.smallMuted })),
      ],
      recipient(row, words),
      sentInWords(row, words, locale).map((text) => ({ text })),
      [{ text: purposeInWords(words, row.purpose) }],
      which === 'law'
        ? why(basisInWords(words, row.legalBasis), basisCitation(row.legalBasis, place))
        : why(exclusionInWords(words, row.exclusionReason), exclusionCitation(row.exclusionReason)),
    ]),
  });
}

/** 45 CFR 164.528(b)(2)(ii): the name and, if known, the address. */
function recipient({ recipient: { name, address } }: AccountingRow, words: Words): Paragraph[] {
  return [
    {
      text: name.trim() === '' ? words('disclosures.accounting.row.noRecipient') : name,
      style: textStyles.smallStrong,
    },
    address === null
      ? { text: words('disclosures.accounting.row.noAddress'), style: textStyles.smallMuted }
      : { text: address },
  ];
}

function why(sentence: string, citation: string | null): Paragraph[] {
  return citation === null
    ? [{ text: sentence }]
    : [{ text: sentence }, { text: citation, style: textStyles.smallMuted }];
}

/** 45 CFR 164.528(b)(4): studies on fifty people or more, and that the facility helps to reach them. */
function research(paper: TaggedPaper, document: AccountingDocument, words: Words, locale: Locale): void {
  if (document.research.length === 0) return;
  paper.heading(2, words('disclosures.accounting.research.heading'));
  paper.paragraph(words(researchIntros[placeOf(document)]));
  for (const entry of document.research) {
    const { name, facts: lines } = researchInWords(entry, words, locale);
    paper.heading(3, name);
    facts(
      paper,
      lines.map(({ term, value }): Fact => [term, [value]]),
    );
  }
  paper.paragraph(words('disclosures.accounting.research.help'));
}

function complaints(paper: TaggedPaper, document: AccountingDocument, words: Words): void {
  const { facility } = document;
  paper.heading(2, words('disclosures.accounting.complain.heading'));
  paper.paragraph(
    words('disclosures.accounting.complain.facility', {
      facility: facility.name,
      phone: facility.phone,
      email: facility.email,
      address: facility.address,
    }),
  );
  for (const id of regulatorsOf(placeOf(document))) paper.paragraph(words(id));
}

function anchor(paper: TaggedPaper, document: AccountingDocument, words: Words, locale: Locale): void {
  paper.heading(2, words('disclosures.accounting.anchor.heading'));
  if (document.anchor === null) {
    paper.paragraph(words('disclosures.accounting.anchor.none'));
    return;
  }
  paper.paragraph(words('disclosures.accounting.anchor.body'));
  const { at } = document.anchor;
  const { timeZone } = document.facility;
  facts(paper, [
    [words('disclosures.accounting.anchor.sequence'), [document.anchor.sequence]],
    [words('disclosures.accounting.anchor.hash'), [document.anchor.hash]],
    ...(at === null
      ? []
      : [
          [
            words('disclosures.accounting.anchor.at'),
            [instantInWords(locale, new Date(at), timeZone)],
          ] satisfies Fact,
        ]),
  ]);
}

type Fact = [name: string, values: string[]];

function facts(paper: TaggedPaper, rows: Fact[]): void {
  const nameWidth = 136;
  paper.table({
    widths: [nameWidth, contentWidth - nameWidth],
    rows: rows.map(([name, values]) => [
      [{ text: name, style: textStyles.smallStrong }],
      values.map((text) => ({ text })),
    ]),
  });
}
