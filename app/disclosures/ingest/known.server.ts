import type { Tx } from '#app/db/client.server.ts';
import { isRowId } from '#app/db/row-id.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { findPatientsByIdentifiers, patientKeyText } from '#app/people/patients.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { endpointRegister, releaseRuleRegister } from '#app/vendors/vendors.server.ts';
import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { AuditedPatient } from './dicom-audit/patients.ts';
import type { GroupKind } from '../matching.ts';
import type { RecordedPerson } from './contradiction.ts';
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
  const found = [...new Set([...patients.values(), ...references.values()])];
  const groups = await recordGroups(tx, found);
  const [records, said] = await Promise.all([peopleOf(tx, groups), saidOfPatients(tx, found)]);
  return {
    habits,
    patientOf: (key) => patients.get(patientKeyText(key)) ?? null,
    patientReferredTo: (id) => references.get(id) ?? null,
    recordsOf: (id) => records.get(id) ?? [],
    groupOf: (id) => groups.get(id) ?? [id],
    isSaidOf: (id, what) => said.has(JSON.stringify([id, what])),
    endpointsAt: await endpointRegister(tx),
    ruleAt: await releaseRuleRegister(tx),
  };
}

/** What each of these records and all that are one person with it say of the person. */
async function peopleOf(
  tx: Tx,
  groups: ReadonlyMap<string, readonly string[]>,
): Promise<Map<string, RecordedPerson[]>> {
  // Hundreds of ids as one parameter: bound one by one they cost more than what is read.
  const rows = await tx.$queryRaw<(RecordedPerson & { id: string })[]>`
    select id, family_name as "familyName", given_name as "givenName", born_on::text as "bornOn"
      from patient where id = any(${[...new Set([...groups.values()].flat())]}::uuid[])`;
  const people = new Map(rows.map(({ id, ...person }) => [id, person]));
  return new Map([...groups].map(([id, group]) => [id, group.flatMap((one) => people.get(one) ?? [])]));
}

/** What staff decided to be said of these patients although their records say otherwise: the decisions that stand are the register. */
async function saidOfPatients(tx: Tx, patientIds: readonly string[]): Promise<Set<string>> {
  if (patientIds.length === 0) return new Set();
  const decisions = await tx.$queryRaw<{ patientId: string; groupKey: unknown }[]>`
    select patient_id as "patientId", group_key as "groupKey" from matching_decision
     where kind = 'patientIdentifier' and group_kind = ${'patientContradicted' satisfies GroupKind}
       and patient_id = any(${[...patientIds]}::uuid[]) and undone_at is null`;
  return new Set(
    decisions.map(({ patientId, groupKey }) =>
      JSON.stringify([patientId, (groupKey as { said?: unknown } | null)?.said]),
    ),
  );
}

/**
 * `Patient/{id}` of this server: the id of a record, or a number of the facility's own in the case of its letters, or in small ones (a
 * logical id often is). One that could be two patients is nobody's.
 */
export async function patientsReferredTo(
  tx: Tx,
  patients: readonly AuditedPatient[],
): Promise<Map<string, string>> {
  const ids = [...new Set(patients.flatMap(({ id, isReference }) => (isReference ? [id] : [])))];
  if (ids.length === 0) return new Map();
  const facility = await facilitySettings(tx);
  const [records, numbers] = await Promise.all([
    tx.patient.findMany({ where: { id: { in: ids.filter(isRowId) } }, select: { id: true } }),
    tx.patientIdentifier.findMany({
      where: {
        issuer: facility?.issuer ?? '',
        value: { in: ids.flatMap((id) => [id, id.toUpperCase()]) },
      },
      select: { value: true, patientId: true },
    }),
  ]);
  const isRecord = new Set(records.map(({ id }) => id));
  const withNumber = new Map<string, Set<string>>();
  for (const { value, patientId } of numbers)
    withNumber.set(value, (withNumber.get(value) ?? new Set()).add(patientId));
  return new Map(
    ids.flatMap((id): [string, string][] => {
      const meant = new Set([
        ...(isRecord.has(id) ? [id] : []),
        ...(withNumber.get(id) ?? []),
        ...(withNumber.get(id.toUpperCase()) ?? []),
      ]);
      const [only, ...others] = meant;
      return only && others.length === 0 ? [[id, only]] : [];
    }),
  );
}
