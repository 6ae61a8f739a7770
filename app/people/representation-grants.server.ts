import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { recordGroup } from './records.server.ts';
import {
  decideGrant,
  unexplainedOf,
  type Grant,
  type GrantUnexplained,
  type GrantWords,
  type RepresentationRefusal,
} from './representation-rules.ts';
import { candidatesFor } from './representations-reading.server.ts';
import { accountsOf, dateColumn, dateText, held, tell } from './representations.server.ts';

export type GrantRefusal =
  | RepresentationRefusal
  | GrantUnexplained
  | 'notFound'
  | 'patientUnknown'
  /** Neither number nor names and birth date agree with that record. */
  | 'notCandidate'
  | 'ownRecord'
  | 'flagged';

/**
 * Grants what was asked, for the record that staff matched it to: one of those that what was typed may mean. The asker and the patient are
 * told. What is not as it was asked, and a paper that did not come with it, staff explain in words, which stay with the event.
 */
export function grantRepresentation(
  world: World,
  {
    actor,
    representationId,
    patientId,
    grant,
    words = { reason: null, paperSeen: null },
  }: { actor: Person; representationId: string; patientId: string; grant: Grant; words?: GrantWords },
): Promise<{ ok: true } | { ok: false; refusal: GrantRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const asked = await held(tx, representationId);
    if (!asked) return { ok: false, refusal: 'notFound' };
    const patient = await tx.patient.findUnique({ where: { id: patientId }, select: { bornOn: true } });
    if (!patient) return { ok: false, refusal: 'patientUnknown' };
    // First: of a record that the request cannot mean nothing is told.
    const typed = { ...asked, bornOn: dateText(asked.bornOn) };
    const candidate = (await candidatesFor(tx, typed)).find(({ record }) => record.id === patientId);
    if (!candidate) return { ok: false, refusal: 'notCandidate' };
    const accounts = await accountsOf(tx, patientId);
    if (accounts.some(({ id }) => id === asked.representativeId)) return { ok: false, refusal: 'ownRecord' };
    const shutOut = await tx.patientFlag.count({
      where: {
        patientId: { in: await recordGroup(tx, patientId) },
        kind: 'doNotDisclose',
        againstId: asked.representativeId,
        liftedAt: null,
      },
    });
    if (shutOut > 0) return { ok: false, refusal: 'flagged' };
    const today = localDateAt(now, (await theFacility(tx)).timeZone);
    const bornOn = dateText(patient.bornOn);
    const decision = decideGrant(asked.state, grant, bornOn, today);
    if (!decision.ok) return decision;
    const unexplained = unexplainedOf(
      { basis: asked.basis, documents: asked._count.evidence, agrees: candidate.agrees },
      grant.basis,
      words,
      { bornOn, todayOn: today },
    );
    if (unexplained) return { ok: false, refusal: unexplained };
    const { basis, scope, startsOn, endsOn } = decision.grant;
    await tx.representation.update({
      where: { id: representationId },
      data: {
        state: 'granted',
        patientId,
        basis,
        scope,
        startsOn: dateColumn(startsOn),
        endsOn: endsOn === null ? null : dateColumn(endsOn),
        decidedById: actor.id,
        decidedAt: now,
      },
      select: { id: true },
    });
    const { reason, paperSeen } = words;
    await tell(tx, {
      type: 'representation.granted',
      actor,
      now,
      representationId,
      patientId,
      after: {
        ...{ state: 'granted', basis, scope, startsOn, endsOn },
        ...{ askedBasis: asked.basis, agreement: { ...candidate.agrees } },
        documents: asked._count.evidence,
        ...(paperSeen ? { paperSeen } : {}),
      },
      ...(reason ? { reason } : {}),
    });
    for (const userId of [asked.representativeId, ...accounts.map(({ id }) => id)])
      await oweNotice(tx, { kind: 'representativeDecided', userId, now });
    return { ok: true };
  });
}
