import { TaggedPaper, contentWidth, textStyles } from '#app/disclosures/tagged-paper.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import type { RequestPage } from './request-page.server.ts';

interface Printing {
  locale: Locale;
  now: Date;
}

/** The receipt of a request: its number, what was asked, what happens next and by when, law or promise. */
export function receiptPdf(request: RequestPage, printing: Printing): Promise<Buffer> {
  return printed(request, printing, 'asking.receipt.title', (paper, words) => {
    opening(paper, request, words);
    asked(paper, request, words);
    complaints(paper, request, words);
  });
}

/** Everything of a request in one paper: what was asked, the date with its working, letters, messages, and its history. */
export function filePdf(request: RequestPage, printing: Printing): Promise<Buffer> {
  return printed(request, printing, 'asking.file.title', (paper, words) => {
    opening(paper, request, words);
    answer(paper, request, words);
    extension(paper, request, words);
    fee(paper, request, words);
    asked(paper, request, words);
    paper.heading(2, words('requests.clock.working'));
    for (const step of request.clock.working) paper.paragraph(step);
    messages(paper, request, words);
    paper.heading(2, words('site.timeline.past'));
    facts(
      paper,
      request.timeline.map(({ at, what, who, detail }) => [
        at?.words ?? '',
        [[what, who].filter(Boolean).join(' · '), ...(detail ? [detail] : [])],
      ]),
    );
    complaints(paper, request, words);
  });
}

/** The headers of a paper that is made on request. */
export function paperHeaders(fileName: string) {
  return {
    'Content-Type': 'application/pdf',
    'Content-Disposition': `attachment; filename="${fileName}"`,
    'Cache-Control': 'no-store',
  };
}

function printed(
  request: RequestPage,
  { locale, now }: Printing,
  title: MessageId,
  fill: (paper: TaggedPaper, words: Words) => void,
): Promise<Buffer> {
  const words = wordsFor(locale);
  const { reference, facility } = request;
  const paper = new TaggedPaper({ title: words(title, { reference }), lang: locale, createdAt: now });
  paper.paragraph(facility.name, textStyles.smallStrong);
  paper.paragraph(facility.address, textStyles.smallMuted);
  paper.paragraph(
    words('disclosures.accounting.contact', { phone: facility.phone, email: facility.email }),
    textStyles.smallMuted,
  );
  paper.heading(1, words(title, { reference }));
  fill(paper, words);
  if (paper.lettersMissing) paper.paragraph(words('asking.file.letters'));
  return paper.finish((page, pages) =>
    words('disclosures.accounting.footer', { facility: facility.name, reference, page, pages }),
  );
}

function opening(paper: TaggedPaper, request: RequestPage, words: Words): void {
  const { due, clock, kind, reference, received, status, next } = request;
  paper.paragraph(status);
  if (next) paper.paragraph(next);
  facts(paper, [
    [words('asking.paper.number'), [reference]],
    [words('asking.paper.kind'), [kind]],
    [words('asking.paper.received'), [received]],
    ...(due
      ? ([
          [
            words('asking.paper.due'),
            [
              due.date,
              due.basis === 'law'
                ? words('clocks.basis.law', { citation: clock.citation ?? '' })
                : words('clocks.basis.promise'),
            ],
          ],
        ] as Fact[])
      : []),
  ]);
}

function asked(paper: TaggedPaper, request: RequestPage, words: Words): void {
  const files = request.files.map(({ name, size }) => `${name} (${size})`);
  if (request.asked.length === 0 && files.length === 0 && !request.window) return;
  paper.heading(2, words('asking.asked.heading'));
  if (request.window) paper.paragraph(words('patient.request.window', request.window));
  facts(paper, [
    ...request.asked.map(({ term, value }): Fact => [term, value.split('\n')]),
    ...(files.length > 0 ? [[words('asking.asked.files'), files] as Fact] : []),
  ]);
}

function answer(paper: TaggedPaper, { answer: sent, facility }: RequestPage, words: Words): void {
  if (!sent) return;
  const { letter, note, accounting, files, sentOn } = sent;
  paper.heading(2, words('patient.answer.heading'));
  paper.paragraph(
    words('patient.answer.sentOn', { date: sentOn, facility: facility.name }),
    textStyles.smallMuted,
  );
  if (letter) paper.paragraph(letter.outcome, textStyles.smallStrong);
  if (letter?.ground) {
    const { reason, citation } = letter.ground;
    paper.paragraph(citation ? `${reason} (${citation})` : reason);
  }
  for (const part of (note ?? '').split('\n')) paper.paragraph(part);
  if (accounting) {
    paper.paragraph(accounting.short);
    paper.paragraph(words('asking.file.list'));
  }
  if (!letter && !note && !accounting) paper.paragraph(words('patient.answer.confirmed'));
  for (const statement of letter?.statements ?? []) paper.paragraph(statement);
  for (const { name, size } of files) paper.paragraph(`${name} (${size})`, textStyles.small);
}

function extension(paper: TaggedPaper, { extension: told }: RequestPage, words: Words): void {
  if (!told) return;
  const { newDate, before, toldOn, reason, latest } = told;
  paper.heading(2, words('asking.extension.heading'));
  paper.paragraph(words('asking.extension.date', { date: newDate, before, toldOn }));
  for (const part of (reason ?? '').split('\n')) paper.paragraph(part);
  if (latest) paper.paragraph(words('asking.extension.latest', { date: latest }));
  paper.paragraph(words('asking.extension.once'));
}

function fee(paper: TaggedPaper, { fee: told }: RequestPage, words: Words): void {
  if (!told) return;
  paper.heading(2, words('asking.fee.heading'));
  paper.paragraph(words('asking.fee.told', { amount: told.amount, date: told.toldOn }));
  for (const part of told.basis.split('\n')) paper.paragraph(part);
  if (told.choice && told.chosenOn)
    paper.paragraph(words(`asking.fee.chosen.${told.choice}`, { date: told.chosenOn }));
}

function messages(paper: TaggedPaper, request: RequestPage, words: Words): void {
  if (request.messages.length === 0) return;
  paper.heading(2, words('asking.message.heading'));
  for (const { who, at, text, files } of request.messages) {
    paper.paragraph(`${who} · ${at.words}`, textStyles.smallStrong);
    for (const part of text.split('\n')) paper.paragraph(part);
    for (const { name, size } of files) paper.paragraph(`${name} (${size})`, textStyles.small);
  }
}

function complaints(paper: TaggedPaper, { facility }: RequestPage, words: Words): void {
  const { name, regulators, ...contact } = facility;
  paper.heading(2, words('disclosures.accounting.complain.heading'));
  paper.paragraph(words('disclosures.accounting.complain.facility', { ...contact, facility: name }));
  for (const id of regulators) paper.paragraph(words(id));
}

type Fact = [name: string, values: string[]];

function facts(paper: TaggedPaper, rows: Fact[]): void {
  if (rows.length === 0) return;
  const nameWidth = 150;
  paper.table({
    widths: [nameWidth, contentWidth - nameWidth],
    rows: rows.map(([name, values]) => [
      [{ text: name, style: textStyles.smallStrong }],
      values.map((text) => ({ text })),
    ]),
  });
}
