import { everyRelease, type AccountingDocument, type AccountingRow } from './accounting.ts';

const dcm = 'http://dicom.nema.org/resources/ontology/DCM';
const hl7 = 'http://terminology.hl7.org/CodeSystem';
/** IHE BALP: a disclosure as whoever disclosed it tells of it. */
const profile =
  'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PrivacyDisclosure.Source';

/**
 * An accounting as a FHIR R4 Bundle: an AuditEvent for each release, the repeated ones too. FHIR has no resource for an accounting as a
 * whole; what else it says is in its other forms.
 */
export function accountingBundle(document: AccountingDocument) {
  const inTheStates = (document.place ?? 'states') === 'states';
  const releases = [
    ...everyRelease(document.requiredByLaw).map((row) => ({ row, required: inTheStates ? true : null })),
    ...everyRelease(document.alsoShown).map((row) => ({ row, required: false })),
  ];
  return {
    resourceType: 'Bundle',
    type: 'collection',
    identifier: { value: document.reference, assigner: { display: document.facility.name } },
    timestamp: document.preparedAt,
    entry: releases.map(({ row, required }) => ({
      fullUrl: `urn:uuid:${row.disclosureId}`,
      resource: auditEvent(document, row, required),
    })),
  };
}

function auditEvent({ facility, patient }: AccountingDocument, row: AccountingRow, required: boolean | null) {
  return releaseEvent(
    {
      ...row,
      recipient: { display: row.recipient.name || 'unknown' },
      details: { ...factsOf(row), ...accountingFacts(row, required) },
    },
    {
      facilityName: facility.name,
      patients: patient.identifiers.map(({ issuer, value }) => ({
        type: 'Patient',
        identifier: { value, assigner: { display: issuer } },
        display: patient.name,
      })),
    },
  );
}

/** One release as an AuditEvent tells it. */
export interface ReleaseFacts {
  disclosureId: string;
  occurredAt: string;
  /** v3-ActReason code, or null: not known. */
  purpose: string | null;
  /** Where it went and came from as the reports name it. */
  endpoint: string | null;
  source: string | null;
  studyUid: string | null;
  recipient: { display: string; reference?: string; type?: string };
  /** Facts of the images, by name; null: not known. */
  details: Record<string, string | number | null>;
}

/** A release as an R4 AuditEvent. @param patients whose images they are: one person, by each of their numbers */
export function releaseEvent(
  row: ReleaseFacts,
  { facilityName, patients }: { facilityName: string; patients: readonly object[] },
) {
  const here = { display: facilityName };
  return {
    resourceType: 'AuditEvent' as const,
    id: row.disclosureId,
    meta: { profile: [profile] },
    type: { system: dcm, code: '110106', display: 'Export' },
    subtype: [{ system: `${hl7}/iso-21089-lifecycle`, code: 'disclose', display: 'Disclose' }],
    action: 'R',
    recorded: row.occurredAt,
    outcome: '0',
    ...(row.purpose === null
      ? {}
      : { purposeOfEvent: [{ coding: [{ system: `${hl7}/v3-ActReason`, code: row.purpose }] }] }),
    agent: [
      {
        type: { coding: [{ system: dcm, code: '110153', display: 'Source Role ID' }] },
        who: here,
        requestor: true,
        network: machine(row.source),
      },
      {
        type: { coding: [{ system: dcm, code: '110152', display: 'Destination Role ID' }] },
        who: row.recipient,
        requestor: false,
        network: machine(row.endpoint),
      },
    ],
    source: {
      observer: here,
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: [
      ...patients.map((what) => ({
        what,
        type: { system: `${hl7}/audit-entity-type`, code: '1', display: 'Person' },
        role: { system: `${hl7}/object-role`, code: '1', display: 'Patient' },
      })),
      {
        what:
          row.studyUid === null
            ? { display: 'Images' }
            : {
                type: 'ImagingStudy',
                identifier: { system: 'urn:dicom:uid', value: `urn:oid:${row.studyUid}` },
              },
        type: { system: `${hl7}/audit-entity-type`, code: '2', display: 'System Object' },
        role: { system: `${hl7}/object-role`, code: '4', display: 'Domain Resource' },
        detail: detailsOf(row.details),
      },
    ],
  };
}

/** AuditEvent.agent.network: a machine's name. A report that named none says so. */
function machine(name: string | null) {
  return { address: name ?? 'unknown', type: '1' };
}

/** @param required whether 45 CFR 164.528 makes the facility list it; null: another law rules */
function accountingFacts(row: AccountingRow, required: boolean | null) {
  return {
    LegalBasis: row.legalBasis,
    RequiredBy164528: required === null ? null : `${required}`,
    ExclusionReason: row.exclusionReason,
    RecipientAddress: row.recipient.address,
    CorrectedOn: row.corrected?.on ?? null,
  };
}

/** What was sent, as AuditEvent.entity.detail names it. */
export function factsOf(
  row: Pick<
    AccountingRow,
    'images' | 'modality' | 'studyOn' | 'withoutIdentity' | 'timeZoneAssumed' | 'timeOfDayKnown'
  >,
): ReleaseFacts['details'] {
  return {
    NumberOfInstances: row.images,
    Modality: row.modality,
    StudyDate: row.studyOn,
    Anonymized: row.withoutIdentity ? 'true' : null,
    // Of AuditEvent.recorded, which has to be an instant.
    TimeZoneAssumed: row.timeZoneAssumed ?? null,
    TimeOfDayKnown: row.timeOfDayKnown === false ? 'false' : null,
  };
}

function detailsOf(facts: ReleaseFacts['details']) {
  return Object.entries(facts).flatMap(([type, value]) =>
    value === null ? [] : [{ type, valueString: `${value}` }],
  );
}
