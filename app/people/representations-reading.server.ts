import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { comparable } from './identity-claims.ts';
import { patientRecord, type PatientRecord } from './patients.server.ts';
import { recordGroup } from './records.server.ts';
import {
  standing,
  type RepresentationBasis,
  type RepresentationScope,
  type TypedAgreement,
} from './representation-rules.ts';

const fields = {
  id: true,
  state: true,
  givenName: true,
  familyName: true,
  relationship: true,
  basis: true,
  scope: true,
  askedAt: true,
  decidedAt: true,
  reason: true,
  startsOn: true,
  endsOn: true,
  endedAt: true,
  endReason: true,
  patientId: true,
  patient: { select: { givenName: true, familyName: true, bornOn: true } },
  representative: { select: { id: true, displayName: true, email: true } },
} as const satisfies Prisma.RepresentationSelect;
type Row = Prisma.RepresentationGetPayload<{ select: typeof fields }>;

export interface RepresentationListed {
  id: string;
  standing: ReturnType<typeof standing>;
  /** As the asker typed it, before it was granted; the record's afterwards. */
  patientName: string;
  patientId: string | null;
  representative: { id: string; name: string; email: string };
  relationship: string;
  basis: RepresentationBasis;
  scope: RepresentationScope;
  askedAt: Date;
  decidedAt: Date | null;
  reason: string | null;
  startsOn: string | null;
  endsOn: string | null;
  endedAt: Date | null;
  endReason: string | null;
}

function listed(row: Row, todayOn: string): RepresentationListed {
  const { patient, representative, givenName, familyName, ...rest } = row;
  const dates = { startsOn: dateText(row.startsOn), endsOn: dateText(row.endsOn) };
  const known =
    patient && row.state !== 'asked' && row.state !== 'refused' ? patient : { givenName, familyName };
  return {
    ...rest,
    ...dates,
    standing: standing({ ...rest, ...dates }, patient && dateText(patient.bornOn), todayOn),
    patientName: `${known.givenName} ${known.familyName}`,
    representative: { id: representative.id, name: representative.displayName, email: representative.email },
  };
}

/** For whom an account acts, acted, or asked to act; newest first. @param todayOn facility-local */
export async function actsFor(db: Db, userId: string, todayOn: string): Promise<RepresentationListed[]> {
  const rows = await db.representation.findMany({
    where: { representativeId: userId },
    orderBy: { askedAt: 'desc' },
    take: 100,
    select: fields,
  });
  return rows.map((row) => listed(row, todayOn));
}

/** Whether somebody has ever asked to act for a patient: their home without a record of their own. */
export async function isRepresentative(db: Db, userId: string): Promise<boolean> {
  return (await db.representation.count({ where: { representativeId: userId }, take: 1 })) > 0;
}

/** Who acts or acted for a patient, in all records that are theirs; newest first. */
export async function actedForBy(
  db: Db | Tx,
  patientId: string,
  todayOn: string,
): Promise<RepresentationListed[]> {
  const rows = await db.representation.findMany({
    where: { patientId: { in: await recordGroup(db, patientId) }, state: { in: ['granted', 'ended'] } },
    orderBy: { decidedAt: 'desc' },
    take: 100,
    select: fields,
  });
  return rows.map((row) => listed(row, todayOn));
}

const asksPageSize = 25;

/** What waits for a decision, the oldest first, a page at a time. @param after the last one of the page before */
export async function openAsks(
  db: Db,
  after: string | null,
): Promise<{ rows: (RepresentationListed & { patientNumber: string | null })[]; next: string | null }> {
  const rows = await db.representation.findMany({
    where: { state: 'asked' },
    orderBy: [{ askedAt: 'asc' }, { id: 'asc' }],
    ...(after ? { cursor: { id: after }, skip: 1 } : {}),
    take: asksPageSize + 1,
    select: { ...fields, patientNumber: true },
  });
  const page = rows.slice(0, asksPageSize);
  return {
    rows: page.map(({ patientNumber, ...row }) => ({ ...listed(row, ''), patientNumber })),
    next: rows.length > asksPageSize ? (page.at(-1)?.id ?? null) : null,
  };
}

/** How many wait, and since when the oldest does. */
export async function asksWaiting(db: Db): Promise<{ count: number; oldest: Date | null }> {
  const { _count, _min } = await db.representation.aggregate({
    where: { state: 'asked' },
    _count: true,
    _min: { askedAt: true },
  });
  return { count: _count, oldest: _min.askedAt };
}

/** One representation as staff see it; null when there is none. @param todayOn facility-local */
export async function representationForStaff(db: Db, id: string, todayOn: string) {
  const row = await db.representation.findUnique({
    where: { id },
    select: {
      ...fields,
      bornOn: true,
      patientNumber: true,
      decidedBy: { select: { displayName: true } },
      evidence: {
        orderBy: { addedAt: 'asc' },
        select: { id: true, fileName: true, mediaType: true, byteCount: true, sha256: true },
      },
    },
  });
  if (!row) return null;
  const { bornOn, patientNumber, decidedBy, evidence, ...rest } = row;
  return {
    ...listed(rest, todayOn),
    typed: {
      givenName: row.givenName,
      familyName: row.familyName,
      bornOn: bornOn.toISOString().slice(0, 10),
      patientNumber,
    },
    decidedBy: decidedBy?.displayName ?? null,
    evidence,
  };
}

export interface Candidate {
  record: PatientRecord;
  agrees: TypedAgreement;
}

interface Typed {
  givenName: string;
  familyName: string;
  bornOn: string;
  patientNumber: string | null;
}

/** Records that what was typed may mean, those that agree in most first: by number, or by birth date with one of the names. */
export async function candidatesFor(db: Db | Tx, typed: Typed): Promise<Candidate[]> {
  const born = new Date(`${typed.bornOn}T00:00:00Z`);
  const rows = await db.patient.findMany({
    where: {
      OR: [
        ...(typed.patientNumber ? [{ identifiers: { some: { value: typed.patientNumber } } }] : []),
        { bornOn: born, familyName: { equals: typed.familyName, mode: 'insensitive' as const } },
        { bornOn: born, givenName: { equals: typed.givenName, mode: 'insensitive' as const } },
        {
          familyName: { equals: typed.familyName, mode: 'insensitive' as const },
          givenName: { equals: typed.givenName, mode: 'insensitive' as const },
        },
      ],
    },
    take: 10,
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  const records = await Promise.all(rows.map(({ id }) => patientRecord(db, id)));
  const same = (a: string, b: string) => comparable(a) === comparable(b);
  return records
    .flatMap((record) => (record ? [record] : []))
    .map((record) => ({
      record,
      agrees: {
        givenName: same(record.givenName, typed.givenName),
        familyName: same(record.familyName, typed.familyName),
        bornOn: record.bornOn === typed.bornOn,
        patientNumber: typed.patientNumber
          ? record.identifiers.some(({ value }) => value === typed.patientNumber)
          : null,
      },
    }))
    .sort((a, b) => score(b) - score(a));
}

function score({ agrees }: Candidate): number {
  return Object.values(agrees).filter((one) => one === true).length;
}

/**
 * The records that a representation is about: the one it was granted for, or while it waits all that it may mean. Null when there is none
 * of this id.
 */
export async function recordsOfRepresentation(db: Db, id: string): Promise<string[] | null> {
  const row = await db.representation.findUnique({
    where: { id },
    select: {
      state: true,
      patientId: true,
      givenName: true,
      familyName: true,
      bornOn: true,
      patientNumber: true,
    },
  });
  if (!row) return null;
  if (row.patientId) return [row.patientId];
  if (row.state !== 'asked') return [];
  return (await candidatesFor(db, { ...row, bornOn: dateText(row.bornOn) })).map(({ record }) => record.id);
}

/** Opens a document for somebody at the facility. Each time is an event of its own. Null when the representation has no such document. */
export async function readEvidence(
  world: World,
  { actor, representationId, evidenceId }: { actor: Person; representationId: string; evidenceId: string },
): Promise<{ fileName: string; mediaType: string; bytes: Buffer } | null> {
  const now = world.clock();
  const row = await inTransaction(world.db, async (tx) => {
    const found = await tx.representativeEvidence.findFirst({
      where: { id: evidenceId, representationId },
      select: {
        fileName: true,
        mediaType: true,
        bytesSealed: true,
        sha256: true,
        representation: { select: { patientId: true } },
      },
    });
    if (!found) return null;
    const { patientId } = found.representation;
    await appendEvent(tx, {
      type: 'evidence.read',
      actor,
      at: now,
      subject: { kind: 'representation', id: representationId },
      ...(patientId ? { patientId } : {}),
      after: { sha256: found.sha256 },
      visibleToPatient: patientId !== null,
    });
    return found;
  });
  if (!row) return null;
  const { fileName, mediaType, bytesSealed } = row;
  return {
    fileName,
    mediaType,
    bytes: open(world.keys, bytesSealed, boundTo('representative_evidence', evidenceId)),
  };
}

function dateText(date: Date): string;
function dateText(date: Date | null): string | null;
function dateText(date: Date | null): string | null {
  return date && date.toISOString().slice(0, 10);
}
