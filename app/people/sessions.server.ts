import { Lucia, type Adapter, type DatabaseUser } from 'lucia';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Person, Role } from '#app/audit/actor.ts';
import type { Db } from '#app/db/client.server.ts';
import { isLocale, type Locale } from '#app/words/locales.ts';

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaAt>;
    DatabaseSessionAttributes: { userAgent: string };
    DatabaseUserAttributes: { person: Person; locale: Locale };
  }
}

const minutes = 60_000;
const hours = 60 * minutes;

/** How long a session may rest, and how long it may last whatever happens (NIST SP 800-63B-4 §2.2.3: AAL2). */
export const sessionLimits: Record<Role, { idle: number; absolute: number }> = {
  patient: { idle: 60 * minutes, absolute: 12 * hours },
  staff: { idle: 30 * minutes, absolute: 12 * hours },
  privacyOfficer: { idle: 30 * minutes, absolute: 12 * hours },
  auditor: { idle: 30 * minutes, absolute: 12 * hours },
};

// A row is not written again for each request of a minute.
const seenEvery = 1 * minutes;

// Lucia 3 reads the machine's own clock and lengthens a session for as long as it is used. Plainview's limits are enforced in
// the adapter, by the instant it was given; to Lucia every session that the adapter hands out is far from its end.
const farFromItsEnd = new Date('9999-01-01T00:00:00Z');

/**
 * Lucia's session store on our tables, at an instant. Lucia 3 uses the cookie's value as the row's id: here the row keeps only
 * its SHA-256, so that a copy of the database signs nobody in.
 */
function adapterAt(db: Db, now: Date): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const row = await db.session.findUnique({
        where: { idHash: sha256Hex(sessionId) },
        select: {
          lastSeenAt: true,
          absoluteExpiresAt: true,
          userAgent: true,
          user: {
            select: {
              id: true,
              displayName: true,
              role: true,
              locale: true,
              patientId: true,
              disabledAt: true,
            },
          },
        },
      });
      if (!row) return [null, null];
      const { user } = row;
      const idleEnd = row.lastSeenAt.getTime() + sessionLimits[user.role].idle;
      if (user.disabledAt || now >= row.absoluteExpiresAt || now.getTime() >= idleEnd) {
        await db.session.deleteMany({ where: { idHash: sha256Hex(sessionId) } });
        return [null, null];
      }
      if (now.getTime() - row.lastSeenAt.getTime() > seenEvery) {
        await db.session.updateMany({ where: { idHash: sha256Hex(sessionId) }, data: { lastSeenAt: now } });
      }
      const person: Person = {
        kind: 'person',
        id: user.id,
        name: user.displayName,
        role: user.role,
        patientId: user.patientId,
      };
      const databaseUser: DatabaseUser = {
        id: user.id,
        attributes: { person, locale: isLocale(user.locale) ? user.locale : 'en' },
      };
      return [
        {
          id: sessionId,
          userId: user.id,
          expiresAt: farFromItsEnd,
          attributes: { userAgent: row.userAgent },
        },
        databaseUser,
      ];
    },
    async getUserSessions() {
      throw new Error(
        'a stored session does not know its own id: list the rows of the session table instead',
      );
    },
    async setSession(session) {
      const { role } = await db.user.findUniqueOrThrow({
        where: { id: session.userId },
        select: { role: true },
      });
      await db.session.create({
        data: {
          idHash: sha256Hex(session.id),
          userId: session.userId,
          createdAt: now,
          lastSeenAt: now,
          absoluteExpiresAt: new Date(now.getTime() + sessionLimits[role].absolute),
          userAgent: session.attributes.userAgent,
        },
      });
    },
    async updateSessionExpiration() {
      // Nothing: the end of a session is fixed when it starts.
    },
    async deleteSession(sessionId) {
      await db.session.deleteMany({ where: { idHash: sha256Hex(sessionId) } });
    },
    async deleteUserSessions(userId) {
      await db.session.deleteMany({ where: { userId } });
    },
    async deleteExpiredSessions() {
      await db.session.deleteMany({ where: { absoluteExpiresAt: { lte: now } } });
    },
  };
}

function luciaAt(db: Db, now: Date) {
  return new Lucia(adapterAt(db, now), {
    getUserAttributes: (user) => ({ person: user.person, locale: user.locale }),
  });
}

export interface SignedIn {
  person: Person;
  locale: Locale;
}

/** Starts a session with an id nobody chose. Call it only once both factors were shown. @returns the cookie's value */
export async function startSession(db: Db, userId: string, userAgent: string, now: Date): Promise<string> {
  const lucia = luciaAt(db, now);
  await lucia.deleteExpiredSessions();
  const session = await lucia.createSession(userId, { userAgent: userAgent.slice(0, 300) });
  return session.id;
}

/** Who holds this cookie, read from the database anew: a changed role or a disabled account counts from the next request. */
export async function readSession(db: Db, sessionId: string, now: Date): Promise<SignedIn | null> {
  const { user } = await luciaAt(db, now).validateSession(sessionId);
  return user ? { person: user.person, locale: user.locale } : null;
}

export function endSession(db: Db, sessionId: string, now: Date): Promise<void> {
  return luciaAt(db, now).invalidateSession(sessionId);
}
