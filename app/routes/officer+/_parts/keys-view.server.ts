import { machineScopes } from '#app/people/can.ts';
import { mayReport } from '#app/people/key-sources.ts';
import type { MachineClientRow } from '#app/people/machine-clients.server.ts';
import { keyState, type KeyState } from '#app/people/machine-keys.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

export interface ProgramView {
  id: string;
  name: string;
  scopes: string[];
  vendor: string | null;
  networks: string[];
  /** Which it may report for, in words; null for a program that reports nothing. */
  sources: string | null;
  state: KeyState;
  /** Day on which its newest key ends. */
  ends: string | null;
  lastUsed: string | null;
  keys: {
    id: string;
    state: KeyState;
    made: string;
    ends: string | null;
    lastUsed: string | null;
  }[];
  signingKeys: {
    id: string;
    kid: string;
    algorithm: string;
    state: KeyState;
    ends: string;
    lastUsed: string | null;
  }[];
}

/** A program and its keys for the page; days and instants in the facility's zone. */
export function programView(
  { id, name, scopes, vendor, networks, sources, revokedAt, keys, signingKeys }: MachineClientRow,
  { now, timeZone, locale }: { now: Date; timeZone: string; locale: Locale },
): ProgramView {
  const words = wordsFor(locale);
  const day = (at: Date | null) => at && dayOfInstantInWords(locale, at, timeZone);
  const instant = (at: Date | null) => at && instantInWords(locale, at, timeZone);
  const [newest] = keys;
  const used = [...keys, ...signingKeys].flatMap(({ lastUsedAt }) =>
    lastUsedAt ? [lastUsedAt.getTime()] : [],
  );
  return {
    id,
    name,
    scopes: scopes.map((scope) => scopeInWords(scope, words)),
    vendor: vendor?.name ?? null,
    networks,
    sources: mayReport(scopes) ? sources.map(inPlainSight).join(' · ') || words('crew.keys.anySource') : null,
    state: revokedAt || !newest ? 'revoked' : keyState(newest, keys, now),
    ends: revokedAt ? null : day(newest?.expiresAt ?? null),
    lastUsed: instant(used.length > 0 ? new Date(Math.max(...used)) : null),
    keys: keys.map((key) => ({
      id: key.id,
      state: revokedAt ? 'revoked' : keyState(key, keys, now),
      made: instant(key.createdAt) ?? '',
      ends: instant(key.revokedAt ?? key.expiresAt),
      lastUsed: instant(key.lastUsedAt),
    })),
    signingKeys: signingKeys.map((key) => ({
      id: key.id,
      kid: key.kid,
      algorithm: key.algorithm,
      state: keyState(key, [], now),
      ends: instant(key.expiresAt) ?? '',
      lastUsed: instant(key.lastUsedAt),
    })),
  };
}

/** A scope in words; one that this version does not know stays as it is. */
export function scopeInWords(scope: string, words: Words): string {
  const known = machineScopes.find((one) => one === scope);
  return known ? words(`crew.scope.${known.replace(':', '-') as 'checks-read'}`) : scope;
}
