import type { Line } from './expected-route.ts';

/** What programs ask; tests/attacks/api.test.ts asks each of their calls with every kind of key. */
export const machineRoutes: Record<string, Line> = {
  'routes/api+/$': { kind: 'machine', at: () => '/api/no/such/call' },
  'routes/api+/v1+/openapi[.]json': { kind: 'public' },
  // Anybody may ask; tests/integration/deadlines.test.ts holds what it refuses.
  'routes/api+/v1+/deadlines': {
    kind: 'public',
    at: () => '/api/v1/deadlines?rule=hipaa.access&receivedAt=2026-01-15',
  },
  'routes/api+/v1+/checks': { kind: 'machine' },
  'routes/api+/v1+/checks_.$receiptId': {
    kind: 'machine',
    at: () => '/api/v1/checks/0198a5c0-0000-7000-8000-000000000000',
  },
  'routes/api+/v1+/checks_.study.$studyUid': { kind: 'machine', at: () => '/api/v1/checks/study/2.25.1' },
  'routes/api+/v1+/keyed.$key.checks.study.$studyUid': {
    kind: 'machine',
    at: () => '/api/v1/keyed/nobodys/checks/study/2.25.1',
  },
  'routes/api+/v1+/cohorts.filter': { kind: 'machine' },
  'routes/api+/v1+/receipt-keys': { kind: 'public' },
  'routes/api+/v1+/disclosures+/csv': { kind: 'machine' },
  'routes/api+/v1+/disclosures+/dicom-audit': { kind: 'machine' },
  'routes/api+/v1+/disclosures+/index': { kind: 'machine' },
  'routes/fhir+/$': { kind: 'machine', at: () => '/fhir/r4/no/such/call' },
  'routes/fhir+/r4+/index': { kind: 'machine' },
  'routes/fhir+/r4+/AuditEvent': { kind: 'machine' },
  'routes/fhir+/r4+/AuditEvent_.$id': {
    kind: 'machine',
    at: () => '/fhir/r4/AuditEvent/0198a5c0-0000-7000-8000-000000000000',
  },
  'routes/fhir+/r4+/Consent': { kind: 'machine' },
  'routes/fhir+/r4+/Consent_.$id': {
    kind: 'machine',
    at: () => '/fhir/r4/Consent/0198a5c0-0000-7000-8000-000000000000',
  },
  // What the server can do, and where tokens are got: for programs that have none yet.
  'routes/fhir+/r4+/metadata': { kind: 'public' },
  'routes/fhir+/r4+/[.]well-known.smart-configuration': { kind: 'public' },
  'routes/_public+/[.]well-known.smart-configuration': { kind: 'public' },
  // It takes signed assertions alone; tests/attacks/smart-tokens.test.ts.
  'routes/api+/v1+/token': { kind: 'form' },
};
