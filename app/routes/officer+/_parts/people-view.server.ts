import type { ListedPerson } from '#app/people/people-admin.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface PersonLine {
  id: string;
  name: string;
  email: string;
  role: ListedPerson['role'];
  isOpen: boolean;
  /** In words, one a way to prove the second step. Empty: none. */
  factors: string[];
  lastSignIn: string | null;
  sessions: number;
  /** Email to this account does not arrive. */
  mailFails: boolean;
}

/** An account for the page. Instants in the facility's zone. */
export function personLine(
  person: ListedPerson,
  { timeZone, locale, mailFails }: { timeZone: string; locale: Locale; mailFails: boolean },
): PersonLine {
  const words = wordsFor(locale);
  const { app, passkeys, sheetCodes, recoveryCodes } = person.factors;
  return {
    id: person.id,
    name: person.displayName,
    email: person.email,
    role: person.role,
    isOpen: person.disabledAt === null,
    factors: [
      ...(app ? [words('crew.factors.app')] : []),
      ...(passkeys > 0 ? [words('crew.factors.passkeys', { count: passkeys })] : []),
      ...(sheetCodes > 0 ? [words('crew.factors.sheet', { count: sheetCodes })] : []),
      ...(recoveryCodes > 0 ? [words('crew.factors.recovery', { count: recoveryCodes })] : []),
    ],
    lastSignIn: person.lastSignInAt && instantInWords(locale, person.lastSignInAt, timeZone),
    sessions: person.sessions,
    mailFails,
  };
}
