import type { AuditedPatient } from './dicom-audit/patients.ts';

/** A person as our records have them. */
export interface RecordedPerson {
  familyName: string;
  givenName: string;
  /** `YYYY-MM-DD` */
  bornOn: string;
}

/**
 * Whether a report that names somebody by number says of them what none of their records says: another day of birth, or a name that has
 * no word in common. A number is how patients are told apart, and a name alone never is; but the number of one person beside the name of
 * another is a mistake of somebody's, and a person has to look. What cannot be compared (no name, initials, another script) says nothing.
 * @param records all that are one person
 */
export function contradicts(
  { name, bornOn }: Pick<AuditedPatient, 'name' | 'bornOn'>,
  records: readonly RecordedPerson[],
): boolean {
  if (records.length === 0) return false;
  if (bornOn && !records.some((record) => record.bornOn === bornOn)) return true;
  const sent = wordsOf(name ?? '');
  const ours = records.map(({ familyName, givenName }) => wordsOf(`${familyName} ${givenName}`));
  const comparable = ours.filter((words) => isComparable(sent, words));
  return comparable.length > 0 && !comparable.some((words) => shareWord(sent, words));
}

/** What is said of somebody, in a form in which the same said again is the same. */
export function saidOf({ name, bornOn }: Pick<AuditedPatient, 'name' | 'bornOn'>): string {
  return [wordsOf(name ?? '').join(' '), bornOn ?? ''].filter(Boolean).join(', ');
}

/** Words of two letters and more, without marks and case, in order of the alphabet. */
function wordsOf(name: string): string[] {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return [...new Set(plain.split(/[^\p{L}]+/u).filter((word) => [...word].length > 1))].sort();
}

function isComparable(a: readonly string[], b: readonly string[]): boolean {
  return scriptsOf(a).some((script) => scriptsOf(b).includes(script));
}

const scripts = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Han', /\p{Script=Han}/u],
  ['Hangul', /\p{Script=Hangul}/u],
  ['Kana', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['Arabic', /\p{Script=Arabic}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
] as const;

function scriptsOf(words: readonly string[]): string[] {
  return scripts.flatMap(([script, letters]) => (words.some((word) => letters.test(word)) ? [script] : []));
}

/** The same word, or a short form of it: Ann of Anna. */
function shareWord(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) =>
    b.some(
      (other) =>
        one === other ||
        (Math.min(one.length, other.length) > 2 && (one.startsWith(other) || other.startsWith(one))),
    ),
  );
}
