import { dictionary } from '@zxcvbn-ts/language-common';
import { passwordMistakeBy, type AboutAccount, type PasswordMistake } from './password-rules.ts';

// About 49,000 passwords from breaches and 7,800 words of a dictionary, all in lower case.
const common: ReadonlySet<string> = new Set([
  ...dictionary['passwords-common'],
  ...dictionary['diceware-common'],
]);

/** What is wrong with a password that somebody chooses, for their account; null when nothing is. Asks nobody outside. */
export function passwordMistake(password: string, about: AboutAccount): PasswordMistake | null {
  return passwordMistakeBy((lowerCase) => common.has(lowerCase), password, about);
}
