import type { Actor } from '#app/audit/actor.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { decideExport } from '#app/optouts/decide.ts';
import { rulesAt } from '#app/optouts/rules.ts';
import { classify } from './classify.ts';
import type { EvidenceFormat } from './delivery.ts';
import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { Destination } from './dicom-audit/recipients.ts';
import type { Study } from './dicom-audit/studies.ts';
import { oneClassFormats, reportKey, type KnownRelease, type LedgerPart } from './ledger.server.ts';
import type { LedgerRow } from './ledger-writing.server.ts';
import type { RuleInForce } from './resolve.ts';
import type { Correction } from './staff-entry/entry.ts';
import { classesOf, isSameTransfer, reporterOf, type TransferMark } from './same-transfer.ts';

interface Transfer {
  patientId: string;
  transfer: AuditedTransfer;
  toVendors: { destination: Destination; vendorId: string }[];
  /** Of the report: the same bytes again are a retry, other bytes a second witness. */
  sha256: string;
  format: EvidenceFormat;
  ruleAt(vendorId: string, at: Date): RuleInForce | null;
  actor: Actor;
  now: Date;
}

export interface Proof {
  disclosureId: string;
  role: 'report' | 'corroboration' | 'duplicate';
}

/** Adds one disclosure for each vendor and study of a transfer, or finds the one that is already there. */
export function recordTransfer(ledger: LedgerPart, told: Transfer): Proof[] {
  const { patientId, transfer, sha256, format, ruleAt, actor, now } = told;
  const proofs: Proof[] = [];
  const studies: (Study | null)[] = transfer.studies.length > 0 ? transfer.studies : [null];
  for (const { destination, vendorId } of told.toVendors) {
    for (const study of studies) {
      // Field by field, here and below: tens of thousands are made, and an object put together from others takes several times as long.
      const release = {
        patientId,
        transfer,
        sha256,
        format,
        ruleAt,
        actor,
        now,
        destination,
        vendorId,
        study,
      };
      const one = recordOne(ledger, release);
      if (!proofs.some(({ disclosureId }) => disclosureId === one.disclosureId)) proofs.push(one);
    }
  }
  return proofs;
}

interface OneRelease extends Omit<Transfer, 'toVendors'> {
  destination: Destination;
  vendorId: string;
  study: Study | null;
}

function recordOne(ledger: LedgerPart, release: OneRelease): Proof {
  const { transfer, study, vendorId, patientId } = release;
  const { uids, counts } = countedClasses(study);
  const mark: TransferMark = {
    studyUid: study?.studyUid ?? null,
    instanceCount: study?.instances ?? null,
    occurredAt: transfer.occurredAt,
    classes: classesOf(uids, counts),
    namesOneClass: oneClassFormats.has(release.format),
    withoutName: transfer.anonymized === true,
    purpose: transfer.statedPurpose ?? null,
    reporters: new Set([reporterOf(release.format, transfer.auditSourceId)]),
  };
  const { corrects } = transfer;
  const known = transfer.standsAlone || corrects ? undefined : findKnown(ledger, release, mark);
  if (known) return corroborate(ledger, release, known);
  if (corrects?.isRetraction) return retract(ledger, release, corrects);

  const rule = release.ruleAt(vendorId, transfer.occurredAt);
  const classified = classify(rule, transfer);
  const id = newRowId(release.now);
  const earlier = corrects ? ledger.rowToCorrect(corrects.disclosureId) : null;
  const { assumedTimeZone, timeOfDayKnown } = timeFacts(transfer, earlier);
  ledger.add(
    {
      id,
      patientId,
      vendorId,
      occurredAt: transfer.occurredAt,
      assumedTimeZone,
      timeOfDayKnown,
      recordedAt: release.now,
      studyUid: mark.studyUid,
      accessionNumber: study?.accession ?? null,
      modality: study?.modality ?? null,
      studyDescription: study?.description ?? null,
      studyOn: study?.studyDate ? new Date(`${study.studyDate}T00:00:00Z`) : null,
      sopClassUids: uids,
      sopClassCounts: counts,
      instanceCount: mark.instanceCount,
      sourceAeTitle: transfer.source?.aeTitles[0] ?? null,
      destination: release.destination.display,
      anonymized: transfer.anonymized,
      purpose: classified.purpose,
      legalBasis: classified.legalBasis,
      legallyRequired: classified.legallyRequired,
      exclusionReason: classified.exclusionReason,
      releaseRuleId: classified.releaseRuleId,
      releaseRuleVersion: classified.releaseRuleVersion,
      correctsId: corrects?.disclosureId ?? null,
      correctionReason: corrects?.reason ?? null,
      retracted: false,
    },
    {
      id,
      patientId,
      vendorId,
      destination: release.destination.display,
      studyUid: mark.studyUid,
      instanceCount: mark.instanceCount,
      occurredAt: mark.occurredAt,
      classes: mark.classes,
      namesOneClass: mark.namesOneClass,
      withoutName: mark.withoutName,
      purpose: classified.purpose,
      reporters: new Set(mark.reporters),
      proofs: new Set([keyOf(release)]),
    },
  );
  const facts = {
    vendorId,
    occurredAt: transfer.occurredAt.toISOString(),
    purpose: classified.purpose,
    images: mark.instanceCount,
  };
  if (corrects && earlier) tellOfCorrection(ledger, release, { earlier, corrects, id, after: facts });
  // A row that moves to another patient's record is new there.
  if (earlier?.patientId !== patientId)
    ledger.append({
      type: 'disclosure.recorded',
      actor: release.actor,
      at: release.now,
      subject: { kind: 'disclosure', id },
      patientId,
      after: facts,
      visibleToPatient: true,
    });
  raiseIfOptedOut(ledger, release, id, [classified.purpose, rule?.purpose ?? null]);
  return { disclosureId: id, role: 'report' };
}

/** How far the time of a row can be trusted: what the report said of it, or the row that it corrects. */
function timeFacts(
  { assumedTimeZone, timeOfDay }: AuditedTransfer,
  earlier: LedgerRow | null,
): Pick<LedgerRow, 'assumedTimeZone' | 'timeOfDayKnown'> {
  if (timeOfDay === 'asCorrected' && earlier)
    return { assumedTimeZone: earlier.assumedTimeZone, timeOfDayKnown: earlier.timeOfDayKnown };
  return { assumedTimeZone, timeOfDayKnown: timeOfDay !== 'unknown' };
}

/** The classes that were named; their counts only where every one of them was told. */
function countedClasses(study: Study | null): { uids: string[]; counts: number[] } {
  const classes = study?.sopClasses ?? [];
  const uids = classes.flatMap(({ uid }) => (uid ? [uid] : []));
  const counts = classes.flatMap(({ uid, instances }) => (uid && instances !== null ? [instances] : []));
  const isWhole = counts.length === classes.length && new Set(uids).size === uids.length;
  return { uids, counts: isWhole ? counts : [] };
}

/** A report that came before is a retry, whatever the registers make of it by now; another one may tell of a transfer that is known. */
function findKnown(ledger: LedgerPart, release: OneRelease, mark: TransferMark): KnownRelease | undefined {
  const { patientId, vendorId, destination } = release;
  const retried = ledger
    .provenBy(keyOf(release))
    .find(
      (one) =>
        one.studyUid === mark.studyUid &&
        (one.vendorId === vendorId || one.destination === destination.display),
    );
  if (retried) return retried;
  const same = ledger
    .releasesTo(patientId, vendorId)
    .filter((one) => !one.isStruck && isSameTransfer(one, mark));
  return same.find(({ instanceCount }) => instanceCount === mark.instanceCount) ?? same[0];
}

function keyOf({ sha256, transfer }: OneRelease): string {
  return reportKey(sha256, transfer.auditSourceId);
}

/** A row that says that there was no such release: as the one before it, in whose place it stands. */
function retract(ledger: LedgerPart, release: OneRelease, corrects: Correction): Proof {
  const earlier = ledger.rowToCorrect(corrects.disclosureId);
  const id = newRowId(release.now);
  ledger.addRow({
    ...earlier,
    id,
    recordedAt: release.now,
    correctsId: earlier.id,
    correctionReason: corrects.reason,
    retracted: true,
  });
  tellOfCorrection(ledger, release, { earlier, corrects, id, after: {} });
  return { disclosureId: id, role: 'report' };
}

function tellOfCorrection(
  ledger: LedgerPart,
  { actor, now }: OneRelease,
  {
    earlier,
    corrects,
    id,
    after,
  }: { earlier: LedgerRow; corrects: Correction; id: string; after: AuditFacts },
): void {
  ledger.append({
    type: corrects.isRetraction ? 'disclosure.retracted' : 'disclosure.corrected',
    actor,
    at: now,
    subject: { kind: 'disclosure', id: earlier.id },
    patientId: earlier.patientId,
    before: {
      vendorId: earlier.vendorId,
      occurredAt: earlier.occurredAt.toISOString(),
      purpose: earlier.purpose,
      images: earlier.instanceCount,
    },
    after: { ...after, correctedBy: id },
    reason: corrects.reason,
    visibleToPatient: true,
  });
}

function corroborate(ledger: LedgerPart, release: OneRelease, known: KnownRelease): Proof {
  const report = keyOf(release);
  if (known.proofs.has(report)) return { disclosureId: known.id, role: 'duplicate' };
  ledger.prove(known, report, reporterOf(release.format, release.transfer.auditSourceId));
  ledger.append({
    ...eventAbout(release, known.id),
    patientId: known.patientId,
    type: 'disclosure.corroborated',
    visibleToPatient: false,
  });
  return { disclosureId: known.id, role: 'corroboration' };
}

/** A transfer that a "no" in force at its time, or the want of a "yes", should have stopped is an alert for the privacy officer. */
function raiseIfOptedOut(
  ledger: LedgerPart,
  release: OneRelease,
  disclosureId: string,
  purposes: readonly (string | null)[],
): void {
  for (const purpose of new Set(purposes)) {
    if (!purpose) continue;
    const question = {
      purpose,
      vendorId: release.vendorId,
      identifiable: release.transfer.anonymized !== true,
      studyUid: release.study?.studyUid ?? null,
    };
    const records = ledger.optOutsOf(release.patientId);
    const { occurredAt } = release.transfer;
    const answer = decideExport(
      records,
      question,
      occurredAt,
      release.now,
      rulesAt(ledger.rules, occurredAt),
    );
    if (answer.reason !== 'optedOut' && answer.reason !== 'notPermitted') continue;
    const optOutId = answer.reason === 'optedOut' ? answer.recordId : null;
    ledger.append({
      ...eventAbout(release, disclosureId),
      type: 'disclosure.contradictsOptOut',
      after: { optOutId, purpose },
      visibleToPatient: true,
    });
    const { patientId, now } = release;
    ledger.raise({ disclosureId, patientId, optOutId, purpose, raisedAt: now });
    return;
  }
}

function eventAbout({ actor, now, patientId }: OneRelease, disclosureId: string) {
  return { actor, at: now, subject: { kind: 'disclosure', id: disclosureId }, patientId };
}
