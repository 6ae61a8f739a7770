/** How long what is no evidence is kept after it has ended, in days. Removed each night (app/jobs/sweep.server.ts). */
export const keptForDays = {
  /** Drafts of requests, after they were last saved. */
  drafts: 30,
  /** Browsers that somebody signed in with, after they were last seen. */
  browsers: 180,
  /** Sessions, half-done sign-ins and mailed codes. A form that somebody left open overnight is still theirs in the morning. */
  sessions: 1,
  /** Invitations that nobody used, after their end. The event of each stays. */
  invitations: 90,
  /** Files of transfers that staff sent and nobody took in. */
  waitingFiles: 7,
  /** Their content after they were taken in. The evidence of each line stays with the ledger. */
  importedFiles: 30,
  /** The text of letters that a demo keeps instead of mailing it. */
  letters: 30,
} as const;

export function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * 24 * 60 * 60_000);
}
