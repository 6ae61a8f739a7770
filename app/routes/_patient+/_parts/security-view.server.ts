import { browserOf } from '#app/people/browsers.ts';
import { sessionsOf } from '#app/people/devices.server.ts';
import { codesLeft } from '#app/people/one-time-codes.server.ts';
import { passkeysOf } from '#app/people/passkeys.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

/** What proves that it is this person, and where they are signed in; instants in the facility's zone. */
export async function securityView({ world: { db }, person, session, locale, now }: Visit, timeZone: string) {
  const words = wordsFor(locale);
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  const [user, passkeys, codes, sessions] = await Promise.all([
    db.user.findUniqueOrThrow({
      where: { id: person.id },
      select: { passwordChangedAt: true, totpSecretSealed: true, totpEnrolledAt: true, createdAt: true },
    }),
    passkeysOf(db, person.id),
    codesLeft(db, person.id),
    sessionsOf(db, person.id, now),
  ]);
  return {
    password: user.passwordChangedAt && day(user.passwordChangedAt),
    app: user.totpSecretSealed === null ? null : day(user.totpEnrolledAt ?? user.createdAt),
    passkeys: passkeys.map(({ name }) => name),
    codes,
    sessions: sessions.map((one) => ({
      id: one.id,
      isThis: one.id === session.id,
      browser: browserInWords(one.userAgent, words),
      address: one.address || words('account.sessions.noAddress'),
      startedAt: instantInWords(locale, one.createdAt, timeZone),
      seenAt: instantInWords(locale, one.lastSeenAt, timeZone),
    })),
  };
}

function browserInWords(userAgent: string, words: Words): string {
  const { browser, system } = browserOf(userAgent);
  if (browser && system) return words('account.sessions.browserOn', { browser, system });
  return browser ?? system ?? words('account.sessions.unknown');
}
