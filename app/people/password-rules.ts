/** Longest password taken in, in bytes of UTF-8: a longer one would only buy a cheap way to keep the server busy. */
export const longestPassword = 1_024;

/** NIST SP 800-63B-4 §3.1.1.2: 8 where a second factor is certain, as it is for every account here. Counted in characters. */
const shortestPassword = 8;

/** What a password must not be made of. */
export interface AboutAccount {
  email: string;
  displayName: string;
  facilityName: string;
}

export type PasswordMistake =
  'errors.passwordShort' | 'errors.passwordLong' | 'errors.passwordCommon' | 'errors.passwordAboutYou';

/** The form of a password that is hashed and compared: two keyboards may write one letter in two ways. */
export function sameOnAllKeyboards(password: string): string {
  return password.normalize('NFC');
}

/**
 * What is wrong with a password that somebody chooses; null when nothing is. Length and lists alone: no rules about which characters,
 * no change after some time, nothing cut off (NIST SP 800-63B-4 §3.1.1.2).
 * @param isCommon whether a password in lower case is on the list of common and breached ones
 */
export function passwordMistakeBy(
  isCommon: (lowerCase: string) => boolean,
  password: string,
  about: AboutAccount,
): PasswordMistake | null {
  const plain = sameOnAllKeyboards(password);
  if (new TextEncoder().encode(plain).length > longestPassword) return 'errors.passwordLong';
  if ([...plain].length < shortestPassword) return 'errors.passwordShort';
  const lowerCase = plain.toLowerCase();
  if (isCommon(lowerCase) || new Set(lowerCase).size === 1) return 'errors.passwordCommon';
  return isMadeOf(lowerCase, contextWords(about)) ? 'errors.passwordAboutYou' : null;
}

const shortestWord = 4;
/** What must be left of a password once the words about the account are taken out of it. */
const shortestRest = 6;

function contextWords({ email, displayName, facilityName }: AboutAccount): string[] {
  const [local = ''] = email.split('@');
  return [email, local, displayName, facilityName, 'plainview']
    .flatMap((text) => [text, text.replace(/\s/g, ''), ...text.split(/[^\p{L}\p{N}]+/u)])
    .map((word) => word.normalize('NFC').toLowerCase())
    .filter((word) => [...word].length >= shortestWord)
    .sort((a, b) => b.length - a.length);
}

function isMadeOf(lowerCase: string, words: string[]): boolean {
  const rest = words.reduce((left, word) => left.replaceAll(word, ''), lowerCase);
  return rest !== lowerCase && [...rest].length < shortestRest;
}
