import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { matchReceiver } from '#app/vendors/match-endpoint.ts';
import { endpointsAt } from '#app/vendors/vendors.server.ts';
import { randomUUID } from 'node:crypto';
import { readAuditMessage } from './dicom-audit/read.ts';
import type { AuditedTransfer, Reading } from './dicom-audit/reading.ts';
import { recordTransfer } from './record-transfer.server.ts';

export type IngestState = 'accepted' | 'duplicate' | 'ignored' | 'unmapped' | 'quarantined' | 'rejected';

export interface IngestResult {
  index: number;
  state: IngestState;
  disclosureIds: string[];
  reason?: string;
}

export interface IngestAnswer {
  batchId: string;
  results: IngestResult[];
  /** For a sender's operator, when the message could not be read: safe to send back. */
  detail?: string;
}

export interface Delivery {
  bytes: Uint8Array;
  channel: 'dicomAuditHttp' | 'seed';
  actor: Actor;
  now: Date;
  idempotencyKey?: string | undefined;
}

export class IdempotencyKeyReused extends Error {
  override name = 'IdempotencyKeyReused';
}

/**
 * The one way in for a DICOM audit message (PS3.15 A.5), whatever carried it. Keeps the message as it came, sealed and hashed, and in
 * the same transaction what became of it: a disclosure, a second piece of evidence for one, or a place in the queue for staff. Nothing
 * is guessed, nothing is dropped.
 * @throws IdempotencyKeyReused when the key came with another body before
 */
export async function takeInDicomAudit(world: World, delivery: Delivery): Promise<IngestAnswer> {
  const sha256 = sha256Hex(delivery.bytes);
  const machineClientId = delivery.actor.kind === 'machine' ? delivery.actor.id : null;

  return inTransaction(world.db, async (tx) => {
    // One call of a key at a time, or two bodies at one moment would both be the first.
    if (delivery.idempotencyKey) {
      const call = `ingest-key:${machineClientId}:${delivery.idempotencyKey}`;
      await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${call}, 0))`;
    }
    // One body at a time: the same message sent twenty times at once is one disclosure and nineteen duplicates.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`ingest:${sha256}`}, 0))`;
    const before =
      delivery.idempotencyKey && (await answerBefore(tx, machineClientId, delivery.idempotencyKey, sha256));
    if (before) return before;

    const { id: batchId } = await tx.ingestBatch.create({
      data: {
        channel: delivery.channel,
        machineClientId,
        receivedAt: delivery.now,
        idempotencyKey: delivery.idempotencyKey ?? null,
        bodySha256: sha256,
      },
      select: { id: true },
    });
    const reading = await readWithSourceSettings(tx, delivery);
    const recordId = randomUUID();
    const outcome = await settle(tx, { reading, recordId, sha256, delivery });
    const facts = factsOf(reading);
    await tx.auditRecord.create({
      data: {
        id: recordId,
        batchId,
        index: 0,
        sha256,
        rawSealed: seal(world.keys, delivery.bytes, boundTo('audit_record', recordId)),
        state: outcome.state,
        reason: outcome.reason ?? null,
        eventCode: 'eventCode' in reading ? reading.eventCode : null,
        occurredAt: facts?.occurredAt ?? null,
        auditSourceId: facts?.auditSourceId ?? null,
        receivedAt: delivery.now,
      },
    });
    await outcome.afterwards(tx);
    if (outcome.state === 'quarantined' || outcome.state === 'unmapped' || outcome.state === 'rejected') {
      await appendEvent(tx, {
        type: outcome.state === 'rejected' ? 'ingest.refused' : 'ingest.held',
        actor: delivery.actor,
        at: delivery.now,
        subject: { kind: 'auditRecord', id: recordId },
        after: { state: outcome.state, reason: outcome.reason ?? null, sha256 },
        visibleToPatient: false,
      });
    }
    const result: IngestResult = { index: 0, state: outcome.state, disclosureIds: outcome.disclosureIds };
    if (outcome.reason) result.reason = outcome.reason;
    return {
      batchId,
      results: [result],
      ...(reading.outcome === 'rejected' ? { detail: reading.detail } : {}),
    };
  });
}

interface Outcome {
  state: IngestState;
  reason?: string;
  disclosureIds: string[];
  /** What has to wait until the record's row is there: evidence points at it. */
  afterwards(tx: Tx): Promise<void>;
}

const nothingMore = async () => {};
const held = (state: IngestState, reason: string): Outcome => ({
  state,
  reason,
  disclosureIds: [],
  afterwards: nothingMore,
});

interface Arrival {
  reading: Reading;
  recordId: string;
  sha256: string;
  delivery: Delivery;
}

async function settle(tx: Tx, arrival: Arrival): Promise<Outcome> {
  const { reading } = arrival;
  switch (reading.outcome) {
    case 'rejected':
      return held('rejected', reading.code);
    case 'ignored':
      return held('ignored', reading.reason);
    case 'quarantined':
      return held('quarantined', reading.reason);
    case 'transfer':
      return settleTransfer(tx, arrival, reading.transfer);
  }
}

async function settleTransfer(tx: Tx, arrival: Arrival, transfer: AuditedTransfer): Promise<Outcome> {
  const patient = await patientOf(tx, transfer);
  if ('reason' in patient) return held('unmapped', patient.reason);

  const endpoints = await endpointsAt(tx, transfer.occurredAt);
  const matches = transfer.destinations.map((destination) => ({
    destination,
    match: matchReceiver(destination, endpoints),
  }));
  const unmatched = matches.find(({ match }) => match.outcome === 'unmatched')?.match;
  const toVendors = matches.flatMap(({ destination, match }) =>
    match.outcome === 'vendor' ? [{ destination, vendorId: match.vendorId }] : [],
  );
  if (toVendors.length === 0) {
    return unmatched?.outcome === 'unmatched'
      ? held('unmapped', unmatched.reason)
      : held('ignored', 'internalDestination');
  }
  const recorded = await recordTransfer(tx, {
    patientId: patient.id,
    transfer,
    toVendors,
    sha256: arrival.sha256,
    actor: arrival.delivery.actor,
    now: arrival.delivery.now,
  });
  // Known receivers are in the ledger at once; the message stays in the queue for the one nobody knows.
  const state = unmatched ? 'unmapped' : recorded.isNew ? 'accepted' : 'duplicate';
  return {
    state,
    ...(unmatched?.outcome === 'unmatched' ? { reason: unmatched.reason } : {}),
    disclosureIds: recorded.disclosures.map(({ id }) => id),
    afterwards: async (within) => {
      await within.disclosureEvidence.createMany({
        data: recorded.disclosures.map(({ id, role }) => ({
          disclosureId: id,
          auditRecordId: arrival.recordId,
          role,
        })),
      });
    },
  };
}

/** Reads with the zone configured for the source, where the event time carries none. */
async function readWithSourceSettings(tx: Tx, { bytes, now }: Delivery): Promise<Reading> {
  const reading = readAuditMessage(bytes, { now });
  if (reading.outcome !== 'quarantined' || reading.reason !== 'eventTimeWithoutZone') return reading;
  const zone =
    reading.partial.auditSourceId &&
    (await sourceSettings(tx, reading.partial.auditSourceId))?.assumedTimeZone;
  return zone ? readAuditMessage(bytes, { now, assumedTimeZone: zone }) : reading;
}

function sourceSettings(tx: Tx, auditSourceId: string) {
  return tx.auditSource.findUnique({
    where: { auditSourceId },
    select: { defaultIssuer: true, assumedTimeZone: true },
  });
}

/** By (issuer, id) alone, never by name. A source may be known to leave its one issuer out. */
async function patientOf(tx: Tx, transfer: AuditedTransfer): Promise<{ id: string } | { reason: string }> {
  const issuer = transfer.patient.issuer ?? (await sourceSettings(tx, transfer.auditSourceId))?.defaultIssuer;
  if (!issuer) return { reason: 'issuerUnknown' };
  const key = { issuer, value: transfer.patient.id };
  const id = (await findPatientsByIdentifiers(tx, [key])).get(patientKeyText(key));
  return id ? { id } : { reason: 'patientUnknown' };
}

function factsOf(reading: Reading): { occurredAt: Date | null; auditSourceId: string | null } | null {
  if (reading.outcome === 'transfer') return reading.transfer;
  if (reading.outcome === 'quarantined') return reading.partial;
  return reading.outcome === 'ignored' ? reading.begun : null;
}

/** The answer that this key got before. */
async function answerBefore(
  tx: Tx,
  machineClientId: string | null,
  idempotencyKey: string,
  sha256: string,
): Promise<IngestAnswer | null> {
  const batch = await tx.ingestBatch.findFirst({
    where: { machineClientId, idempotencyKey },
    select: {
      id: true,
      bodySha256: true,
      records: {
        orderBy: { index: 'asc' },
        select: { index: true, state: true, reason: true, evidence: { select: { disclosureId: true } } },
      },
    },
  });
  if (!batch) return null;
  if (batch.bodySha256 !== sha256) throw new IdempotencyKeyReused();
  return {
    batchId: batch.id,
    results: batch.records.map((record) => ({
      index: record.index,
      state: record.state,
      disclosureIds: record.evidence.map(({ disclosureId }) => disclosureId),
      ...(record.reason ? { reason: record.reason } : {}),
    })),
  };
}
