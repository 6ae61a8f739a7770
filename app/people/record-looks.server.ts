import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { can } from './can.ts';
import {
  answeredExplainsFor,
  lookAt,
  missingOfReason,
  reasonCountsFor,
  type Look,
  type LookReason,
} from './record-looks.ts';
import { recordGroup, recordGroups } from './records.server.ts';

export type PatientLook = { patientId: string; actor: Person };

/** Whether somebody may open a patient's record now, or what they are asked first. Asked of all records that are one person. */
export async function lookAtRecord(db: Db | Tx, { patientId, actor }: PatientLook, now: Date): Promise<Look> {
  if (can(actor.role, 'records.seeClosed')) return 'open';
  const group = await recordGroup(db, patientId);
  const ofPatient = { patientId: { in: group } };
  const isClosed = await isClosedGroup(db, group);
  const explaining = await db.privacyRequest.count({
    where: {
      ...ofPatient,
      OR: [
        { status: { notIn: ['responded', 'closed'] } },
        {
          respondedAt: { gt: new Date(now.getTime() - answeredExplainsFor) },
          OR: [
            { assigneeId: actor.id },
            { filedById: actor.id },
            { response: { OR: [{ draftedById: actor.id }, { sentById: actor.id }] } },
          ],
        },
      ],
    },
  });
  // Most looks are explained: what was said before is read where it counts.
  const asks = isClosed || (explaining === 0 && !can(actor.role, 'records.seeUnasked'));
  const last = async (type: 'records.reasonGiven' | 'records.glassBroken') => {
    if (!asks) return null;
    const event = await db.auditEvent.findFirst({
      where: { ...ofPatient, type, actorId: actor.id, at: { gt: new Date(now.getTime() - reasonCountsFor) } },
      orderBy: { id: 'desc' },
      select: { at: true },
    });
    return event?.at ?? null;
  };
  const [reasonAt, glassBrokenAt] = [await last('records.reasonGiven'), await last('records.glassBroken')];
  return lookAt({ role: actor.role, isClosed, isExplained: explaining > 0, reasonAt, glassBrokenAt }, now);
}

async function isClosedGroup(db: Db | Tx, group: string[]): Promise<boolean> {
  const where = { patientId: { in: group }, kind: 'closedToStaff', liftedAt: null } as const;
  return (await db.patientFlag.count({ where })) > 0;
}

/** All records that are closed to staff, with those that are one person with them. */
export async function closedRecords(db: Db): Promise<string[]> {
  const flags = await db.patientFlag.findMany({
    where: { kind: 'closedToStaff', liftedAt: null },
    select: { patientId: true },
  });
  const groups = await recordGroups(
    db,
    flags.map(({ patientId }) => patientId),
  );
  return [...new Set([...groups.values()].flat())];
}

/**
 * Writes why somebody opens a record, which lets them in for a while. Of a closed one every officer is told by mail at once. The patient
 * sees that it was opened, and the choice in words; what was written with it is for the officer.
 */
export function giveReason(
  world: World,
  { patientId, actor, why, text }: PatientLook & { why: LookReason; text: string },
): Promise<{ ok: true } | { ok: false; refusal: 'notFound' | 'text' }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const record = await tx.patient.findUnique({ where: { id: patientId }, select: { id: true } });
    if (!record) return { ok: false, refusal: 'notFound' };
    const isClosed = await isClosedGroup(tx, await recordGroup(tx, patientId));
    const missing = missingOfReason({ why, text, isClosed });
    if (missing) return { ok: false, refusal: missing };
    await appendEvent(tx, {
      type: isClosed ? 'records.glassBroken' : 'records.reasonGiven',
      actor,
      at: now,
      subject: { kind: 'patient', id: patientId },
      patientId,
      after: { why },
      ...(text.trim() ? { reason: text.trim() } : {}),
      visibleToPatient: true,
    });
    if (isClosed) {
      const officers = await tx.user.findMany({
        where: { role: 'privacyOfficer', disabledAt: null },
        orderBy: { id: 'asc' },
        select: { id: true },
      });
      for (const { id: userId } of officers) await oweNotice(tx, { kind: 'closedRecordOpened', userId, now });
    }
    return { ok: true };
  });
}

const lookTypes = ['records.reasonGiven', 'records.glassBroken'] as const;
const looksPageSize = 50;

/** Whom staff looked at with a reason of their own, newest first, a page at a time. @param before only events with a lower id */
export async function reasonedLooks(db: Db, before: bigint | null) {
  const events = await db.auditEvent.findMany({
    where: { type: { in: [...lookTypes] }, ...(before === null ? {} : { id: { lt: before } }) },
    orderBy: { id: 'desc' },
    take: looksPageSize + 1,
    select: { id: true, at: true, type: true, actorName: true, patientId: true, after: true, reason: true },
  });
  const page = events.slice(0, looksPageSize);
  const patients = await db.patient.findMany({
    where: { id: { in: page.flatMap(({ patientId }) => patientId ?? []) } },
    select: { id: true, givenName: true, familyName: true },
  });
  const names = new Map(patients.map((one) => [one.id, `${one.givenName} ${one.familyName}`]));
  return {
    looks: page.map(({ patientId, ...look }) => ({
      ...look,
      patientId,
      patient: names.get(patientId ?? '') ?? '',
      wasClosed: look.type === 'records.glassBroken',
    })),
    olderBefore: events.length > looksPageSize ? (page.at(-1)?.id ?? null) : null,
  };
}
