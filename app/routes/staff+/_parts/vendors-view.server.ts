import type { LabelAnswer } from '#app/components/label-card.tsx';
import { purposeInWords } from '#app/disclosures/accounting-words.ts';
import { ruleInForceAt, type RuleVersion } from '#app/disclosures/release-rules.ts';
import { purposeAsked } from '#app/optouts/purposes.ts';
import type { Agreement } from '#app/vendors/agreements.server.ts';
import { endingSoon, labelEndings } from '#app/vendors/expiry.ts';
import { completenessOf, lastDayOf, registerAnswers } from '#app/vendors/label.ts';
import type { PublishedLabel } from '#app/vendors/published-labels.server.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import type { RegisteredVendor } from '#app/vendors/register.server.ts';
import type { RegisteredEndpoint } from '#app/vendors/register.ts';
import { dateInWords, dayOfInstantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  timeZone: string;
  now: Date;
}

export type Standing = 'valid' | 'planned' | 'ended';

export interface EndpointView {
  id: string;
  kind: RegisteredEndpoint['kind'];
  value: string;
  from: string;
  until: string | null;
  standing: Standing;
}

export function endpointView(
  { id, kind, value, validFrom, validTo }: RegisteredEndpoint,
  { locale, timeZone, now }: Reader,
): EndpointView {
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  return {
    id,
    kind,
    value: inPlainSight(value),
    from: day(validFrom),
    until: validTo && day(validTo),
    standing: validTo && validTo <= now ? 'ended' : validFrom > now ? 'planned' : 'valid',
  };
}

export interface AgreementView {
  id: string;
  kind: Agreement['kind'];
  reference: string;
  from: string;
  until: string | null;
  standing: Standing;
}

export function agreementView(agreement: Agreement, { locale, timeZone, now }: Reader): AgreementView {
  const { id, kind, reference, validFrom, validTo } = agreement;
  const today = localDate(now, timeZone);
  return {
    id,
    kind,
    reference,
    from: dateInWords(locale, validFrom),
    until: validTo && dateInWords(locale, validTo),
    standing: validTo && validTo <= today ? 'ended' : validFrom > today ? 'planned' : 'valid',
  };
}

/** A vendor in a line of the register. */
export function vendorLine(vendor: RegisteredVendor, rules: readonly RuleVersion[], reader: Reader) {
  const words = wordsFor(reader.locale);
  const inForce = ruleInForceAt(rules, reader.now);
  return {
    id: vendor.id,
    name: vendor.name,
    relationship: vendor.relationship,
    purpose: inForce ? purposeInWords(words, inForce.purpose) : null,
    endpoints: vendor.endpoints
      .map((endpoint) => endpointView(endpoint, reader))
      .filter(({ standing }) => standing === 'valid')
      .map(({ kind, value }) => ({ kind, value })),
    agreement:
      vendor.agreements
        .map((one) => agreementView(one, reader))
        .find(({ standing }) => standing === 'valid') ?? null,
    contact: vendor.contact,
  };
}

/** How a vendor's label stands, and what ends within 30 days or has ended. */
export function labelLine(
  vendor: RegisteredVendor,
  label: PublishedLabel | null,
  { locale, timeZone, now }: Reader,
): { standing: string; endings: string[] } {
  const words = wordsFor(locale);
  const today = localDate(now, timeZone);
  const values = { ...label?.values, ...registerAnswers(vendor, today) };
  const { checked, said, of } = completenessOf(values, today);
  const { soon, ended } = labelEndings(values, today);
  const agreements = vendor.agreements.flatMap(({ validTo }) =>
    validTo !== null && endingSoon(lastDayOf(validTo), today) ? [lastDayOf(validTo)] : [],
  );
  return {
    standing: label
      ? words('labels.ending.standing', { number: label.number, answered: checked + said, of })
      : words('labels.ending.noLabel'),
    endings: [
      ...(soon > 0 ? [words('labels.ending.list', { count: soon })] : []),
      ...(ended > 0 ? [words('labels.ending.ended', { count: ended })] : []),
      ...agreements.map((day) => words('labels.ending.agreement', { date: dateInWords(locale, day) })),
    ],
  };
}

export interface LabelTextLine {
  question: string;
  answer?: LabelAnswer;
  sentence?: string;
}

/**
 * The five answers of a label, as far as the register has them. What the company does with what it gets, the register does not know: that
 * stays unanswered.
 */
export function labelLines(
  { contact }: Pick<RegisteredVendor, 'contact'>,
  rules: readonly RuleVersion[],
  { locale, now }: Reader,
): { lines: LabelTextLine[]; answered: number } {
  const words = wordsFor(locale);
  const rule = ruleInForceAt(rules, now);
  const asked = rule && purposeAsked(rule.purpose);
  const lines: LabelTextLine[] = [
    rule
      ? {
          question: words('vendors.label.what'),
          sentence: purposeInWords(words, rule.purpose),
        }
      : { question: words('vendors.label.what'), answer: 'notAnswered' },
    rule?.legalBasis === 'deidentified'
      ? { question: words('vendors.label.name'), answer: 'no' }
      : { question: words('vendors.label.name'), answer: 'notAnswered' },
    { question: words('vendors.label.trains'), answer: asked === 'aiTraining' ? 'yes' : 'notAnswered' },
    {
      question: words('vendors.label.refuse'),
      answer: !asked || asked === 'unknown' ? 'notAnswered' : asked === 'neverStopped' ? 'no' : 'yes',
    },
    contact
      ? { question: words('vendors.label.ask'), sentence: contact }
      : { question: words('vendors.label.ask'), answer: 'notAnswered' },
  ];
  return { lines, answered: lines.filter(({ answer }) => answer !== 'notAnswered').length };
}
