import type { AccountingViewProps } from '#app/components/accounting-view.tsx';
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
    choice(paper, request, words);
    complaints(paper, request, words);
  });
}

/** Everything of a request in one paper: what was asked, the date with its working, letters, messages, and its history. */
export function filePdf(request: RequestPage, printing: Printing): Promise<Buffer> {
  return printed(request, printing, 'asking.file.title', async (paper, words) => {
    opening(paper, request, words);
    await answer(paper, request, words);
    await extension(paper, request);
    await fee(paper, request, words);
    asked(paper, request, words);
    choice(paper, request, words);
    others(paper, request, words);
    paper.heading(2, words('requests.clock.working'));
    for (const step of request.clock.working) paper.paragraph(step);
    await messages(paper, request, words);
    paper.heading(2, words('site.timeline.past'));
    facts(
      paper,
      request.timeline.map(({ at, what, who, detail }) => [
        at?.words ?? '',
        [[what, who].filter(Boolean).join(' · '), ...(detail ? [detail] : [])],
      ]),
    );
    // A letter says it itself, as it was when it was sent.
    if (!request.answer?.letter?.statements.length) complaints(paper, request, words);
  });
}

/** What was told, as a letter for whoever has no account: where it stands, the answer, more time with its reasons, a cost, questions. */
export function letterPdf(request: RequestPage, to: string, printing: Printing): Promise<Buffer> {
  return printed(request, printing, 'asking.letter.title', async (paper, words) => {
    paper.paragraph(words('asking.letter.to', { name: to }));
    opening(paper, request, words);
    time(paper, request, words);
    await answer(paper, request, words);
    await extension(paper, request);
    await fee(paper, request, words);
    costChoices(paper, request, words);
    await messages(
      paper,
      { ...request, messages: request.messages.filter(({ byFacility }) => byFacility) },
      words,
    );
    if (!request.answer?.letter?.statements.length) complaints(paper, request, words);
    others(paper, request, words);
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

async function printed(
  request: RequestPage,
  { locale, now }: Printing,
  title: MessageId,
  fill: (paper: TaggedPaper, words: Words) => Promise<void> | void,
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
  await fill(paper, words);
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
  time(paper, request, words);
  facts(paper, [
    ...request.asked.map(({ term, value }): Fact => [term, value.split('\n')]),
    ...(files.length > 0 ? [[words('asking.asked.files'), files] as Fact] : []),
  ]);
}

/** The time that a list is asked for, and what it was before the patient shortened it. */
function time(paper: TaggedPaper, { window, narrowed }: RequestPage, words: Words): void {
  if (window) paper.paragraph(words('patient.request.window', window));
  if (narrowed) paper.paragraph(words('asking.narrowed', narrowed));
}

const endTerms = {
  takenBack: 'optOuts.fact.withdrawn',
  replaced: 'optOuts.fact.replaced',
  ended: 'optOuts.fact.ended',
} as const;

/** The choice that was made or taken back, as it stands. */
function choice(paper: TaggedPaper, { choice: said, kindOf }: RequestPage, words: Words): void {
  if (!said) return;
  paper.heading(
    2,
    words(kindOf === 'optOutWithdrawal' ? 'optOuts.receipt.tookBack' : 'optOuts.receipt.choice'),
  );
  facts(paper, [
    [words(said.isYes ? 'optOuts.fact.allows' : 'optOuts.fact.stops'), said.purposes],
    [words('optOuts.fact.companies'), [said.companies]],
    [words('optOuts.fact.studies'), said.studies],
    [words('optOuts.fact.coverage'), [said.coverage]],
    [words(said.withdrawnAt ? 'optOuts.fact.counted' : 'optOuts.fact.since'), [said.since]],
    said.withdrawnAt && said.endedBy
      ? [words(endTerms[said.endedBy]), [said.withdrawnAt]]
      : [words('optOuts.fact.until'), [said.until]],
    ...(said.replacedBy ? [[words('optOuts.fact.replacedBy'), [said.replacedBy.reference]] as Fact] : []),
    ...(said.effect && !said.withdrawnAt ? [[words('optOuts.fact.effect'), [said.effect]] as Fact] : []),
    [words('optOuts.fact.version'), [words('optOuts.fact.versionIs', { version: said.version })]],
  ]);
}

/** The requests that this one looks at again, that look at it again, or that is answered for it. */
function others(paper: TaggedPaper, { follows, followedBy, duplicateOf }: RequestPage, words: Words): void {
  if (!follows && !duplicateOf && followedBy.length === 0) return;
  paper.heading(2, words('asking.file.others'));
  const line = (id: MessageId, { reference }: { reference: string }) =>
    paper.paragraph(`${words(id)} ${words('patient.request.title', { reference })}`);
  if (follows) line('asking.again.follows', follows);
  if (duplicateOf) line('asking.same.text', duplicateOf);
  for (const one of followedBy) line('asking.again.asked', one);
}

async function answer(
  paper: TaggedPaper,
  { answer: sent, facility }: RequestPage,
  words: Words,
): Promise<void> {
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
  await paper.written(note ?? '');
  if (accounting) {
    list(paper, accounting, words);
  }
  if (!letter && !note && !accounting) paper.paragraph(words('patient.answer.confirmed'));
  for (const statement of letter?.statements ?? []) paper.paragraph(statement);
  for (const { name, size } of files) paper.paragraph(`${name} (${size})`, textStyles.small);
}

/** Both layers of an accounting, and what it could not cover. Its own document says the rest. */
function list(paper: TaggedPaper, accounting: AccountingViewProps, words: Words): void {
  paper.paragraph(accounting.short);
  for (const [heading, rows] of [
    ['disclosures.accounting.law.heading', accounting.requiredByLaw],
    ['disclosures.accounting.also.heading', accounting.alsoShown],
  ] as const) {
    if (rows.length === 0) continue;
    paper.heading(3, words(heading));
    facts(
      paper,
      rows.map(({ date, beside, recipient, address, sent, purpose, basis, whyNotListed }): Fact => [
        date,
        [
          recipient.trim() === '' ? words('disclosures.accounting.row.noRecipient') : recipient,
          address ?? words('disclosures.accounting.row.noAddress'),
          ...sent,
          purpose,
          (whyNotListed ?? basis).words,
          ...beside,
        ],
      ]),
    );
  }
  for (const { name, facts: lines } of accounting.research) {
    paper.heading(3, name);
    facts(
      paper,
      lines.map(({ term, value }): Fact => [term, [value]]),
    );
  }
  for (const line of [...accounting.struck, ...accounting.coverage]) paper.paragraph(line);
  paper.paragraph(words('disclosures.accounting.unmatched.body', { count: accounting.notYetMatched }));
  paper.paragraph(words('asking.file.list'));
}

async function extension(paper: TaggedPaper, { extension: told }: RequestPage): Promise<void> {
  if (!told) return;
  const { heading, dates, reason, more } = told;
  paper.heading(2, heading);
  paper.paragraph(dates);
  await paper.written(reason ?? '');
  for (const line of more) paper.paragraph(line);
}

async function fee(paper: TaggedPaper, { fee: told }: RequestPage, words: Words): Promise<void> {
  if (!told) return;
  paper.heading(2, words('asking.fee.heading'));
  paper.paragraph(words('asking.fee.told', { amount: told.amount, date: told.toldOn }));
  if (!told.choice) paper.paragraph(words('asking.fee.untilYes'));
  if (told.ground) paper.paragraph(told.ground);
  await paper.written(told.basis);
  if (told.choice && told.chosenOn)
    paper.paragraph(words(`asking.fee.chosen.${told.choice}`, { date: told.chosenOn }));
}

/** Whoever reads no page chooses from the letter: 45 CFR 164.528(c)(2)(ii), "withdraw or modify the request". */
function costChoices(paper: TaggedPaper, { fee: told, facility }: RequestPage, words: Words): void {
  if (!told || told.choice) return;
  paper.heading(3, words('asking.fee.question'));
  for (const choice of ['goOn', 'change', 'stop'] as const)
    paper.paragraph(words(`asking.fee.choice.${choice}`));
  const { phone, email, address } = facility;
  if (told.time) paper.paragraph(words('asking.fee.tellUsTime', told.time.inWords));
  paper.paragraph(words('asking.fee.tellUs', { phone, email, address }));
}

async function messages(paper: TaggedPaper, request: RequestPage, words: Words): Promise<void> {
  if (request.messages.length === 0) return;
  paper.heading(2, words('asking.message.heading'));
  for (const { who, at, about, text, files } of request.messages) {
    paper.paragraph([about, who, at.words].filter(Boolean).join(' · '), textStyles.smallStrong);
    await paper.written(text);
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
