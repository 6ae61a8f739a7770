import type { MachineScope } from './can.ts';

const days = 24 * 60 * 60_000;

/** How long a key works, in days. */
export const keyLife = { usual: 365, most: 730 } as const;
/** How long the key before goes on after a new one was made, in days. 0: it ends at once. */
export const keyOverlap = { usual: 7, most: 30 } as const;

/** How many calls a key may make in a minute. A question about exports may have 10,000 items, so this is far above need. */
export const callsAMinute = 3_000;

/** What a company's own program may do: ask about itself, and read what concerns itself. Everything else tells of others too. */
export const vendorScopes: readonly MachineScope[] = ['checks:read', 'fhir:read'];

export type KeyState = 'inUse' | 'ending' | 'expired' | 'revoked';

interface KeyDates {
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Whether a key works at an instant. It does not at the instant of its end. */
export function keyWorks({ expiresAt, revokedAt }: KeyDates, now: Date): boolean {
  return !revokedAt && (!expiresAt || expiresAt > now);
}

/** @param others the keys of the same program; a key that a newer working one takes over from is ending */
export function keyState(key: KeyDates, others: readonly KeyDates[], now: Date): KeyState {
  if (key.revokedAt) return 'revoked';
  if (!keyWorks(key, now)) return 'expired';
  return others.some((other) => other.createdAt > key.createdAt && keyWorks(other, now)) ? 'ending' : 'inUse';
}

export function daysLater(from: Date, count: number): Date {
  return new Date(from.getTime() + count * days);
}

/** @throws RangeError for what is no whole number of days within the limits: no key may last for ever by a slip */
export function wholeDays(count: number, { least, most }: { least: number; most: number }): number {
  if (!Number.isInteger(count) || count < least || count > most)
    throw new RangeError(`${count} is no number of days from ${least} to ${most}`);
  return count;
}
