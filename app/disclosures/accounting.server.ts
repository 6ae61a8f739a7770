import { randomUUID } from 'node:crypto';
import { chainHead } from '#app/audit/seal.server.ts';
import type { Place } from '#app/clocks/jurisdictions.ts';
import { open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { researchCodes } from '#app/optouts/purposes.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { localDate } from '#app/words/dates.ts';
import {
  everyRelease,
  keptAccounting,
  splitLayers,
  struckRows,
  type AccountingDocument,
  type AccountingRow,
  type ResearchEntry,
} from './accounting.ts';
import { unnamedGapsIn } from './coverage.server.ts';
import type { SourceCoverage } from './coverage.ts';
import {
  correctedDisclosuresOf,
  disclosuresOfPatient,
  heldMessages,
  hiddenDisclosures,
  type DisclosureRow,
  type InstantWindow,
} from './disclosures.server.ts';
import { unreadSince } from './refused.server.ts';
import { protocolsInWindow, type ResearchProtocol } from './research.server.ts';

export interface AccountingOrder {
  requestId: string;
  reference: string;
  patientId: string;
  /** Whose law it is given by: that of the request. */
  place: Place;
  /** The request's, whose days the window is made of. */
  timeZone: string;
  /** Facility-local dates, both included. */
  window: { from: string; to: string };
  /** How far the sources' reports reach in that window; null: not known. */
  coverage: SourceCoverage[] | null;
  now: Date;
}

/** Draws up an accounting from the ledger as it stands and keeps it, sealed. @returns its id */
export async function prepareAccounting(tx: Tx, keys: KeyRing, order: AccountingOrder): Promise<string> {
  const facility = await theFacility(tx);
  const patient = await patientRecord(tx, order.patientId);
  if (!patient) throw new Error('an accounting is for a patient');
  const head = await chainHead(tx);
  const { timeZone } = order;
  const day = (instant: Date) => localDate(instant, timeZone);
  const { standing, corrected } = await ledgerInWindow(tx, order.patientId, order);
  const layers = splitLayers(standing, day, corrected.all, order.place);
  const document: AccountingDocument = {
    format: 2,
    place: order.place,
    reference: order.reference,
    facility: {
      name: facility.name,
      address: facility.address,
      phone: facility.phone,
      email: facility.email,
      timeZone,
    },
    patient: {
      name: `${patient.givenName} ${patient.familyName}`,
      bornOn: patient.bornOn,
      identifiers: patient.identifiers,
    },
    window: order.window,
    preparedAt: order.now.toISOString(),
    preparedOn: day(order.now),
    ...layers,
    research: await researchIn(tx, order.window, {
      standing,
      timeZone,
      hidden: await hiddenDisclosures(tx, order.patientId, order.now),
    }),
    struck: struckRows(standing, corrected.inWindow, day),
    coverage: order.coverage,
    unnamedGaps: await unnamedGapsIn(tx, order.window, order),
    unreadReports: await unreadSince(tx, order.window.from),
    notYetMatched: await heldMessages(tx, instantsOf(order.window)),
    anchor: head && { sequence: head.sequence.toString(), hash: head.hash, at: head.at.toISOString() },
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
  return keptAccounting(JSON.parse(text));
}

/**
 * What came into the ledger's window, or left it by a correction or an agency's statement, since a draft was prepared; research that was
 * recorded or ended since counts too.
 */
export async function changesSince(
  tx: Db | Tx,
  document: AccountingDocument,
  { patientId, now }: { patientId: string; now: Date },
): Promise<number> {
  const { window, research } = document;
  const rows: AccountingRow[] = [...document.requiredByLaw, ...document.alsoShown];
  const drafted = everyRelease(rows).map((row) => row.disclosureId);
  const { standing } = await ledgerInWindow(tx, patientId, {
    window,
    now,
    timeZone: document.facility.timeZone,
  });
  const protocols = await protocolsInWindow(tx, window);
  return (
    differences(
      drafted,
      standing.map(({ id }) => id),
    ) + differences(research.map(versionText), protocols.map(versionText))
  );
}

const versionText = ({ protocolId, version }: { protocolId: string; version: number }) =>
  `${protocolId} ${version}`;

function differences(before: readonly string[], after: readonly string[]): number {
  const [earlier, later] = [new Set(before), new Set(after)];
  return before.filter((one) => !later.has(one)).length + after.filter((one) => !earlier.has(one)).length;
}

async function researchIn(
  tx: Tx,
  window: { from: string; to: string },
  { standing, ...about }: { standing: readonly DisclosureRow[]; timeZone: string; hidden: readonly string[] },
): Promise<ResearchEntry[]> {
  const entries: ResearchEntry[] = [];
  for (const protocol of await protocolsInWindow(tx, window)) {
    const { lastOn } = protocol;
    const goesOn = lastOn === null || lastOn > window.to;
    entries.push({
      ...researchEntry(protocol, standing, (instant) => localDate(instant, about.timeZone)),
      ...(goesOn ? { lastInWindowOn: await lastRelease(tx, protocol, window, about) } : {}),
    });
  }
  return entries;
}

function researchEntry(
  protocol: ResearchProtocol,
  standing: readonly DisclosureRow[],
  day: (instant: Date) => string,
): ResearchEntry {
  const { protocolId, version, name, description, criteria, dataSent, firstOn, lastOn } = protocol;
  return {
    protocolId,
    version,
    name,
    description,
    criteria,
    dataSent,
    period: { from: firstOn, lastOn },
    sponsor: protocol.sponsor,
    researcher: protocol.researcher,
    known: standing.filter(
      ({ vendor, purpose, occurredAt }) =>
        vendor.id === protocol.vendorId &&
        researchCodes.includes(purpose ?? '') &&
        day(occurredAt) >= firstOn &&
        (lastOn === null || day(occurredAt) <= lastOn),
    ).length,
  };
}

/** Of anybody's images: it is the study's last day, and whose they were is not known of each. */
async function lastRelease(
  tx: Tx,
  { vendorId, firstOn }: ResearchProtocol,
  window: { from: string; to: string },
  { timeZone, hidden }: { timeZone: string; hidden: readonly string[] },
): Promise<string | null> {
  if (vendorId === null) return null;
  const from = firstOn > window.from ? firstOn : window.from;
  const until = new Date(Date.parse(`${window.to}T00:00:00Z`) + oneDay).toISOString().slice(0, 10);
  const last = await tx.disclosure.findFirst({
    where: {
      vendorId,
      id: { notIn: [...hidden] },
      purpose: { in: [...researchCodes] },
      occurredAt: { gte: startOfLocalDate(from, timeZone), lt: startOfLocalDate(until, timeZone) },
      correctedBy: null,
      retracted: false,
    },
    orderBy: { occurredAt: 'desc' },
    select: { occurredAt: true },
  });
  return last && localDate(last.occurredAt, timeZone);
}

const oneDay = 24 * 3_600_000;

/** A day to each side of the window, so that the local dates decide: no arithmetic on midnights that a zone may not have. */
function instantsOf(window: { from: string; to: string }): InstantWindow {
  return {
    from: new Date(Date.parse(`${window.from}T00:00:00Z`) - oneDay),
    until: new Date(Date.parse(`${window.to}T00:00:00Z`) + 3 * oneDay),
  };
}

async function ledgerInWindow(
  db: Db | Tx,
  patientId: string,
  { window, now, timeZone }: { window: { from: string; to: string }; now: Date; timeZone: string },
) {
  const rows = await disclosuresOfPatient(db, patientId, { now, window: instantsOf(window) });
  const corrected = await correctedDisclosuresOf(db, patientId, { now });
  const isInside = ({ occurredAt }: { occurredAt: Date }) => {
    const on = localDate(occurredAt, timeZone);
    return on >= window.from && on <= window.to;
  };
  return {
    standing: rows.filter(isInside),
    corrected: { all: corrected, inWindow: corrected.filter(isInside) },
  };
}
