import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, isUniqueViolation, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { recordGroup } from './records.server.ts';

export interface PatientKey {
  issuer: string;
  value: string;
}

/** The patients that (issuer, id) pairs belong to, by `patientKeyText`. A pair that nobody has is not in the answer. */
export async function findPatientsByIdentifiers(
  db: Db | Tx,
  keys: PatientKey[],
): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  const rows = await db.$queryRaw<{ issuer: string; value: string; patientId: string }[]>`
    select issuer, value, patient_id as "patientId" from patient_identifier
    join unnest(${keys.map(({ issuer }) => issuer)}::text[], ${keys.map(({ value }) => value)}::text[])
      as asked (issuer, value) using (issuer, value)`;
  return new Map(rows.map((row) => [patientKeyText(row), row.patientId]));
}

export function patientKeyText(key: PatientKey): string {
  return JSON.stringify([key.issuer, key.value]);
}

export interface PatientRecord {
  id: string;
  familyName: string;
  givenName: string;
  bornOn: string;
  identifiers: PatientKey[];
}

/** A record's facts, with the numbers of all records that are one person with it. */
export async function patientRecord(db: Db | Tx, patientId: string): Promise<PatientRecord | null> {
  const row = await db.patient.findUnique({
    where: { id: patientId },
    select: {
      id: true,
      familyName: true,
      givenName: true,
      bornOn: true,
    },
  });
  if (!row) return null;
  const identifiers = await db.patientIdentifier.findMany({
    where: { patientId: { in: await recordGroup(db, patientId) } },
    select: { issuer: true, value: true },
    orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
  });
  return { ...row, bornOn: row.bornOn.toISOString().slice(0, 10), identifiers };
}

export type IdentifierAdded =
  | { ok: true }
  | { ok: false; refusal: 'notFound' }
  | { ok: false; refusal: 'already' }
  | { ok: false; refusal: 'ofAnother'; otherId: string };

/** Adds a number to a record. One that another record has is refused, and says which: they may be one person, which a person decides. */
export async function addIdentifier(
  world: World,
  { actor, patientId, issuer, value }: PatientKey & { actor: Person; patientId: string },
): Promise<IdentifierAdded> {
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      const record = await tx.patient.findUnique({ where: { id: patientId }, select: { id: true } });
      if (!record) return { ok: false, refusal: 'notFound' };
      const holder = await holderOf(tx, { issuer, value });
      if (holder) return heldBy(holder, patientId);
      await tx.patientIdentifier.create({
        data: { patientId, issuer, value, recordedAt: now },
        select: { id: true },
      });
      await appendEvent(tx, {
        type: 'patient.identifierAdded',
        actor,
        at: now,
        subject: { kind: 'patient', id: patientId },
        patientId,
        after: { issuer, value },
        visibleToPatient: true,
      });
      return { ok: true };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // Somebody else added it at the same moment.
    const holder = await holderOf(world.db, { issuer, value });
    if (!holder) throw error;
    return heldBy(holder, patientId);
  }
}

function heldBy(holder: string, patientId: string): IdentifierAdded {
  return holder === patientId
    ? { ok: false, refusal: 'already' }
    : { ok: false, refusal: 'ofAnother', otherId: holder };
}

async function holderOf(db: Db | Tx, key: PatientKey): Promise<string | null> {
  const row = await db.patientIdentifier.findUnique({
    where: { issuer_value: key },
    select: { patientId: true },
  });
  return row?.patientId ?? null;
}

/** One record for a staff page: its facts, who has its account, and the record it was merged into. */
export async function patientFile(db: Db, patientId: string) {
  const row = await db.patient.findUnique({
    where: { id: patientId },
    select: {
      id: true,
      givenName: true,
      familyName: true,
      bornOn: true,
      createdAt: true,
      mergedIntoId: true,
      identifiers: { select: { issuer: true, value: true }, orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }] },
      account: { select: { email: true, disabledAt: true, lastSignInAt: true } },
    },
  });
  return row && { ...row, bornOn: row.bornOn.toISOString().slice(0, 10) };
}
export type PatientFile = NonNullable<Awaited<ReturnType<typeof patientFile>>>;
