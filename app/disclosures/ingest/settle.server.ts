import type { Actor } from '#app/audit/actor.ts';
import type { Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import type { EvidenceFormat, IngestState } from './delivery.ts';
import type { AuditedTransfer, Reading } from './dicom-audit/reading.ts';
import { holdRegisters } from '../matching-queue.server.ts';
import { knownTo } from './known.server.ts';
import { LedgerPart } from './ledger.server.ts';
import { recordTransfer, type Proof } from './record-transfer.server.ts';
import { resolveTransfer, type Known, type Resolved } from './resolve.ts';

/** A report that was read: new, or kept from before and read again. */
export interface Arrival {
  /** Who brings it. */
  actor: Actor;
  now: Date;
  reading: Reading;
  sha256: string;
  format: EvidenceFormat;
}

export interface Outcome {
  state: IngestState;
  reason?: string;
  disclosureIds: string[];
  /** What the report proves: the caller ties it to the kept record (`tieEvidence`). */
  proofs: Proof[];
}

export function held(state: IngestState, reason: string): Outcome {
  return { state, reason, disclosureIds: [], proofs: [] };
}

/**
 * Settles what was read: finds patient, recipients and rule, and writes disclosures with their events. May be called again for a kept
 * record, whose reading is then matched with what is known by now.
 */
export async function settle(tx: Tx, arrivals: readonly Arrival[]): Promise<Outcome[]> {
  const transfers = arrivals.flatMap(({ reading }) =>
    reading.outcome === 'transfer' ? [reading.transfer] : [],
  );
  if (transfers.length === 0) return arrivals.map(({ reading }) => unsettled(reading));
  await holdRegisters(tx);
  const known = await knownTo(tx, transfers);
  const resolved = arrivals.map(({ reading }) =>
    reading.outcome === 'transfer' ? resolveTransfer(reading.transfer, known) : null,
  );
  const touched = resolved.flatMap((one, at) => {
    const { reading, sha256 } = arrivals[at]!;
    if (one?.outcome !== 'releases' || reading.outcome !== 'transfer') return [];
    const { occurredAt, auditSourceId } = reading.transfer;
    return [{ group: known.groupOf(one.patientId), at: occurredAt, sha256, auditSourceId }];
  });
  const correcting = transfers.flatMap(({ corrects }) => (corrects ? [corrects.disclosureId] : []));
  const ledger = await LedgerPart.open(tx, touched, correcting);
  const outcomes = arrivals.map((arrival, at) => {
    const to = resolved[at];
    return to && arrival.reading.outcome === 'transfer'
      ? settleTransfer(ledger, known, arrival, { transfer: arrival.reading.transfer, to })
      : unsettled(arrival.reading);
  });
  await ledger.write();
  return outcomes;
}

function unsettled(reading: Reading): Outcome {
  switch (reading.outcome) {
    case 'rejected':
      return held('rejected', reading.code);
    case 'ignored':
      return held('ignored', reading.reason);
    case 'quarantined':
      return held('quarantined', reading.reason);
    case 'transfer':
      throw new Error('a transfer is settled by what is known of it');
  }
}

function settleTransfer(
  ledger: LedgerPart,
  known: Known,
  { sha256, format, actor, now }: Arrival,
  { transfer, to }: { transfer: AuditedTransfer; to: Resolved },
): Outcome {
  if (to.outcome === 'held') return held(to.state, to.reason);
  const { patientId, toVendors } = to;
  const { ruleAt } = known;
  const proofs = recordTransfer(ledger, {
    patientId,
    transfer,
    toVendors,
    sha256,
    format,
    ruleAt,
    actor,
    now,
  });
  const isNew = proofs.some(({ role }) => role === 'report');
  return {
    // Known receivers are in the ledger at once; the message stays in the queue for the one nobody knows.
    state: to.unmatched ? 'unmapped' : isNew ? 'accepted' : 'duplicate',
    ...(to.unmatched ? { reason: to.unmatched } : {}),
    disclosureIds: proofs.map(({ disclosureId }) => disclosureId),
    proofs,
  };
}

/** Ties kept records to the disclosures that they prove. */
export async function tieEvidence(
  tx: Tx,
  records: readonly { recordId: string; proofs: readonly Proof[] }[],
): Promise<void> {
  const data = records.flatMap(({ recordId, proofs }) =>
    proofs.map(({ disclosureId, role }) => ({
      disclosure_id: disclosureId,
      audit_record_id: recordId,
      role,
    })),
  );
  if (data.length === 0) return;
  // A record that is settled again proves what it proved before.
  await withLongText(
    rowsAsJson(data),
    (json) => tx.$executeRaw`
      insert into disclosure_evidence (disclosure_id, audit_record_id, role)
      select disclosure_id, audit_record_id, role from json_populate_recordset(null::disclosure_evidence, ${json}::json)
      on conflict do nothing`,
  );
}
