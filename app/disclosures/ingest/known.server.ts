import type { Tx } from '#app/db/client.server.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { endpointRegister, releaseRuleRegister } from '#app/vendors/vendors.server.ts';
import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { AuditedPatient } from './dicom-audit/patients.ts';
import type { Known, SourceHabits } from './resolve.ts';

/** What the facility knows about the systems that report. */
export async function habitsOf(
  tx: Tx,
  auditSourceIds: readonly string[],
): Promise<Map<string, SourceHabits>> {
  if (auditSourceIds.length === 0) return new Map();
  const rows = await tx.auditSource.findMany({
    where: { auditSourceId: { in: [...new Set(auditSourceIds)] } },
    select: { auditSourceId: true, defaultIssuer: true, assumedTimeZone: true },
  });
  return new Map(rows.map(({ auditSourceId, ...habits }) => [auditSourceId, habits]));
}

/** Everything that is needed to say whose images went to whom, for all transfers of a batch at once. */
export async function knownTo(tx: Tx, transfers: readonly AuditedTransfer[]): Promise<Known> {
  const habits = await habitsOf(
    tx,
    transfers.map(({ auditSourceId }) => auditSourceId),
  );
  const keys = transfers.flatMap(({ patient, auditSourceId }) => {
    const issuer = patient.issuer ?? habits.get(auditSourceId)?.defaultIssuer;
    return issuer && !patient.isReference ? [{ issuer, value: patient.id }] : [];
  });
  const patients = await findPatientsByIdentifiers(tx, keys);
  const references = await patientsReferredTo(
    tx,
    transfers.map(({ patient }) => patient),
  );
  return {
    habits,
    patientOf: (key) => patients.get(patientKeyText(key)) ?? null,
    patientReferredTo: (id) => references.get(id) ?? null,
    endpointsAt: await endpointRegister(tx),
    ruleAt: await releaseRuleRegister(tx),
  };
}

const rowId = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * `Patient/{id}` of this server: the id of a record, or a number of the facility's own in the case of its letters, or in small ones (a
 * logical id often is). One that could be two patients is nobody's.
 */
async function patientsReferredTo(tx: Tx, patients: readonly AuditedPatient[]): Promise<Map<string, string>> {
  const ids = [...new Set(patients.flatMap(({ id, isReference }) => (isReference ? [id] : [])))];
  if (ids.length === 0) return new Map();
  const facility = await facilitySettings(tx);
  const [records, numbers] = await Promise.all([
    tx.patient.findMany({ where: { id: { in: ids.filter((id) => rowId.test(id)) } }, select: { id: true } }),
    tx.patientIdentifier.findMany({
      where: {
        issuer: facility?.issuer ?? '',
        value: { in: ids.flatMap((id) => [id, id.toUpperCase()]) },
      },
      select: { value: true, patientId: true },
    }),
  ]);
  return new Map(
    ids.flatMap((id): [string, string][] => {
      const meant = new Set([
        ...records.filter((record) => record.id === id).map((record) => record.id),
        ...numbers
          .filter(({ value }) => value === id || value === id.toUpperCase())
          .map(({ patientId }) => patientId),
      ]);
      const [only, ...others] = meant;
      return only && others.length === 0 ? [[id, only]] : [];
    }),
  );
}
