import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { recordRead } from '#app/audit/reads.server.ts';
import { inTransaction, type Db, type Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { recordGroup } from '#app/people/records.server.ts';

export interface RowsQuestion {
  /** One patient's; null: everybody's. */
  patient: { issuer: string; value: string } | null;
  /** When images were sent: from (inclusive) and until (exclusive); null: open. */
  from: Date | null;
  until: Date | null;
  /** The last row of the page before. */
  after: RowPlace | null;
  atMost: number;
  /** One recipient's alone; null: all. */
  vendorId: string | null;
}

/** Where a row stands in the order of the ledger. */
export interface RowPlace {
  occurredAt: Date;
  id: string;
}

const fields = {
  id: true,
  patientId: true,
  occurredAt: true,
  assumedTimeZone: true,
  timeOfDayKnown: true,
  recordedAt: true,
  studyUid: true,
  accessionNumber: true,
  modality: true,
  instanceCount: true,
  sourceAeTitle: true,
  destination: true,
  anonymized: true,
  purpose: true,
  legalBasis: true,
  legallyRequired: true,
  exclusionReason: true,
  correctsId: true,
  retracted: true,
  correctedBy: { select: { id: true } },
  vendor: { select: { slug: true } },
  patient: { select: { identifiers: { orderBy: { id: 'asc' }, select: { issuer: true, value: true } } } },
  _count: { select: { evidence: true } },
} as const satisfies Prisma.DisclosureSelect;

export type LedgerRowForPrograms = Prisma.DisclosureGetPayload<{ select: typeof fields }>;

/**
 * Rows of the ledger for a program of the facility, the earliest release first, a page at a time, what was corrected too. One event tells
 * how many it got; of a question about one patient a read of their records, which the patient sees.
 */
export async function ledgerRows(
  world: World,
  actor: Exclude<Actor, { kind: 'system' }>,
  { patient, from, until, after, atMost, vendorId }: RowsQuestion,
): Promise<{ rows: LedgerRowForPrograms[]; next: RowPlace | null }> {
  const { db } = world;
  const patientId = patient && (await patientWith(db, patient));
  const rows =
    patient && patientId === null
      ? []
      : await db.disclosure.findMany({
          where: {
            ...(patientId ? { patientId: { in: await recordGroup(db, patientId) } } : {}),
            ...(vendorId ? { vendorId } : {}),
            occurredAt: { ...(from ? { gte: from } : {}), ...(until ? { lt: until } : {}) },
            ...(after
              ? {
                  OR: [
                    { occurredAt: { gt: after.occurredAt } },
                    { occurredAt: after.occurredAt, id: { gt: after.id } },
                  ],
                }
              : {}),
          },
          orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
          take: atMost + 1,
          select: fields,
        });
  const page = rows.slice(0, atMost);
  await inTransaction(db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor,
      at: world.clock(),
      subject: { kind: 'ledgerSearch', id: actor.id },
      after: { found: page.length },
      visibleToPatient: false,
    }),
  );
  if (patientId)
    await recordRead(world, {
      type: 'records.read',
      actor,
      subject: { kind: 'patient', id: patientId },
      patientId,
    });
  await recordListRead(world, {
    actor,
    list: 'ledger',
    patientIds: page.map((row) => row.patientId),
  });
  const last = page.at(-1);
  return { rows: page, next: rows.length > atMost && last ? last : null };
}

async function patientWith(db: Db, key: { issuer: string; value: string }): Promise<string | null> {
  return (await findPatientsByIdentifiers(db, [key])).get(patientKeyText(key)) ?? null;
}
