import type { Db, Tx } from '#app/db/client.server.ts';
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
