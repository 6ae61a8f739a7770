import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Db, type PatientFlagKind } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from './can.ts';
import { recordGroup } from './records.server.ts';

export interface NewFlag {
  kind: PatientFlagKind;
  reason: string;
  /** doNotDisclose: to whom; and their account, where they have one. */
  personName: string | null;
  againstId: string | null;
}

export type FlagRefusal = 'notFound' | 'alreadySet' | 'accountUnknown' | 'officerOnly';

/**
 * Sets a flag. From the commit on `conflict` shuts out all representatives, `doNotDisclose` one account (45 CFR 164.502(g)(5)), and
 * `retentionHold` keeps everything of the patient, however old. `closedToStaff` is an officer's to set.
 * Not told to the patient's own page: a representative may be the one who reads it.
 */
export function setFlag(
  world: World,
  { actor, patientId, flag }: { actor: Person; patientId: string; flag: NewFlag },
): Promise<{ ok: true; flagId: string } | { ok: false; refusal: FlagRefusal }> {
  if (!mayDecide(actor, flag.kind)) return Promise.resolve({ ok: false, refusal: 'officerOnly' });
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const held = await tx.$queryRaw<
      unknown[]
    >`select 1 from patient where id = ${patientId}::uuid for no key update`;
    if (held.length === 0) return { ok: false, refusal: 'notFound' };
    if (flag.againstId) {
      const account = await tx.user.findUnique({ where: { id: flag.againstId }, select: { id: true } });
      if (!account) return { ok: false, refusal: 'accountUnknown' };
    }
    const same = await tx.patientFlag.count({
      where: {
        patientId,
        kind: flag.kind,
        liftedAt: null,
        ...(flag.kind === 'doNotDisclose' ? { personName: flag.personName, againstId: flag.againstId } : {}),
      },
    });
    if (same > 0) return { ok: false, refusal: 'alreadySet' };
    const { id: flagId } = await tx.patientFlag.create({
      data: { ...flag, patientId, setById: actor.id, setAt: now },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'patient.flagSet',
      actor,
      at: now,
      subject: { kind: 'patientFlag', id: flagId },
      patientId,
      after: { flag: flag.kind, againstId: flag.againstId },
      reason: flag.reason,
      visibleToPatient: false,
    });
    return { ok: true, flagId };
  });
}

/** What shuts staff out of a record they neither set nor lift. */
export function mayDecide(actor: Person, kind: PatientFlagKind): boolean {
  return kind !== 'closedToStaff' || can(actor.role, 'records.seeClosed');
}

/** Lifts a flag. @returns false when the group of records has no such open flag that this person may lift */
export function liftFlag(
  world: World,
  { actor, patientId, flagId, reason }: { actor: Person; patientId: string; flagId: string; reason: string },
): Promise<boolean> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const [lifted] = await tx.patientFlag.updateManyAndReturn({
      where: {
        id: flagId,
        patientId: { in: await recordGroup(tx, patientId) },
        liftedAt: null,
        ...(mayDecide(actor, 'closedToStaff') ? {} : { kind: { not: 'closedToStaff' } }),
      },
      data: { liftedAt: now, liftedById: actor.id, liftReason: reason },
      select: { kind: true, patientId: true, againstId: true },
    });
    if (!lifted) return false;
    await appendEvent(tx, {
      type: 'patient.flagLifted',
      actor,
      at: now,
      subject: { kind: 'patientFlag', id: flagId },
      patientId: lifted.patientId,
      before: { flag: lifted.kind, againstId: lifted.againstId },
      reason,
      visibleToPatient: false,
    });
    return true;
  });
}

/** The open flags of all records of one person, newest first. */
export async function openFlags(db: Db, patientId: string) {
  return db.patientFlag.findMany({
    where: { patientId: { in: await recordGroup(db, patientId) }, liftedAt: null },
    orderBy: { setAt: 'desc' },
    select: {
      id: true,
      kind: true,
      personName: true,
      reason: true,
      setAt: true,
      against: { select: { displayName: true, email: true } },
      setBy: { select: { displayName: true } },
    },
  });
}

/** Accounts that could be shut out: those who act for the patient, or asked to. */
export async function accountsNear(
  db: Db,
  patientId: string,
): Promise<{ id: string; name: string; email: string }[]> {
  const rows = await db.user.findMany({
    where: { representing: { some: { patientId: { in: await recordGroup(db, patientId) } } } },
    orderBy: { displayName: 'asc' },
    select: { id: true, displayName: true, email: true },
  });
  return rows.map(({ displayName, ...row }) => ({ ...row, name: displayName }));
}
