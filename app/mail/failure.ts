/** A message that would not be the one message to the one person that it looks like. Trying again changes nothing. */
export class MailRefused extends Error {
  override name = 'MailRefused';
}

/** What we say ourselves where no mail server said anything. What a server said begins with its three digits. */
export const ownFailures = [
  'badAddress',
  'noAnswer',
  'unreachable',
  'brokenOff',
  'notWritten',
  'accountShut',
  'codeOver',
  'noticeClosed',
  'channelEnded',
] as const;
export type OwnFailure = (typeof ownFailures)[number];

export interface MailFailure {
  /** The server's code and words, or one of ours. Without addresses, and without what the letter says. */
  said: string;
  /** Another try would hear the same. */
  permanent: boolean;
}

const longestWords = 200;
// RFC 5321 4.2.1: 5yz is final. Of the steps of a session only these two are about this letter; a refused sign-in or sender is a setting
// that somebody mends, and no reason to give up every letter at once.
const aboutThisLetter = new Set(['RCPT TO', 'DATA']);

/**
 * Why a letter was not taken.
 * @param error what the mailer threw
 * @param hide what must not be kept: the address and the code of the letter, which servers like to repeat
 */
export function failureOf(error: unknown, hide: readonly string[]): MailFailure {
  if (error instanceof MailRefused) return { said: 'badAddress', permanent: true };
  if (!(error instanceof Error)) return { said: 'notWritten', permanent: false };
  const { responseCode, response, command, code, originalCode } = error as SmtpError;
  if (responseCode && responseCode >= 400 && typeof response === 'string') {
    const permanent = responseCode >= 500 && aboutThisLetter.has(command ?? '');
    return { said: cleaned(response, hide), permanent };
  }
  return { said: ownWordFor(originalCode ?? code), permanent: false };
}

interface SmtpError extends Error {
  code?: string;
  /** The system's own, where nodemailer puts one of its words into `code`. */
  originalCode?: string;
  command?: string;
  response?: string;
  responseCode?: number | false;
}

function ownWordFor(code: string | undefined): OwnFailure {
  if (code === 'ETIMEDOUT' || code === 'EABORT') return 'noAnswer';
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EDNS' || code === 'EHOSTUNREACH')
    return 'unreachable';
  if (code === 'ECONNECTION' || code === 'ESOCKET' || code === 'ECONNRESET' || code === 'EPIPE')
    return 'brokenOff';
  return 'notWritten';
}

function cleaned(words: string, hide: readonly string[]): string {
  const text = words.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return hide
    .filter(Boolean)
    .reduce((left, secret) => left.replaceAll(secret, '…').replaceAll(secret.toLowerCase(), '…'), text)
    .replace(/<?[^\s<>@]+@[^\s<>@]+>?/g, '…')
    .replace(/https?:\/\/\S+/gi, '…')
    .slice(0, longestWords);
}
