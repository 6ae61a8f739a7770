import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { asThemselves } from './credentials.server.ts';
import { attempt, forget, giveAddressBack, giveBack } from './limits.server.ts';
import { Busy } from './passwords.server.ts';
import { proveFactor, type GivenProof } from './prove-factor.server.ts';
import { renewSession } from './sessions.server.ts';

/** Wrong codes after which a session is taken to be in somebody else's hands. */
const wrongAnswers = 5;

export type StepUp =
  | { outcome: 'confirmed'; sessionId: string }
  | { outcome: 'refused' }
  /** The session is over: too many were wrong, or it had ended meanwhile. */
  | { outcome: 'ended' }
  | { outcome: 'tooMany'; retryAfterSeconds: number };

/**
 * Asks somebody who is signed in for a factor anew. The session gets a new id, so that whoever copied the old one is out; after five
 * wrong answers it ends. @throws Busy
 */
export async function stepUp(
  world: World,
  who: { person: Person; session: { id: string }; address: string },
  given: GivenProof,
): Promise<StepUp> {
  const { person, session, address } = who;
  const limited = { kind: 'confirm', key: `session|${session.id}`, address } as const;
  const tried = await attempt(world, limited);
  if (tried.wait > 0) return { outcome: 'tooMany', retryAfterSeconds: tried.wait };
  if (tried.refusals > wrongAnswers) return endAfterWrongAnswers(world, who);
  const factor = await proveFactor(world, person, given, 'stepUp').catch(async (error: unknown) => {
    if (error instanceof Busy) await giveBack(world, limited, tried);
    throw error;
  });
  const now = world.clock();
  if (!factor) {
    await inTransaction(world.db, (tx) => tell(tx, person, 'session.refused', now));
    return tried.refusals >= wrongAnswers ? endAfterWrongAnswers(world, who) : { outcome: 'refused' };
  }
  const sessionId = await inTransaction(world.db, async (tx) => {
    const renewed = await renewSession(tx, session.id, now, factor);
    if (renewed) await tell(tx, person, 'session.steppedUp', now, { factor });
    return renewed;
  });
  if (!sessionId) {
    await giveAddressBack(world, limited);
    return { outcome: 'ended' };
  }
  await forget(world, limited);
  return { outcome: 'confirmed', sessionId };
}

async function endAfterWrongAnswers(
  world: World,
  { person, session }: { person: Person; session: { id: string } },
): Promise<StepUp> {
  const now = world.clock();
  await inTransaction(world.db, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id: session.id } });
    if (count > 0) await tell(tx, person, 'session.ended', now, { why: 'wrongCodes' });
  });
  return { outcome: 'ended' };
}

function tell(
  tx: Tx,
  person: Person,
  type: Extract<AuditEventType, `session.${string}`>,
  at: Date,
  after?: AuditFacts,
): Promise<void> {
  return appendEvent(tx, {
    type,
    ...asThemselves(person),
    at,
    subject: { kind: 'user', id: person.id },
    ...(after ? { after } : {}),
    visibleToPatient: person.role === 'patient',
  });
}
