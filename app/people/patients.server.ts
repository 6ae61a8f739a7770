import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { enqueue, inTransaction, isUniqueViolation, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from './can.ts';
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

export interface NewPatient {
  givenName: string;
  familyName: string;
  /** `YYYY-MM-DD` */
  bornOn: string;
  /** A number that somebody gave them; null: none is known. */
  number: PatientKey | null;
}

export type PatientAdded =
  | { ok: true; patientId: string }
  /** Records that may be the same person; a person looks. */
  | { ok: false; refusal: 'lookAlikes'; alike: { id: string; name: string; bornOn: string }[] }
  | { ok: false; refusal: 'notYours' }
  | { ok: false; refusal: 'numberTaken'; otherId: string };

const mostAlike = 20;

/**
 * Makes a record for somebody who is not in the register. Refused where a record has the same birth date and a name that begins alike,
 * or the same names, until somebody has looked at exactly those; a number that another record has is that person.
 * @param person.lookedAt ids of the records that were shown as alike, and are somebody else
 */
export async function addPatient(
  world: World,
  { actor, person, lookedAt }: { actor: Person; person: NewPatient; lookedAt: readonly string[] },
): Promise<PatientAdded> {
  const add = async (tx: Tx): Promise<PatientAdded> => {
    if (!can(actor.role, 'patients.manage')) return { ok: false, refusal: 'notYours' };
    const { givenName, familyName, bornOn, number } = person;
    // Two people at two desks with the same paper come one after the other.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`new patient ${bornOn}`}))`;
    const holder = number && (await holderOf(tx, number));
    if (holder) return { ok: false, refusal: 'numberTaken', otherId: holder };
    const rows = await tx.$queryRaw<{ id: string; name: string; bornOn: string }[]>`
      select id, given_name || ' ' || family_name as name, to_char(born_on, 'YYYY-MM-DD') as "bornOn" from patient
       where (born_on = ${bornOn}::date and (lower(left(family_name, 3)) = lower(left(${familyName}::text, 3))
              or lower(left(given_name, 3)) = lower(left(${givenName}::text, 3))))
          or (lower(family_name) = lower(${familyName}::text) and lower(given_name) = lower(${givenName}::text))
       order by born_on <> ${bornOn}::date, family_name, id limit ${mostAlike}`;
    if (rows.some(({ id }) => !lookedAt.includes(id)))
      return { ok: false, refusal: 'lookAlikes', alike: rows };
    const now = world.clock();
    const { id: patientId } = await tx.patient.create({
      data: {
        givenName,
        familyName,
        bornOn: new Date(`${bornOn}T00:00:00Z`),
        createdAt: now,
        ...(number ? { identifiers: { create: { ...number, recordedAt: now } } } : {}),
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'patient.added',
      actor,
      at: now,
      subject: { kind: 'patient', id: patientId },
      patientId,
      after: { number: number ? `${number.issuer} ${number.value}` : null, lookedAt: lookedAt.length },
      visibleToPatient: true,
    });
    if (number) await settleWhatWaited(tx, patientId, actor);
    return { ok: true, patientId };
  };
  try {
    return await inTransaction(world.db, add);
  } catch (error) {
    // Somebody else gave that number away at the same moment.
    const holder = isUniqueViolation(error) && person.number ? await holderOf(world.db, person.number) : null;
    if (!holder) throw error;
    return { ok: false, refusal: 'numberTaken', otherId: holder };
  }
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
      await settleWhatWaited(tx, patientId, actor);
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

/** Reports that name a number of this record, and that came before it was known, or before what they say of the patient fitted, wait for it. */
export function settleWhatWaited(tx: Tx, patientId: string, { id: byId }: Person): Promise<void> {
  return enqueue(tx, 'settle-waiting', { patientId, byId }, `settle-waiting:patient:${patientId}`);
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
