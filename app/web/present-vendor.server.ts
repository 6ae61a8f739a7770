import type { LabelAnswer } from '#app/components/label-card.tsx';
import { purposeInWords } from '#app/disclosures/accounting-words.ts';
import { ruleInForceAt, type RuleVersion } from '#app/disclosures/release-rules.ts';
import { purposeAsked } from '#app/optouts/purposes.ts';
import type { RegisteredVendor } from '#app/vendors/register.server.ts';
import {
  currentValue,
  lastDayOf,
  newestAsOf,
  registerAnswers,
  unanswered,
  type LabelState,
  type LabelValues,
} from '#app/vendors/label.ts';
import type { PublishedLabel } from '#app/vendors/published-labels.server.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { answerView, completenessView, type LabelReader } from './present-label.server.ts';

/** What everybody may read of a company: its label, what the register knows, and what it gets images for. */
export interface PublicVendor {
  vendor: Pick<RegisteredVendor, 'slug' | 'name' | 'relationship' | 'contact' | 'agreements'>;
  label: Pick<PublishedLabel, 'number' | 'publishedAt' | 'values'> | null;
  rules: readonly RuleVersion[];
}

export interface VendorReader extends LabelReader {
  now: Date;
}

/**
 * The answers of a label in force, and those that the facility's own books give now: the register, and the rule of what images go out for.
 * What a label says of the same goes before the rule, but for a company that says it does not train where we send it images to train with.
 */
export function answersNow(subject: PublicVendor, reader: VendorReader): LabelValues {
  const { vendor, label, rules } = subject;
  const values: LabelValues = { ...label?.values, ...registerAnswers(vendor, reader.today) };
  const rule = ruleInForceAt(rules, reader.now);
  if (!rule) return values;
  const ours = { ...unanswered, state: 'yes' as const, assertedBy: 'facility' as const };
  const isOpen = (field: 'purpose' | 'identifiability') => currentValue(values, field, reader.today) === null;
  const inLanguage = (locale: Locale) => purposeInWords(wordsFor(locale), rule.purpose);
  if (isOpen('purpose')) values.purpose = { ...ours, plain: inLanguage('en'), plainEs: inLanguage('es') };
  if (isOpen('identifiability') && rule.legalBasis === 'deidentified')
    values.identifiability = { ...ours, state: 'no', code: 'deidentified' };
  const training = currentValue(values, 'usedForTraining', reader.today)?.state;
  if (sendsToTrain(subject, reader) && training !== 'yes' && training !== 'partly')
    values.usedForTraining = { ...ours, code: 'withOptOut' };
  return values;
}

/** What a question of yes or no is answered with; what is over, or missing, is not known. */
export type PublicAnswer = 'yes' | 'no' | 'unknown';

const known = (state: LabelState | undefined): PublicAnswer =>
  state === 'yes' || state === 'partly' ? 'yes' : state === 'no' ? 'no' : 'unknown';

/** Whether a company trains AI with images. */
function trainsAi(subject: PublicVendor, reader: VendorReader): PublicAnswer {
  return known(currentValue(answersNow(subject, reader), 'usedForTraining', reader.today)?.state);
}

function honoursNo(subject: PublicVendor, reader: VendorReader): PublicAnswer {
  return known(currentValue(answersNow(subject, reader), 'optOutHonoured', reader.today)?.state);
}

function sendsToTrain({ rules }: PublicVendor, { now }: VendorReader): boolean {
  const rule = ruleInForceAt(rules, now);
  return rule !== null && purposeAsked(rule.purpose) === 'aiTraining';
}

export interface PublicLine {
  question: string;
  answer?: LabelAnswer;
  answerWord?: string;
  sentence?: string;
  lang?: 'en';
}

/** The five answers that come first: what for, with a name or not, trains AI, can a patient say no, who to ask. */
function fiveLines(subject: PublicVendor, reader: VendorReader): PublicLine[] {
  const words = wordsFor(reader.locale);
  const values = answersNow(subject, reader);
  const rule = ruleInForceAt(subject.rules, reader.now);
  const asked = rule && purposeAsked(rule.purpose);
  const fromLabel = (field: 'purpose' | 'identifiability' | 'usedForTraining' | 'optOutHonoured') => {
    const { standing, answer, answerWord, sentence, sentenceLang, validUntil } = answerView(
      field,
      values[field],
      reader,
    );
    // What is over is not shown as an answer.
    if (standing !== 'current')
      return { answer: 'notAnswered' as const, sentence: standing === 'expired' ? validUntil : sentence };
    return {
      ...(answer ? { answer } : {}),
      ...(answerWord ? { answerWord } : {}),
      sentence,
      ...(sentenceLang ? { lang: sentenceLang } : {}),
    };
  };
  const trains = sendsToTrain(subject, reader)
    ? { answer: 'yes' as const, sentence: words('labels.line.weSendToTrain') }
    : fromLabel('usedForTraining');
  const refuse =
    asked === 'neverStopped'
      ? { answer: 'no' as const, sentence: words('labels.line.careGoesOn') }
      : asked && asked !== 'unknown'
        ? { answer: 'yes' as const, sentence: words('labels.line.mayRefuse') }
        : fromLabel('optOutHonoured');
  const { contact } = subject.vendor;
  return [
    { question: words('labels.line.what'), ...fromLabel('purpose') },
    { question: words('labels.line.name'), ...fromLabel('identifiability') },
    { question: words('labels.line.trains'), ...trains },
    { question: words('labels.line.refuse'), ...refuse },
    { question: words('labels.line.ask'), sentence: contact ?? words('labels.line.askUs') },
  ];
}

/** Whether a patient's "no" can stop what we send. */
export function canBeStopped({ rules }: PublicVendor, { now }: VendorReader): boolean {
  const rule = ruleInForceAt(rules, now);
  const asked = rule && purposeAsked(rule.purpose);
  return asked !== null && asked !== 'neverStopped' && asked !== 'unknown';
}

/** A company in the public list. */
export function vendorCard(subject: PublicVendor, reader: VendorReader) {
  const words = wordsFor(reader.locale);
  const values = answersNow(subject, reader);
  const asOf = newestAsOf(values);
  const completeness = completenessView(values, reader);
  return {
    slug: subject.vendor.slug,
    name: subject.vendor.name,
    relationship: words(`labels.say.relationship.${subject.vendor.relationship}`),
    lines: fiveLines(subject, reader),
    completeness,
    open: completeness.notAnswered + completeness.expired,
    foot: [
      words('labels.answeredOf', {
        answered: completeness.checked + completeness.said,
        of: completeness.of,
      }),
      ...(asOf ? [words('labels.newest', { date: dateInWords(reader.locale, asOf) })] : []),
    ].join(' · '),
    trains: trainsAi(subject, reader),
    honours: honoursNo(subject, reader),
  };
}

/** A company's contracts, as far as everybody may read them: kind and dates, never how the facility files them. */
export function contractsInWords(subject: PublicVendor, { locale, today }: VendorReader): string[] {
  const words = wordsFor(locale);
  const date = (day: string) => dateInWords(locale, day);
  return subject.vendor.agreements
    .filter(({ validFrom }) => validFrom <= today)
    .map(({ kind, validFrom, validTo }) => {
      const when =
        validTo === null
          ? words('labels.page.contract.since', { from: date(validFrom) })
          : validTo > today
            ? words('labels.page.contract.until', { from: date(validFrom), until: date(lastDayOf(validTo)) })
            : words('labels.page.contract.ended', { until: date(lastDayOf(validTo)) });
      return `${words(`vendors.agreement.${kind}`)}, ${when}`;
    });
}
