import type { LabelAnswer } from '#app/components/label-card.tsx';
import {
  answersOf,
  fieldsOf,
  labelGroups,
  shapeOf,
  type LabelFieldId,
  type LabelGroup,
} from '#app/vendors/label-fields.ts';
import {
  answerChosen,
  completenessOf,
  standingOf,
  unanswered,
  type Completeness,
  type LabelStanding,
  type LabelValue,
  type LabelValues,
} from '#app/vendors/label.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

export interface LabelReader {
  locale: Locale;
  /** The facility-local date, `YYYY-MM-DD`. */
  today: string;
}

/** One answer of a label, in words. */
export interface LabelAnswerView {
  field: LabelFieldId;
  question: string;
  standing: LabelStanding;
  /** Shape and word; absent where the answer is words alone. */
  answer?: LabelAnswer;
  /** The word beside the shape, where it is not the answer's own. */
  answerWord?: string;
  sentence: string;
  /** The sentence is not in the page's language. */
  sentenceLang?: 'en';
  /** Beside a fixed sentence, what else was said in patient words. */
  more?: string;
  moreLang?: 'en';
  /** "We checked · as of May 3, 2027"; absent where nobody says anything. */
  source?: string;
  by?: 'facility' | 'vendor' | 'register';
  /** As it was said, in technical words. */
  technical?: string;
  evidence?: { url: string; host: string };
  validUntil?: string;
}

/** The words of a fixed answer, where it has any. */
function fixedSentence(field: LabelFieldId, value: LabelValue, words: Words, locale: Locale): string | null {
  const { type } = shapeOf(field);
  if (value.state === 'notApplicable') return words('labels.say.notApplicable');
  if (type === 'text') return null;
  if (type === 'yesNo' && value.state === 'partly') return words('labels.say.partly');
  // The form lets nothing but a day in; what else stands there is shown as it is.
  const isDay = field === 'contractEnd' && /^\d{4}-\d{2}-\d{2}$/.test(value.value ?? '');
  const date = isDay ? dateInWords(locale, value.value ?? '') : (value.value ?? '');
  const chosen = answerChosen(value);
  return answersOf(field).includes(chosen)
    ? words(`labels.say.${field}.${chosen}` as MessageId, { date })
    : null;
}

/** What was said in patient words, in the reader's language or, where it is only there, in English. */
function plainIn(
  locale: Locale,
  { plain, plainEs }: LabelValue,
): { text: string; isForeign: boolean } | null {
  const own = locale === 'es' ? plainEs : plain;
  if (own) return { text: own, isForeign: false };
  return plain ? { text: plain, isForeign: locale !== 'en' } : null;
}

/** Names, numbers and addresses: the same in every language. */
const inNoLanguage: readonly LabelFieldId[] = ['product', 'developer', 'contact', 'version'];

/** Long technical answers stay behind the details. */
const longestInSight = 160;

export function answerView(
  field: LabelFieldId,
  kept: LabelValue | undefined,
  { locale, today }: LabelReader,
): LabelAnswerView {
  const words = wordsFor(locale);
  const value = kept ?? unanswered;
  const standing = standingOf(value, today);
  const question = words(`labels.field.${field}`);
  const { type } = shapeOf(field);
  if (standing === 'notAnswered')
    return {
      field,
      question,
      standing,
      answer: 'notAnswered',
      sentence: value.asOf
        ? words('labels.say.askedNoAnswer', { date: dateInWords(locale, value.asOf) })
        : words('labels.say.notKnown'),
    };
  const fixed = fixedSentence(field, value, words, locale);
  const plain = plainIn(locale, value);
  const technical = type === 'register' ? null : value.value;
  const inSight = !fixed && !plain && technical && technical.length <= longestInSight ? technical : null;
  const sentence = fixed ?? plain?.text ?? inSight ?? words('labels.say.words');
  // What staff type is in English where nobody wrote it in Spanish; a company's own words are taken to be.
  const isEnglish =
    locale !== 'en' &&
    !fixed &&
    !inNoLanguage.includes(field) &&
    (plain ? plain.isForeign : inSight !== null);
  const by = type === 'register' ? 'register' : value.assertedBy;
  const date = (day: string) => dateInWords(locale, day);
  return {
    field,
    question,
    standing,
    ...shapeAndWord(field, value, words),
    sentence,
    ...(isEnglish ? { sentenceLang: 'en' as const } : {}),
    ...(fixed && plain ? { more: plain.text, ...(plain.isForeign ? { moreLang: 'en' as const } : {}) } : {}),
    by,
    source: [
      words(`labels.by.${by}`),
      ...(value.asOf ? [words('labels.asOf', { date: date(value.asOf) })] : []),
    ].join(' · '),
    ...(technical && technical !== inSight ? { technical } : {}),
    ...evidenceOf(value.evidenceUrl),
    ...(value.validUntil
      ? {
          validUntil:
            standing === 'expired'
              ? words('labels.say.expired', { date: date(value.validUntil) })
              : words('labels.validUntil', { date: date(value.validUntil) }),
        }
      : {}),
  };
}

/** A link only where it leads to a page of the web. */
function evidenceOf(address: string | null): Pick<LabelAnswerView, 'evidence'> {
  if (!address || !URL.canParse(address)) return {};
  const { protocol, hostname, href } = new URL(address);
  return protocol === 'https:' || protocol === 'http:' ? { evidence: { url: href, host: hostname } } : {};
}

/** A shape beside the answer, where the question is one of yes or no. Whether a name goes along is said in a word of its own. */
function shapeAndWord(
  field: LabelFieldId,
  { state, code }: LabelValue,
  words: Words,
): Pick<LabelAnswerView, 'answer' | 'answerWord'> {
  if (state === 'notApplicable') return { answer: state };
  const { type } = shapeOf(field);
  if (type === 'yesNo' || field === 'usedForTraining') return { answer: state };
  if (field === 'identifiability' && code)
    return { answer: state, answerWord: words(`labels.answer.${code}` as MessageId) };
  return {};
}

export interface LabelPart {
  group: LabelGroup;
  title: string;
  answered: number;
  of: number;
  /** Answers, also those that are over. */
  answers: LabelAnswerView[];
  /** Questions that nobody answered, in one line. */
  open: LabelAnswerView[];
}

export function labelParts(values: LabelValues, reader: LabelReader): LabelPart[] {
  const words = wordsFor(reader.locale);
  return labelGroups.map((group) => {
    const all = fieldsOf(group).map((field) => answerView(field, values[field], reader));
    return {
      group,
      title: words(`labels.group.${group}`),
      answered: all.filter(({ standing }) => standing === 'current').length,
      of: all.length,
      answers: all.filter(({ standing }) => standing !== 'notAnswered'),
      open: all.filter(({ standing }) => standing === 'notAnswered'),
    };
  });
}

/** The bar of how complete a label is, with its words. */
export interface CompletenessView extends Completeness {
  title: string;
  words: { kind: 'checked' | 'said' | 'expired' | 'notAnswered'; count: number; text: string }[];
}

export function completenessView(values: LabelValues, { locale, today }: LabelReader): CompletenessView {
  const words = wordsFor(locale);
  const counted = completenessOf(values, today);
  return {
    ...counted,
    title: words('labels.bar.title', { ...counted }),
    words: (['checked', 'said', 'expired', 'notAnswered'] as const).map((kind) => ({
      kind,
      count: counted[kind],
      text: words(`labels.bar.${kind}`, { count: counted[kind] }),
    })),
  };
}
