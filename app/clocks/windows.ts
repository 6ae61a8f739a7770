import { parseDate } from './input.ts';

/**
 * The look-back window of an accounting: six years before the date of the request, both ends included. From
 * 29 February it starts on 28 February, the wider window. Local dates.
 * @param requestedOn the facility-local date of the request
 * @throws ClockInputError `badDate`
 * Source: 45 CFR 164.528(a)(1).
 */
export function lookBackWindow(requestedOn: string): { from: string; to: string } {
  const to = parseDate(requestedOn);
  return { from: to.subtract({ years: 6 }).toString(), to: to.toString() };
}

/**
 * The first local date on which an accounting is free again: twelve months after the last free request (clamped to
 * the end of a shorter month). The anchor is a reading of "in any 12 month period", not settled text.
 * @throws ClockInputError `badDate`
 * Source: 45 CFR 164.528(c)(2).
 */
export function freeAccountingAgainFrom(lastFreeRequestOn: string): string {
  return parseDate(lastFreeRequestOn).add({ months: 12 }).toString();
}
