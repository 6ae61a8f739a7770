import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { endSessionsOf, renewSession } from './sessions.server.ts';

/** Why a change of a password or a factor was not made. */
export type CredentialRefusal =
  | 'wrongPassword'
  | 'wrongCode'
  | 'expired'
  | 'notFound'
  | 'lastFactor'
  | 'tooMany'
  /** The passkey's answer was not right, or its time was over. */
  | 'passkey'
  /** The passkey is there already. */
  | 'alreadyThere'
  | 'sessionEnded';

/** Made: the session goes on under `sessionId`, which the door must set as the cookie at once; all others have ended. */
export type CredentialChange = { ok: true; sessionId: string } | { ok: false; refusal: CredentialRefusal };

/** Thrown inside the transaction of a change: nothing of it is kept. */
class Refused extends Error {
  constructor(readonly refusal: CredentialRefusal) {
    super(refusal);
  }
}

export function refuse(refusal: CredentialRefusal): never {
  throw new Refused(refusal);
}

/** What a change writes besides itself. */
export interface CredentialTrace {
  type: AuditEventType;
  /** Null where the change takes nothing and gives nothing (a name). */
  notice: NoticeKind | null;
  after?: AuditFacts;
  before?: AuditFacts;
}

/**
 * Changes a person's password or factors: the change itself, its event, its notice, the end of their other sessions and a new id for
 * this one, all in one transaction. Changes of one account wait for each other, so that two cannot each remove what the other leaves.
 * @param change may call `refuse`
 */
export async function changeCredentials(
  world: World,
  { person, session }: { person: Person; session: { id: string } },
  change: (tx: Tx, now: Date) => Promise<CredentialTrace>,
): Promise<CredentialChange> {
  const now = world.clock();
  try {
    const sessionId = await inTransaction(world.db, async (tx) => {
      await lockAccount(tx, person.id);
      const trace = await change(tx, now);
      await traceCredentials(tx, person, trace, now);
      await endSessionsOf(tx, person.id, session.id);
      return (await renewSession(tx, session.id, now)) ?? refuse('sessionEnded');
    });
    return { ok: true, sessionId };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Writes the event and the notice of a change that is made in somebody's own transaction. */
export async function traceCredentials(
  tx: Tx,
  person: Person,
  { type, notice, before, after }: CredentialTrace,
  now: Date,
): Promise<void> {
  await appendEvent(tx, {
    type,
    ...asThemselves(person),
    at: now,
    subject: { kind: 'user', id: person.id },
    ...(before ? { before } : {}),
    ...(after ? { after } : {}),
    visibleToPatient: person.role === 'patient',
  });
  if (notice) await oweNotice(tx, { kind: notice, userId: person.id, now });
}

/**
 * Actor and record of an event about an account itself. Whoever acts for a patient does this for themselves all the same: it is not said
 * to be on the patient's behalf, and does not belong into the patient's history.
 */
export function asThemselves({ onBehalfOf, ...person }: Person): { actor: Person; patientId?: string } {
  if (onBehalfOf) return { actor: { ...person, patientId: null } };
  return { actor: person, ...(person.patientId ? { patientId: person.patientId } : {}) };
}

/** Changes of one account's credentials come one after the other. */
export async function lockAccount(tx: Tx, userId: string): Promise<void> {
  await tx.$queryRaw`select 1 from user_account where id = ${userId}::uuid for update`;
}

/** How many ways an account has to prove a second factor: its authenticator, its passkeys, an unused code of a sheet. */
export async function countFactors(tx: Tx, userId: string): Promise<number> {
  // One after the other: a transaction has one connection.
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { totpSecretSealed: true },
  });
  const passkeys = await tx.passkey.count({ where: { userId } });
  const sheetCodes = await tx.oneTimeCode.count({
    where: { usedAt: null, set: { userId, kind: 'sheet', replacedAt: null } },
  });
  return (user.totpSecretSealed ? 1 : 0) + passkeys + (sheetCodes > 0 ? 1 : 0);
}
