import type { FacilitySettings } from '#app/facility/facility.server.ts';
import type { AttachmentFacts } from '#app/requests/attachments.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { PatientFile } from '#app/requests/patient-file.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { countKept } from '#app/requests/request-clock.ts';
import { dateInWords, dayOfInstantInWords, instantInWords, weekdayDateInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { accountingView } from './present-accounting.server.ts';
import type { HistoryReader } from './present-actor.server.ts';
import { sizeInWords } from './present-files.server.ts';
import { letterView } from './present-letter.server.ts';

interface Reader extends HistoryReader {
  locale: Locale;
  /** The facility's. */
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
  return messages.map(({ id, byFacility, author, text, writtenAt }) => ({
    id,
    byFacility,
    text,
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
  { extension }: PatientFile,
  { locale, timeZone }: Reader,
) {
  if (!extension) return null;
  const { dueDate, effectiveDueDate, steps } = countKept(request);
  const named = steps.find((step) => step.kind === 'extensionNamed');
  return {
    reason: extension.reason,
    toldOn: dayOfInstantInWords(locale, extension.toldAt, timeZone),
    before: dateInWords(locale, dueDate),
    newDate: weekdayDateInWords(locale, effectiveDueDate),
    // The facility may name an earlier day than the last one that the rule allows, and is bound by it.
    latest: named ? dateInWords(locale, named.allowed) : null,
  };
}

export function feeInWords(fee: { amountCents: number; currency: string }, locale: Locale): string {
  const format = new Intl.NumberFormat(formatTag[locale], { style: 'currency', currency: fee.currency });
  return format.format(fee.amountCents / 100);
}

export function feeView(
  { fee }: PatientFile,
  { locale, timeZone, mayChoose }: Reader & { mayChoose: boolean },
) {
  if (!fee) return null;
  return {
    amount: feeInWords(fee, locale),
    basis: fee.basis,
    toldOn: dayOfInstantInWords(locale, fee.toldAt, timeZone),
    choice: fee.choice,
    chosenOn: fee.chosenAt && dayOfInstantInWords(locale, fee.chosenAt, timeZone),
    mayChoose: mayChoose && fee.choice === null,
  };
}

/** The answer once it was sent: a letter, a list, or a confirmation. */
export function answerView(
  { kind }: RequestDetail,
  { answer, files }: PatientFile,
  settings: FacilitySettings,
  locale: Locale,
) {
  if (!answer?.sentAt) return null;
  const { outcome, ground, note, accounting, sentAt } = answer;
  const isLetter = kindDefinition(kind).answer === 'letter' && outcome !== null;
  return {
    sentOn: dayOfInstantInWords(locale, sentAt, settings.timeZone),
    note,
    accounting: accounting && accountingView(accounting, locale),
    letter: isLetter ? letterView({ kind, outcome, ground, note }, settings, locale) : null,
    files: filesView(files, locale, ({ use }) => use === 'forRelease'),
  };
}

export type AnswerView = NonNullable<ReturnType<typeof answerView>>;
