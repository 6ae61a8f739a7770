import type { Place } from '#app/clocks/jurisdictions.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';
import { timeInWords } from './time-words.ts';
import {
  releaseCount,
  type AccountingDocument,
  type AccountingRow,
  type CorrectedRow,
  type ResearchEntry,
} from './accounting.ts';

interface CodeInWords {
  words: MessageId;
  /** The rule the code stands for. */
  citation: string;
}

/** HL7 v3-ActReason codes of why images left. */
export const purposeCodes = [
  'TREAT',
  'TREATDS',
  'HPAYMT',
  'HOPERAT',
  'MLTRAINING',
  'HRESCH',
  'CLINTRCH',
  'CLINTRCHNPC',
  'CLINTRCHPC',
  'PRECLINTRCH',
  'HMARKT',
] as const;
export type PurposeCode = (typeof purposeCodes)[number];

/** What lets a facility release images without asking, or which paper let it. */
export const legalBases = [
  'treatment',
  'operations',
  'irbWaiver',
  'authorization',
  'requiredByLaw',
  'deidentified',
] as const;
export type LegalBasis = (typeof legalBases)[number];

/** Why 45 CFR 164.528 does not make the facility list a release. */
export const exclusionReasons = [
  'treatmentPaymentOperations',
  'toIndividual',
  'authorization',
  'limitedDataSet',
  'deidentified',
] as const;
export type ExclusionReason = (typeof exclusionReasons)[number];

const purposes: Record<PurposeCode, MessageId> = {
  TREAT: 'disclosures.purpose.TREAT',
  TREATDS: 'disclosures.purpose.TREATDS',
  HPAYMT: 'disclosures.purpose.HPAYMT',
  HOPERAT: 'disclosures.purpose.HOPERAT',
  MLTRAINING: 'disclosures.purpose.MLTRAINING',
  HRESCH: 'disclosures.purpose.HRESCH',
  CLINTRCH: 'disclosures.purpose.CLINTRCH',
  CLINTRCHNPC: 'disclosures.purpose.CLINTRCHNPC',
  CLINTRCHPC: 'disclosures.purpose.CLINTRCHPC',
  PRECLINTRCH: 'disclosures.purpose.PRECLINTRCH',
  HMARKT: 'disclosures.purpose.HMARKT',
};

const bases: Record<LegalBasis, CodeInWords> = {
  treatment: { words: 'disclosures.basis.treatment', citation: '45 CFR 164.506(c)' },
  operations: { words: 'disclosures.basis.operations', citation: '45 CFR 164.506(c)' },
  irbWaiver: { words: 'disclosures.basis.irbWaiver', citation: '45 CFR 164.512(i)(1)(i)' },
  authorization: { words: 'disclosures.basis.authorization', citation: '45 CFR 164.508' },
  requiredByLaw: { words: 'disclosures.basis.requiredByLaw', citation: '45 CFR 164.512(a)' },
  deidentified: { words: 'disclosures.basis.deidentified', citation: '45 CFR 164.502(d)(2)' },
};

const exclusions: Record<ExclusionReason, CodeInWords> = {
  treatmentPaymentOperations: {
    words: 'disclosures.exclusion.treatmentPaymentOperations',
    citation: '45 CFR 164.528(a)(1)(i)',
  },
  toIndividual: { words: 'disclosures.exclusion.toIndividual', citation: '45 CFR 164.528(a)(1)(ii)' },
  authorization: { words: 'disclosures.exclusion.authorization', citation: '45 CFR 164.528(a)(1)(iv)' },
  limitedDataSet: { words: 'disclosures.exclusion.limitedDataSet', citation: '45 CFR 164.528(a)(1)(viii)' },
  // No item of (a)(1): what is de-identified is no protected health information, so its release is no disclosure of any.
  deidentified: { words: 'disclosures.exclusion.deidentified', citation: '45 CFR 164.514(a)-(b)' },
};

/** DICOM Modality (0008,0060), PS3.3 C.7.3.1.1.1. */
const modalities: Record<string, MessageId> = {
  CT: 'disclosures.modality.CT',
  MR: 'disclosures.modality.MR',
  CR: 'disclosures.modality.xray',
  DX: 'disclosures.modality.xray',
  RF: 'disclosures.modality.RF',
  US: 'disclosures.modality.US',
  MG: 'disclosures.modality.MG',
  NM: 'disclosures.modality.NM',
  PT: 'disclosures.modality.PT',
  XA: 'disclosures.modality.XA',
};

/** Kinds of scan that have words here. */
export const modalityCodes: readonly string[] = Object.keys(modalities);

/** Why images left, in words; a code that is null or not known here is "We do not know what for". */
export function purposeInWords(words: Words, code: string | null): string {
  return words(found(purposes, code) ?? 'disclosures.purpose.unknown');
}

/** What allowed a release, in words; a code that is null or not known here is "We do not know what allowed it". */
export function basisInWords(words: Words, code: string | null): string {
  return words(found(bases, code)?.words ?? 'disclosures.basis.unknown');
}

/** The rule behind a legal basis, or null where the basis is not known. Bases are kept as HIPAA has them: elsewhere none is cited. */
export function basisCitation(code: string | null, place: Place = 'states'): string | null {
  if (place !== 'states') return null;
  return found(bases, code)?.citation ?? null;
}

/** Why the law does not make the facility list a release, in words; null or unknown codes say that we do not know. */
export function exclusionInWords(words: Words, code: string | null): string {
  return words(found(exclusions, code)?.words ?? 'disclosures.exclusion.unknown');
}

/** The rule behind an exclusion, or null where the reason is not known. */
export function exclusionCitation(code: string | null): string | null {
  return found(exclusions, code)?.citation ?? null;
}

/** A kind of scan in words; a code without words here is shown as it was reported. */
export function modalityInWords(words: Words, code: string): string {
  const id = found(modalities, code);
  return id ? words(id) : code;
}

function found<T>(table: Readonly<Record<string, T>>, code: string | null): T | null {
  return code !== null && Object.hasOwn(table, code) ? (table[code] ?? null) : null;
}

/** 45 CFR 164.528(b)(2)(iii): a brief description of what was sent, a line a fact, no surer than the reports. */
export function sentInWords(
  row: Pick<AccountingRow, 'modality' | 'images' | 'studyOn' | 'studyUid' | 'withoutIdentity'>,
  words: Words,
  locale: Locale,
): string[] {
  const lines = [
    row.modality === null
      ? words('disclosures.accounting.row.noModality')
      : modalityInWords(words, row.modality),
    row.images === null
      ? words('disclosures.accounting.row.noImages')
      : words('disclosures.accounting.row.images', { count: row.images }),
    row.studyOn === null
      ? words('disclosures.accounting.row.noStudyOn')
      : words('disclosures.accounting.row.studyOn', { date: dateInWords(locale, row.studyOn) }),
  ];
  if (row.modality === null && row.studyUid !== null) {
    lines.push(words('disclosures.accounting.row.studyUid', { uid: row.studyUid }));
  }
  if (row.withoutIdentity) lines.push(words('disclosures.accounting.row.withoutIdentity'));
  return lines;
}

/** How many releases there are, and how many of them the law makes the facility list, in a sentence or two. */
export function inShort(
  {
    requiredByLaw,
    alsoShown,
    window,
    place = 'states',
  }: Pick<AccountingDocument, 'window' | 'requiredByLaw' | 'alsoShown' | 'place'>,
  words: Words,
  locale: Locale,
): string {
  const law = releaseCount(requiredByLaw);
  const extra = releaseCount(alsoShown);
  if (law + extra === 0) return words('disclosures.accounting.short.none', windowInWords(window, locale));
  if (place !== 'states') return words('disclosures.accounting.short.all', { count: law });
  if (extra === 0) return words('disclosures.accounting.short.lawOnly', { law });
  if (law === 0) return words('disclosures.accounting.short.extraOnly', { extra });
  return words('disclosures.accounting.short.both', { total: law + extra, law, extra });
}

export function windowInWords(
  window: AccountingDocument['window'],
  locale: Locale,
): { from: string; to: string } {
  return { from: dateInWords(locale, window.from), to: dateInWords(locale, window.to) };
}

/**
 * What a row says beside its date: what the time rests on, and where it stands for several (45 CFR 164.528(b)(3)), or in place of an earlier
 * one; a line a fact.
 */
export function besideDateInWords(
  row: Pick<AccountingRow, 'repeated' | 'corrected' | 'timeZoneAssumed' | 'timeOfDayKnown'>,
  words: Words,
  locale: Locale,
): string[] {
  const { repeated, corrected } = row;
  const lines = timeInWords(row, words);
  if (repeated) {
    const last = dateInWords(locale, repeated.lastOn);
    lines.push(words('disclosures.accounting.row.repeated', { count: repeated.count, last }));
    if (repeated.everyDays !== null)
      lines.push(words('disclosures.accounting.row.often', { days: repeated.everyDays }));
  }
  if (corrected)
    lines.push(
      words('disclosures.accounting.row.corrected', {
        date: dateInWords(locale, corrected.on),
        was: wasInWords(corrected, words, locale),
      }),
    );
  return lines;
}

/** A line that a correction took out. */
export function struckInWords(struck: CorrectedRow, words: Words, locale: Locale): string {
  return words('disclosures.accounting.struck.line', {
    was: wasInWords(struck, words, locale),
    date: dateInWords(locale, struck.on),
  });
}

function wasInWords({ was }: CorrectedRow, words: Words, locale: Locale): string {
  return words('disclosures.accounting.was', {
    recipient: was.recipient.trim() || words('disclosures.accounting.row.noRecipient'),
    date: dateInWords(locale, was.occurredOn),
    // Some are of two sentences; the one around it brings the last full stop.
    purpose: purposeInWords(words, was.purpose).replace(/\.$/, ''),
  });
}

/** 45 CFR 164.528(b)(4)(i)(A)-(F): one study, a fact a line, in the order of the law. */
export function researchInWords(
  entry: ResearchEntry,
  words: Words,
  locale: Locale,
): { name: string; facts: { term: string; value: string }[] } {
  const from = dateInWords(locale, entry.period.from);
  const { lastInWindowOn } = entry;
  const { lastOn } = entry.period;
  const contact = ({ name, address, phone }: ResearchEntry['sponsor']) =>
    words('disclosures.accounting.research.contact', { name, address, phone });
  return {
    name: entry.name,
    facts: [
      { term: words('disclosures.accounting.research.what'), value: entry.description },
      { term: words('disclosures.accounting.research.criteria'), value: entry.criteria },
      { term: words('disclosures.accounting.research.data'), value: entry.dataSent },
      {
        term: words('disclosures.accounting.research.period'),
        value: sentences(
          lastOn === null
            ? words('disclosures.accounting.research.goesOn', { from })
            : words('disclosures.accounting.research.ended', { from, last: dateInWords(locale, lastOn) }),
          lastInWindowOn === null && words('disclosures.accounting.research.lastUnknown'),
          typeof lastInWindowOn === 'string' &&
            words('disclosures.accounting.research.last', { last: dateInWords(locale, lastInWindowOn) }),
        ),
      },
      { term: words('disclosures.accounting.research.sponsor'), value: contact(entry.sponsor) },
      { term: words('disclosures.accounting.research.researcher'), value: contact(entry.researcher) },
      {
        term: words('disclosures.accounting.research.yours'),
        value:
          entry.known === 0
            ? words('disclosures.accounting.research.mayOrMayNot')
            : words('disclosures.accounting.research.known', { known: entry.known }),
      },
    ],
  };
}

export function sentences(...said: (string | false)[]): string {
  return said.filter(Boolean).join(' ');
}
