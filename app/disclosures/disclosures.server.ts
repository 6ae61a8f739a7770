import type { Db, Prisma, Tx } from '#app/db/client.server.ts';
import { countUnmatched } from './matching-queue.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { CorrectedLedgerRow } from './accounting.ts';
import { suspendedRecipients } from './suspensions.server.ts';

export interface DisclosureRow {
  id: string;
  occurredAt: Date;
  assumedTimeZone: string | null;
  timeOfDayKnown: boolean | null;
  recordedAt: Date;
  vendor: { id: string; slug: string; name: string; address: string | null; relationship: string };
  studyUid: string | null;
  accessionNumber: string | null;
  modality: string | null;
  studyDescription: string | null;
  studyOn: string | null;
  instanceCount: number | null;
  anonymized: boolean | null;
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
  destination: string;
  sourceAeTitle: string | null;
  correctsId: string | null;
}

const fields = {
  id: true,
  occurredAt: true,
  assumedTimeZone: true,
  timeOfDayKnown: true,
  recordedAt: true,
  studyUid: true,
  accessionNumber: true,
  modality: true,
  studyDescription: true,
  studyOn: true,
  instanceCount: true,
  anonymized: true,
  purpose: true,
  legalBasis: true,
  legallyRequired: true,
  exclusionReason: true,
  destination: true,
  sourceAeTitle: true,
  correctsId: true,
  vendor: { select: { id: true, slug: true, name: true, address: true, relationship: true } },
} as const satisfies Prisma.DisclosureSelect;

/** Instants: from (inclusive) and until (exclusive). */
export interface InstantWindow {
  from: Date;
  until: Date;
}

/**
 * Every release of a patient's images that the patient may know of now, in all records that are theirs, newest first; a corrected row is
 * replaced by its correction, and one that was found never to have been is gone. What an agency's statement suspends (45 CFR 164.528(a)(2)) is not among them, and nothing tells that it is not.
 */
export async function disclosuresOfPatient(
  db: Db | Tx,
  patientId: string,
  { now, window }: { now: Date; window?: InstantWindow },
): Promise<DisclosureRow[]> {
  const rows = await db.disclosure.findMany({
    where: {
      ...(await toldTo(db, patientId, now)),
      correctedBy: null,
      retracted: false,
      ...inWindow(window),
    },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    select: fields,
  });
  return rows.map(withDay);
}

/** The same for rows that a correction replaced. */
export async function correctedDisclosuresOf(
  db: Db | Tx,
  patientId: string,
  { now, window }: { now: Date; window?: InstantWindow },
): Promise<CorrectedLedgerRow[]> {
  const rows = await db.disclosure.findMany({
    where: { ...(await toldTo(db, patientId, now)), correctedBy: { isNot: null }, ...inWindow(window) },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    select: { ...fields, correctedBy: { select: { id: true, recordedAt: true } } },
  });
  return rows.flatMap(({ correctedBy, ...row }) => (correctedBy ? [{ ...withDay(row), correctedBy }] : []));
}

/** Ids of releases that the patient may not know of now. Their history leaves these out too. */
export async function hiddenDisclosures(db: Db | Tx, patientId: string, now: Date): Promise<string[]> {
  return hiddenIn(db, await recordGroup(db, patientId), now);
}

async function toldTo(db: Db | Tx, patientId: string, now: Date) {
  const group = await recordGroup(db, patientId);
  const hidden = await hiddenIn(db, group, now);
  return { patientId: { in: group }, ...(hidden.length > 0 ? { id: { notIn: hidden } } : {}) };
}

/**
 * Releases to an agency whose statement is in force, and all that stood in the place of such a row or that it stands in the place of: what
 * a correction tells of one of them tells of the others.
 */
async function hiddenIn(db: Db | Tx, group: readonly string[], now: Date): Promise<string[]> {
  const vendors = await suspendedRecipients(db, group, now);
  if (vendors.length === 0) return [];
  const rows = await db.$queryRaw<{ id: string }[]>`
    with recursive before as (
      select id, corrects_id from disclosure
       where patient_id = any(${[...group]}::uuid[]) and vendor_id = any(${vendors}::uuid[])
      union
      select earlier.id, earlier.corrects_id from disclosure earlier join before on earlier.id = before.corrects_id
    ), chain as (
      select id from before
      union
      select newer.id from disclosure newer join chain on newer.corrects_id = chain.id
    )
    select id from chain`;
  return rows.map(({ id }) => id);
}

function inWindow(window: InstantWindow | undefined) {
  return window ? { occurredAt: { gte: window.from, lt: window.until } } : {};
}

function withDay<R extends { studyOn: Date | null }>({ studyOn, ...row }: R) {
  return { ...row, studyOn: studyOn?.toISOString().slice(0, 10) ?? null };
}

/**
 * Messages that name this facility's systems but could not be assigned, and wait for a person or a sender. @param window only those of it,
 * and those whose time is not known
 */
export function heldMessages(db: Db | Tx, window?: InstantWindow): Promise<number> {
  return countUnmatched(db, window);
}
