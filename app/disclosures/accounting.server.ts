import { randomUUID } from 'node:crypto';
import { chainHead } from '#app/audit/seal.server.ts';
import { open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { localDate } from '#app/words/dates.ts';
import { splitLayers, type AccountingDocument } from './accounting.ts';
import { disclosuresOfPatient, heldMessages, type DisclosureRow } from './disclosures.server.ts';

export interface AccountingOrder {
  requestId: string;
  reference: string;
  patientId: string;
  /** Facility-local dates, both included. */
  window: { from: string; to: string };
  now: Date;
}

/** Draws up an accounting from the ledger as it stands and keeps it, sealed. @returns its id */
export async function prepareAccounting(tx: Tx, keys: KeyRing, order: AccountingOrder): Promise<string> {
  const facility = await theFacility(tx);
  const patient = await patientRecord(tx, order.patientId);
  if (!patient) throw new Error('an accounting is for a patient');
  const head = await chainHead(tx);
  const day = (instant: Date) => localDate(instant, facility.timeZone);
  const document: AccountingDocument = {
    format: 1,
    reference: order.reference,
    facility: {
      name: facility.name,
      address: facility.address,
      phone: facility.phone,
      email: facility.email,
      timeZone: facility.timeZone,
    },
    patient: {
      name: `${patient.givenName} ${patient.familyName}`,
      bornOn: patient.bornOn,
      identifiers: patient.identifiers,
    },
    window: order.window,
    preparedAt: order.now.toISOString(),
    preparedOn: day(order.now),
    ...splitLayers(await ledgerInWindow(tx, order.patientId, order.window, facility.timeZone), day),
    notYetMatched: await heldMessages(tx),
    anchor: head && { sequence: head.sequence.toString(), hash: head.hash },
  };
  const text = JSON.stringify(document);
  const id = randomUUID();
  await tx.accounting.create({
    data: {
      id,
      requestId: order.requestId,
      patientId: order.patientId,
      windowFrom: new Date(`${order.window.from}T00:00:00Z`),
      windowTo: new Date(`${order.window.to}T00:00:00Z`),
      preparedAt: order.now,
      documentSealed: seal(keys, text, boundTo('accounting', id)),
      documentSha256: sha256Hex(text),
    },
  });
  return id;
}

/** Opens an accounting as it was prepared. @throws when what is stored is not what was prepared */
export async function readAccounting(db: Db | Tx, keys: KeyRing, id: string): Promise<AccountingDocument> {
  const row = await db.accounting.findUniqueOrThrow({
    where: { id },
    select: { documentSealed: true, documentSha256: true },
  });
  const text = open(keys, row.documentSealed, boundTo('accounting', id)).toString('utf8');
  if (sha256Hex(text) !== row.documentSha256)
    throw new Error('an accounting is not what it was when it was prepared');
  return JSON.parse(text) as AccountingDocument;
}

/** Releases that came into the ledger's window, or left it by a correction, since a draft was prepared. */
export async function changesSince(
  tx: Db | Tx,
  document: AccountingDocument,
  patientId: string,
): Promise<number> {
  const drafted = new Set([...document.requiredByLaw, ...document.alsoShown].map((row) => row.disclosureId));
  const standing = await ledgerInWindow(tx, patientId, document.window, document.facility.timeZone);
  const added = standing.filter(({ id }) => !drafted.has(id)).length;
  return added + (drafted.size - (standing.length - added));
}

/** A day to each side of the window is fetched, and the local dates decide: no arithmetic on midnights that a zone may not have. */
async function ledgerInWindow(
  db: Db | Tx,
  patientId: string,
  window: { from: string; to: string },
  timeZone: string,
): Promise<DisclosureRow[]> {
  const day = 24 * 3_600_000;
  const rows = await disclosuresOfPatient(db, patientId, {
    from: new Date(Date.parse(`${window.from}T00:00:00Z`) - day),
    until: new Date(Date.parse(`${window.to}T00:00:00Z`) + 3 * day),
  });
  return rows.filter((row) => {
    const on = localDate(row.occurredAt, timeZone);
    return on >= window.from && on <= window.to;
  });
}
