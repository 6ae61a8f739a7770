import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import { decideExport } from '#app/optouts/decide.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { releaseRuleAt } from '#app/vendors/vendors.server.ts';
import { openAlert } from '../alerts.server.ts';
import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { Destination } from './dicom-audit/recipients.ts';
import type { Study } from './dicom-audit/studies.ts';
import { isSameTransfer, sameTransferWithin } from './same-transfer.ts';

interface Transfer {
  patientId: string;
  transfer: AuditedTransfer;
  toVendors: { destination: Destination; vendorId: string }[];
  /** Of the message: the same bytes again are a retry, other bytes a second witness. */
  sha256: string;
  actor: Actor;
  now: Date;
}

export interface RecordedTransfer {
  disclosures: { id: string; role: 'report' | 'corroboration' | 'duplicate' }[];
  /** Whether it brought at least one disclosure that was not known. */
  isNew: boolean;
}

/**
 * Writes one disclosure for each vendor and study of a transfer, or finds the one that is already there. Reports of one patient go
 * through here one at a time, so that sender and receiver reporting at the same moment make one disclosure.
 */
export async function recordTransfer(tx: Tx, { toVendors, ...rest }: Transfer): Promise<RecordedTransfer> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`disclosures:${rest.patientId}`}, 0))`;
  const disclosures: RecordedTransfer['disclosures'] = [];
  const seen = new Set<string>();
  const studies: (Study | null)[] = rest.transfer.studies.length > 0 ? rest.transfer.studies : [null];
  for (const { destination, vendorId } of toVendors) {
    for (const study of studies) {
      const one = await recordOne(tx, { ...rest, destination, vendorId, study });
      if (!seen.has(one.id)) disclosures.push(one);
      seen.add(one.id);
    }
  }
  return { disclosures, isNew: disclosures.some(({ role }) => role === 'report') };
}

interface OneRelease extends Omit<Transfer, 'toVendors'> {
  destination: Destination;
  vendorId: string;
  study: Study | null;
}

async function recordOne(tx: Tx, release: OneRelease): Promise<RecordedTransfer['disclosures'][number]> {
  const { transfer, study, vendorId, patientId } = release;
  const known = await findSame(tx, release);
  if (known) {
    if (known.role === 'corroboration') {
      await appendEvent(tx, {
        ...eventAbout(release, known.id),
        type: 'disclosure.corroborated',
        visibleToPatient: false,
      });
    }
    return known;
  }
  const rule = await releaseRuleAt(tx, vendorId, transfer.occurredAt);
  const { id } = await tx.disclosure.create({
    data: {
      patientId,
      vendorId,
      occurredAt: transfer.occurredAt,
      recordedAt: release.now,
      studyUid: study?.studyUid ?? null,
      accessionNumber: study?.accession ?? null,
      modality: study?.modality ?? null,
      studyDescription: study?.description ?? null,
      studyOn: study?.studyDate ? new Date(`${study.studyDate}T00:00:00Z`) : null,
      sopClassUids: study?.sopClasses.flatMap(({ uid }) => (uid ? [uid] : [])) ?? [],
      instanceCount: study?.instances ?? null,
      sourceAeTitle: transfer.source?.aeTitles[0] ?? null,
      destination: release.destination.display,
      anonymized: transfer.anonymized,
      ...classify(rule, transfer.anonymized),
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    ...eventAbout(release, id),
    type: 'disclosure.recorded',
    after: {
      vendorId,
      occurredAt: transfer.occurredAt.toISOString(),
      purpose: rule?.purpose ?? null,
      images: study?.instances ?? null,
    },
    visibleToPatient: true,
  });
  await raiseIfOptedOut(tx, release, id, rule?.purpose ?? null);
  return { id, role: 'report' };
}

/**
 * What a release was for, and whether 45 CFR 164.528 makes the facility list it. Without a rule in force nobody knows, and what cannot be
 * shown to be excluded is listed. Truly de-identified images are no protected health information (164.514(a)).
 */
function classify(rule: Awaited<ReturnType<typeof releaseRuleAt>>, anonymized: boolean | null) {
  const named = {
    purpose: rule?.purpose ?? null,
    legalBasis: rule?.legalBasis ?? null,
    releaseRuleId: rule?.id ?? null,
    releaseRuleVersion: rule?.version ?? null,
  };
  if (anonymized) return { ...named, legallyRequired: false, exclusionReason: 'deidentified' };
  return {
    ...named,
    legallyRequired: rule?.legallyRequired ?? true,
    exclusionReason: rule?.exclusionReason ?? null,
  };
}

async function findSame(tx: Tx, { transfer, study, vendorId, patientId, sha256 }: OneRelease) {
  const mark = {
    studyUid: study?.studyUid ?? null,
    instanceCount: study?.instances ?? null,
    occurredAt: transfer.occurredAt,
  };
  const near = await tx.disclosure.findMany({
    where: {
      patientId,
      vendorId,
      studyUid: mark.studyUid,
      occurredAt: {
        gte: new Date(mark.occurredAt.getTime() - sameTransferWithin),
        lte: new Date(mark.occurredAt.getTime() + sameTransferWithin),
      },
    },
    orderBy: { occurredAt: 'asc' },
    select: {
      id: true,
      studyUid: true,
      instanceCount: true,
      occurredAt: true,
      evidence: { select: { auditRecord: { select: { sha256: true } } } },
    },
  });
  const same = near.find((row) => isSameTransfer(row, mark));
  if (!same) return null;
  const isRetry = same.evidence.some(({ auditRecord }) => auditRecord.sha256 === sha256);
  return { id: same.id, role: isRetry ? ('duplicate' as const) : ('corroboration' as const) };
}

/** A transfer that a "no" in force at its time should have stopped is an alert for the privacy officer. */
async function raiseIfOptedOut(
  tx: Tx,
  release: OneRelease,
  disclosureId: string,
  purpose: string | null,
): Promise<void> {
  if (!purpose) return;
  const records = (await optOutRecordsOf(tx, [release.patientId])).get(release.patientId) ?? [];
  const question = {
    purpose,
    vendorId: release.vendorId,
    identifiable: release.transfer.anonymized !== true,
    studyUid: release.study?.studyUid ?? null,
  };
  const answer = decideExport(records, question, release.transfer.occurredAt, release.now);
  if (answer.reason !== 'optedOut') return;
  await appendEvent(tx, {
    ...eventAbout(release, disclosureId),
    type: 'disclosure.contradictsOptOut',
    after: { optOutId: answer.recordId, purpose },
    visibleToPatient: true,
  });
  const { patientId, now } = release;
  await openAlert(tx, { disclosureId, patientId, optOutId: answer.recordId, purpose, raisedAt: now }, now);
}

function eventAbout({ actor, now, patientId }: OneRelease, disclosureId: string) {
  return { actor, at: now, subject: { kind: 'disclosure', id: disclosureId }, patientId };
}
