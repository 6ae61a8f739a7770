import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import {
  daysAfter,
  suspendedUntil,
  type AgencyKindName,
  type StatementForm,
  type SuspensionRefusal,
} from './suspension-rules.ts';

/** Recipients of whom a patient may not hear now (45 CFR 164.528(a)(2)). @param group all records of the patient */
export async function suspendedRecipients(
  db: Db | Tx,
  group: readonly string[],
  now: Date,
): Promise<string[]> {
  const rows = await db.accountingSuspension.findMany({
    where: {
      patientId: { in: [...group] },
      hiddenUntil: { gt: now },
      OR: [{ endedAt: null }, { endedAt: { gt: now } }],
    },
    distinct: ['vendorId'],
    select: { vendorId: true },
  });
  return rows.map(({ vendorId }) => vendorId);
}

export interface AgencyStatement {
  patientId: string;
  /** The agency, as the register has it. */
  vendorId: string;
  agencyKind: AgencyKindName;
  form: StatementForm;
  /** Facility-local dates `YYYY-MM-DD`. */
  statedOn: string;
  endsOn: string | null;
  /** Who said it (164.528(a)(2)(ii)(A)), and what. */
  official: string;
  says: string;
}

/** Records an agency's statement. The rows that went to it are hidden from now on, until its last day is over. */
export function recordSuspension(
  world: World,
  actor: Person,
  statement: AgencyStatement,
): Promise<{ ok: true; id: string } | { ok: false; refusal: SuspensionRefusal | 'unknown' }> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const { timeZone } = await theFacility(tx);
    const end = suspendedUntil(statement, now, timeZone);
    if (!end.ok) return end;
    const { patientId, vendorId, agencyKind, form, statedOn, official, says } = statement;
    const patients = await tx.patient.count({ where: { id: patientId } });
    const vendors = await tx.vendor.count({ where: { id: vendorId } });
    if (patients + vendors < 2) return { ok: false, refusal: 'unknown' };
    const id = randomUUID();
    await tx.accountingSuspension.create({
      data: {
        id,
        patientId,
        vendorId,
        agencyKind,
        form,
        statedOn: new Date(statedOn),
        untilOn: new Date(end.untilOn),
        hiddenUntil: startOfLocalDate(daysAfter(end.untilOn, 1), timeZone),
        statementSealed: seal(
          world.keys,
          JSON.stringify({ official, says }),
          boundTo('accounting_suspension', id),
        ),
        recordedAt: now,
        recordedById: actor.id,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'accounting.suspended',
      actor,
      at: now,
      subject: { kind: 'suspension', id },
      patientId,
      after: { vendorId, agencyKind, form, statedOn, untilOn: end.untilOn },
      visibleToPatient: false,
    });
    return { ok: true, id };
  });
}

/** Ends a suspension before its last day: the agency has said that it may. @returns false: it has ended already, or is none */
export function endSuspension(world: World, actor: Person, id: string): Promise<boolean> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const ended = await tx.accountingSuspension.updateMany({
      where: { id, endedAt: null, hiddenUntil: { gt: now } },
      data: { endedAt: now, endedById: actor.id },
    });
    if (ended.count === 0) return false;
    const { patientId } = await tx.accountingSuspension.findUniqueOrThrow({
      where: { id },
      select: { patientId: true },
    });
    await appendEvent(tx, {
      type: 'accounting.suspensionEnded',
      actor,
      at: now,
      subject: { kind: 'suspension', id },
      patientId,
      visibleToPatient: false,
    });
    return true;
  });
}

export interface Suspension {
  id: string;
  patient: { id: string; name: string };
  agency: string;
  agencyKind: AgencyKindName;
  form: StatementForm;
  statedOn: string;
  untilOn: string;
  official: string;
  says: string;
  recordedAt: Date;
  recordedBy: string;
  endedAt: Date | null;
  inForce: boolean;
}

const mostShown = 200;

/** Those in force first, then the newest, at most two hundred. */
export async function suspensions({ db, keys }: World, now: Date): Promise<Suspension[]> {
  const rows = await db.accountingSuspension.findMany({
    orderBy: [{ hiddenUntil: 'desc' }, { id: 'desc' }],
    take: mostShown,
  });
  const [patients, vendors, people] = await Promise.all([
    db.patient.findMany({
      where: { id: { in: rows.map(({ patientId }) => patientId) } },
      select: { id: true, givenName: true, familyName: true },
    }),
    db.vendor.findMany({
      where: { id: { in: rows.map(({ vendorId }) => vendorId) } },
      select: { id: true, name: true },
    }),
    db.user.findMany({
      where: { id: { in: rows.map(({ recordedById }) => recordedById) } },
      select: { id: true, displayName: true },
    }),
  ]);
  const list = rows.map((row): Suspension => {
    const text = open(keys, row.statementSealed, boundTo('accounting_suspension', row.id)).toString('utf8');
    const { official, says } = JSON.parse(text) as { official: string; says: string };
    const patient = patients.find(({ id }) => id === row.patientId);
    return {
      id: row.id,
      patient: { id: row.patientId, name: patient ? `${patient.givenName} ${patient.familyName}` : '' },
      agency: vendors.find(({ id }) => id === row.vendorId)?.name ?? '',
      agencyKind: row.agencyKind,
      form: row.form,
      statedOn: row.statedOn.toISOString().slice(0, 10),
      untilOn: row.untilOn.toISOString().slice(0, 10),
      official,
      says,
      recordedAt: row.recordedAt,
      recordedBy: people.find(({ id }) => id === row.recordedById)?.displayName ?? '',
      endedAt: row.endedAt,
      inForce: row.hiddenUntil > now && (row.endedAt === null || row.endedAt > now),
    };
  });
  return list.sort((a, b) => Number(b.inForce) - Number(a.inForce));
}
