import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { ClaimedIdentity } from './identity-claims.ts';
import { candidatesFor, claimFields, stored, type StoredClaim } from './identity-claims-reading.server.ts';
import { refusalToBind } from './record-account.server.ts';
import { endSessionsOf } from './sessions.server.ts';

const aDay = 24 * 3_600_000;

/** How often somebody may say who they are in 24 hours: a patient number is not found by trying. */
const claimsADay = 3;

export type Claimed = { ok: true; claimId: string } | { ok: false; refusal: 'bound' | 'tooMany' };

/**
 * Keeps what somebody says about who they are until staff have compared it. Nothing is looked up: the answer is the same whether there
 * is such a record. While one claim waits, sending another changes nothing.
 */
export function claimIdentity(
  world: World,
  { person, claim }: { person: Person; claim: ClaimedIdentity },
): Promise<Claimed> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    // One claim of a person at a time, also when two forms come at once.
    await tx.$executeRaw`select 1 from user_account where id = ${person.id}::uuid for no key update`;
    const user = await tx.user.findFirst({
      where: { id: person.id, role: 'patient', patientId: null, disabledAt: null },
      select: { id: true },
    });
    if (!user) return { ok: false, refusal: 'bound' };
    const waiting = await tx.identityClaim.findFirst({
      where: { userId: user.id, state: 'pending' },
      select: { id: true },
    });
    if (waiting) return { ok: true, claimId: waiting.id };
    const today = await tx.identityClaim.count({
      where: { userId: user.id, claimedAt: { gt: new Date(now.getTime() - aDay) } },
    });
    if (today >= claimsADay) return { ok: false, refusal: 'tooMany' };
    const { id } = await tx.identityClaim.create({
      data: {
        ...claim,
        bornOn: new Date(`${claim.bornOn}T00:00:00Z`),
        userId: user.id,
        state: 'pending',
        claimedAt: now,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'identity.claimed',
      actor: person,
      at: now,
      subject: { kind: 'identityClaim', id },
      visibleToPatient: false,
    });
    return { ok: true, claimId: id };
  });
}

export type ClaimDecided =
  | { ok: true }
  | {
      ok: false;
      /** `decided`: by somebody else meanwhile. `notCandidate`: neither number nor name and birth date agree with that record. */
      refusal: 'notFound' | 'decided' | 'hasAccount' | 'mergedAway' | 'notCandidate' | 'claimantBound';
    };

/**
 * Staff confirm who somebody is: the account is bound to the record. It can see more from then on, so its sessions end: a cookie that
 * was taken before opens nothing of the record.
 * @param input.reason why, where not everything agrees
 */
export async function verifyClaim(
  world: World,
  input: { actor: Person; claimId: string; patientId: string; reason?: string },
): Promise<ClaimDecided> {
  const { actor, claimId, patientId, reason } = input;
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      const claim = await decide(tx, { claimId, state: 'verified', reason, actor, now });
      const candidate = (await candidatesFor(tx, claim)).find((one) => one.patientId === patientId);
      const refusal = await refusalToBind(tx, patientId);
      if (refusal) throw new Refused(refusal);
      if (!candidate) throw new Refused('notCandidate');
      const { count } = await tx.user.updateMany({
        where: { id: claim.user.id, role: 'patient', patientId: null, disabledAt: null },
        data: { patientId },
      });
      if (count === 0) throw new Refused('claimantBound');
      await tx.identityClaim.update({ where: { id: claimId }, data: { patientId }, select: { id: true } });
      await endSessionsOf(tx, claim.user.id);
      await appendEvent(tx, {
        type: 'identity.verified',
        actor,
        at: now,
        subject: { kind: 'identityClaim', id: claimId },
        patientId,
        after: { userId: claim.user.id, agreement: { ...candidate.agreement } },
        ...(reason ? { reason } : {}),
        visibleToPatient: true,
      });
      await oweNotice(tx, { kind: 'identityDecided', userId: claim.user.id, now });
      return { ok: true };
    });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Staff could not confirm who somebody is. @param input.reason the claimant reads it: nothing of a record belongs in it */
export async function refuseClaim(
  world: World,
  { actor, claimId, reason }: { actor: Person; claimId: string; reason: string },
): Promise<ClaimDecided> {
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      const claim = await decide(tx, { claimId, state: 'failed', reason, actor, now });
      await appendEvent(tx, {
        type: 'identity.refused',
        actor,
        at: now,
        subject: { kind: 'identityClaim', id: claimId },
        after: { userId: claim.user.id },
        reason,
        visibleToPatient: false,
      });
      await oweNotice(tx, { kind: 'identityDecided', userId: claim.user.id, now });
      return { ok: true };
    });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

/** Undoes a transaction whose decision cannot stand. */
class Refused extends Error {
  override name = 'Refused';
  constructor(readonly refusal: Extract<ClaimDecided, { ok: false }>['refusal']) {
    super(refusal);
  }
}

interface Decision {
  claimId: string;
  state: 'verified' | 'failed';
  reason: string | undefined;
  actor: Person;
  now: Date;
}

/** Settles a claim once: of two who decide at one instant, the second one is refused. */
async function decide(tx: Tx, { claimId, actor, now, state, reason }: Decision): Promise<StoredClaim> {
  const [row] = await tx.identityClaim.updateManyAndReturn({
    where: { id: claimId, state: 'pending' },
    data: { state, decidedById: actor.id, decidedAt: now, reason: reason ?? null },
    select: claimFields,
  });
  if (row) return stored(row);
  const known = await tx.identityClaim.findUnique({ where: { id: claimId }, select: { id: true } });
  throw new Refused(known ? 'decided' : 'notFound');
}
