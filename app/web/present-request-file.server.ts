import type { FacilitySettings } from '#app/facility/facility.server.ts';
import type { AttachmentFacts } from '#app/requests/attachments.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { composeAnswer, composeExtension, type AnswerLetter } from '#app/requests/letter.ts';
import type { PatientFile } from '#app/requests/patient-file.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { timeAskedFor } from '#app/requests/narrowing.ts';
import { countKept, dueBeforeExtension } from '#app/requests/request-clock.ts';
import { dateInWords, dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { accountingView } from './present-accounting.server.ts';
import type { HistoryReader } from './present-actor.server.ts';
import { sizeInWords } from './present-files.server.ts';
import { letterView } from './present-letter.server.ts';

interface Reader extends HistoryReader {
  locale: Locale;
  /** The request's. */
  timeZone: string;
}

export interface FileLine {
  id: string;
  name: string;
  size: string;
}

export function filesView(
  files: readonly AttachmentFacts[],
  locale: Locale,
  which: (file: AttachmentFacts) => boolean,
): FileLine[] {
  return files
    .filter(which)
    .map(({ id, fileName, byteCount }) => ({ id, name: fileName, size: sizeInWords(locale, byteCount) }));
}

/** What patient and facility wrote to each other, oldest first. Of the facility's people a patient reads the role, no names. */
export function messagesView({ messages, files }: PatientFile, reader: Reader) {
  const words = wordsFor(reader.locale);
  return messages.map(({ id, byFacility, isStatement, author, text, writtenAt }) => ({
    id,
    byFacility,
    text,
    about: isStatement ? words('asking.disagree.heading') : null,
    who: byFacility
      ? words('requests.actor.staff', { facility: reader.facilityName })
      : author.id === reader.viewer?.userId
        ? words('requests.actor.you')
        : author.name,
    at: {
      iso: writtenAt.toISOString(),
      words: instantInWords(reader.locale, writtenAt, reader.timeZone),
    },
    files: filesView(files, reader.locale, ({ messageId }) => messageId === id),
  }));
}

export type MessageView = ReturnType<typeof messagesView>[number];

/** The letter that says that an answer takes longer: the reasons and the new date. */
export function extensionView(
  request: RequestDetail,
  { extension, letters }: PatientFile,
  { locale, timeZone }: Reader,
) {
  if (!extension) return null;
  const told = () => dayOfInstantInWords(locale, extension.toldAt, timeZone);
  const counted = () => ({ ...countKept(request), before: dueBeforeExtension(request) });
  const letter = letters.extension ?? composeExtension(counted(), told(), locale);
  const words = wordsFor(letter.locale);
  return {
    ...letter,
    reason: extension.reason,
    heading: words('asking.extension.heading'),
    why: words('asking.extension.why'),
  };
}

/** The time that a request asks about, where less of it could be asked about: as dates, and in words. */
export function shorterTime(
  request: Pick<RequestDetail, 'kind' | 'details'>,
  locale: Locale,
): { from: string; to: string; inWords: { from: string; to: string } } | null {
  const time = timeAskedFor(request);
  if (!time || time.from === time.to) return null;
  return { ...time, inWords: { from: dateInWords(locale, time.from), to: dateInWords(locale, time.to) } };
}

export function feeInWords(fee: { amountCents: number; currency: string }, locale: Locale): string {
  const format = new Intl.NumberFormat(formatTag[locale], { style: 'currency', currency: fee.currency });
  return format.format(fee.amountCents / 100);
}

export function feeView(
  { fee }: PatientFile,
  request: RequestDetail,
  { locale, timeZone, mayChoose }: Reader & { mayChoose: boolean },
) {
  if (!fee) return null;
  return {
    amount: feeInWords(fee, locale),
    ground: fee.ground && wordsFor(locale)(`requests.feeGround.${fee.ground}`),
    basis: fee.basis,
    toldAt: fee.toldAt.toISOString(),
    toldOn: dayOfInstantInWords(locale, fee.toldAt, timeZone),
    choice: fee.choice,
    chosenOn: fee.chosenAt && dayOfInstantInWords(locale, fee.chosenAt, timeZone),
    mayChoose: mayChoose && fee.choice === null,
    // A letter says it too, to whoever has no page to choose on.
    time: fee.choice === null ? shorterTime(request, locale) : null,
  };
}

/** The letter of an answer as it was sent; one from before letters were kept, as it reads now. Null where the answer is none. */
export function answerLetter(
  { kind, jurisdiction }: RequestDetail,
  { answer, letters }: PatientFile,
  settings: FacilitySettings,
  locale: Locale,
): AnswerLetter | null {
  if (letters.answer || !answer?.sentAt) return letters.answer;
  const { outcome, ground, note } = answer;
  if (kindDefinition(kind).answer !== 'letter' || outcome === null) return null;
  return composeAnswer({ kind, jurisdiction, outcome, ground, note }, settings, locale);
}

/** The answer once it was sent: a letter, a list, or a confirmation. */
export function answerView(
  request: RequestDetail,
  file: PatientFile,
  settings: FacilitySettings,
  locale: Locale,
) {
  const { answer, files } = file;
  if (!answer?.sentAt) return null;
  const { note, accounting, sentAt } = answer;
  const letter = answerLetter(request, file, settings, locale);
  return {
    sentOn: dayOfInstantInWords(locale, sentAt, request.timeZone),
    note,
    accounting: accounting && accountingView(accounting, locale),
    letter: letter && letterView(letter),
    files: filesView(files, locale, ({ use }) => use === 'forRelease'),
  };
}

export type AnswerView = NonNullable<ReturnType<typeof answerView>>;
