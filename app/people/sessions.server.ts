import { Lucia, type Adapter, type DatabaseUser } from 'lucia';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Person, Role } from '#app/audit/actor.ts';
import type { Db, FactorKind, Tx } from '#app/db/client.server.ts';
import { isLocale, type Locale } from '#app/words/locales.ts';
import { actingForNow, actingForFields } from './acting-for.server.ts';

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof luciaAt>;
    DatabaseSessionAttributes: NewSession;
    DatabaseUserAttributes: SignedIn;
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

/** How long the row of an ended session stays: a form that somebody left open overnight is still theirs in the morning. */
const staysAfterItsEnd = 24 * hours;

const longAgo = new Date(0);

function isOver(row: { lastSeenAt: Date; absoluteExpiresAt: Date }, role: Role, now: Date): boolean {
  const idleEnd = row.lastSeenAt.getTime() + sessionLimits[role].idle;
  return now >= row.absoluteExpiresAt || now.getTime() >= idleEnd;
}

/** The rows of sessions that are not over, for a `where`. */
export function liveSince(role: Role, now: Date) {
  return {
    absoluteExpiresAt: { gt: now },
    lastSeenAt: { gt: new Date(now.getTime() - sessionLimits[role].idle) },
  };
}

// A row is not written again for each request of a minute.
const seenEvery = 1 * minutes;

// Lucia 3 reads the machine's own clock and lengthens a session for as long as it is used. Plainview's limits are enforced in
// the adapter, by the instant it was given; to Lucia every session that the adapter hands out is far from its end.
const farFromItsEnd = new Date('9999-01-01T00:00:00Z');

export interface NewSession {
  userAgent: string;
  /** Network address of the browser. */
  address: string;
  /** What proved the second factor. */
  factor: FactorKind;
}

/** The session a request came with. */
export interface SessionFacts {
  /** Names it on the list of devices; opens nothing. */
  id: string;
  /** When a factor was last proved. */
  factorAt: Date;
  /** When it ends if nobody does anything. */
  endsAt: Date;
  /** When it ends whatever happens. */
  absoluteEndsAt: Date;
}

export interface SignedIn {
  person: Person;
  locale: Locale;
  session: SessionFacts;
}

/**
 * Lucia's session store on our tables, at an instant. Lucia 3 uses the cookie's value as the row's id: here the row keeps only
 * its SHA-256, so that a copy of the database signs nobody in.
 */
function adapterAt(db: Db | Tx, now: Date): Adapter {
  return {
    async getSessionAndUser(sessionId) {
      const row = await db.session.findUnique({
        where: { idHash: sha256Hex(sessionId) },
        select: {
          id: true,
          lastSeenAt: true,
          absoluteExpiresAt: true,
          userAgent: true,
          address: true,
          factor: true,
          factorAt: true,
          actingFor: { select: actingForFields },
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
      if (user.disabledAt) {
        await db.session.deleteMany({ where: { idHash: sha256Hex(sessionId) } });
        return [null, null];
      }
      if (isOver(row, user.role, now)) {
        // The row stays for a while, so that a form which comes late can be kept for its owner. It opens nothing, whatever the clock says.
        await db.session.updateMany({
          where: { idHash: sha256Hex(sessionId) },
          data: { lastSeenAt: longAgo },
        });
        return [null, null];
      }
      const isSeen = now.getTime() - row.lastSeenAt.getTime() > seenEvery;
      const seenAt = isSeen ? now : row.lastSeenAt;
      if (isSeen) {
        await db.session.updateMany({ where: { idHash: sha256Hex(sessionId) }, data: { lastSeenAt: now } });
      }
      const own = {
        kind: 'person' as const,
        id: user.id,
        name: user.displayName,
        role: user.role,
        patientId: user.patientId,
      };
      const databaseUser: DatabaseUser = {
        id: user.id,
        attributes: {
          person: row.actingFor ? await actingForNow(db, own, row.actingFor, now) : own,
          locale: isLocale(user.locale) ? user.locale : 'en',
          session: {
            id: row.id,
            factorAt: row.factorAt,
            endsAt: new Date(
              Math.min(seenAt.getTime() + sessionLimits[user.role].idle, row.absoluteExpiresAt.getTime()),
            ),
            absoluteEndsAt: row.absoluteExpiresAt,
          },
        },
      };
      const { userAgent, address, factor } = row;
      return [
        {
          id: sessionId,
          userId: user.id,
          expiresAt: farFromItsEnd,
          attributes: { userAgent, address, factor },
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
          factorAt: now,
          ...session.attributes,
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
      await db.session.deleteMany({
        where: { absoluteExpiresAt: { lte: new Date(now.getTime() - staysAfterItsEnd) } },
      });
    },
  };
}

function luciaAt(db: Db | Tx, now: Date) {
  return new Lucia(adapterAt(db, now), {
    getUserAttributes: ({ person, locale, session }) => ({ person, locale, session }),
  });
}

/** Starts a session with an id nobody chose. Call it only once both factors were shown. @returns the cookie's value */
export async function startSession(
  db: Db | Tx,
  userId: string,
  start: NewSession,
  now: Date,
): Promise<string> {
  const lucia = luciaAt(db, now);
  await lucia.deleteExpiredSessions();
  const session = await lucia.createSession(userId, { ...start, userAgent: start.userAgent.slice(0, 300) });
  return session.id;
}

/** Who holds this cookie, read from the database anew: a changed role or a disabled account counts from the next request. */
export async function readSession(db: Db, sessionId: string, now: Date): Promise<SignedIn | null> {
  const { user } = await luciaAt(db, now).validateSession(sessionId);
  return user ? { person: user.person, locale: user.locale, session: user.session } : null;
}

/**
 * Whose session this was, when its time has run out and nobody ended it: the one thing that an ended session still tells.
 * @returns null for a live session, one that was ended, and none at all
 */
export async function ownerOfEnded(db: Db, sessionId: string, now: Date): Promise<string | null> {
  const row = await db.session.findUnique({
    where: { idHash: sha256Hex(sessionId) },
    select: {
      lastSeenAt: true,
      absoluteExpiresAt: true,
      user: { select: { id: true, role: true, disabledAt: true } },
    },
  });
  if (!row || row.user.disabledAt || !isOver(row, row.user.role, now)) return null;
  return row.absoluteExpiresAt.getTime() + staysAfterItsEnd > now.getTime() ? row.user.id : null;
}

export function endSession(db: Db, sessionId: string, now: Date): Promise<void> {
  return luciaAt(db, now).invalidateSession(sessionId);
}

/**
 * Gives a session a new id, for a rise of privilege: the old cookie is dead at once.
 * @param proved a factor that was shown just now, when that is why
 * @returns the new cookie's value; null when the session has ended meanwhile
 */
export async function renewSession(
  db: Db | Tx,
  rowId: string,
  now: Date,
  proved?: FactorKind,
): Promise<string | null> {
  const secret = newSecret();
  const { count } = await db.session.updateMany({
    where: { id: rowId },
    data: { idHash: sha256Hex(secret), ...(proved ? { factor: proved, factorAt: now } : {}) },
  });
  return count === 0 ? null : secret;
}

/** Ends a person's sessions and half-done sign-ins, at once. @param exceptRowId the one they are using. @returns how many sessions */
export async function endSessionsOf(tx: Tx, userId: string, exceptRowId?: string): Promise<number> {
  await tx.pendingSignIn.deleteMany({ where: { userId } });
  const { count } = await tx.session.deleteMany({
    where: { userId, ...(exceptRowId ? { id: { not: exceptRowId } } : {}) },
  });
  return count;
}
