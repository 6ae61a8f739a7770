import { z } from 'zod';
import type { MachineCall } from './call.ts';
import { fhirJson, operationOutcome } from '../operation-outcome.ts';

/** R4 Bundle: what became of each entry of the one that came, in order. */
export const batchResponse = z.strictObject({
  resourceType: z.literal('Bundle'),
  id: z.string(),
  type: z.literal('batch-response'),
  entry: z.array(
    z.strictObject({ response: z.strictObject({ status: z.string(), outcome: operationOutcome }) }),
  ),
});

const ofBundle = {
  description:
    'A batch-response. The status of an entry: 201 it is on record, 200 it was before or is no release, 202 it waits for staff, 4xx it cannot be read; its outcome says why.',
  schema: batchResponse,
  type: fhirJson,
};
const ofOne = {
  description: 'It is kept; the outcome says what became of it.',
  schema: operationOutcome,
  type: fhirJson,
};

const shared = {
  method: 'POST',
  scope: 'fhir:write',
  smart: { resource: 'AuditEvent', act: 'c' },
  idempotent: true,
  answers: { 200: ofBundle, 202: ofOne },
  problems: ['bad-request', 'idempotency-key-reused', 'too-large', 'wrong-media-type', 'message-refused'],
} as const satisfies Partial<MachineCall>;

const what =
  'A disclosure is an event of DICOM 110104 or 110106, or one with the subtype disclose of iso-21089-lifecycle, as IHE BALP PrivacyDisclosure has it; other kinds are kept and ignored. The patient is named by an identifier with its assigner or system, or by Patient/{id} of this facility. The end of period counts as its time, else recorded. UTF-8; 8 MiB a call, 1 MiB an event.';

/** One resource, or a Bundle: both may come here. */
export const auditEventCall: MachineCall = {
  ...shared,
  id: 'reportAuditEvent',
  path: '/fhir/r4/AuditEvent',
  summary: 'Report transfers as FHIR R4 AuditEvents',
  description: `One AuditEvent, or a Bundle of them. ${what}`,
  body: { type: fhirJson, schema: z.looseObject({ resourceType: z.string() }) },
};

/** Where FHIR has Bundles posted (IHE ITI-20, RESTful feed). */
export const bundleCall: MachineCall = {
  ...shared,
  id: 'reportAuditEventBundle',
  path: '/fhir/r4',
  summary: 'Report transfers as a FHIR R4 Bundle of AuditEvents',
  description: `Each entry has its own answer, in order, and one that cannot be read loses no other one; a transaction is no exception, and is answered as a batch. At most 10,000 entries. ${what}`,
  body: { type: fhirJson, schema: z.looseObject({ resourceType: z.literal('Bundle') }) },
};
