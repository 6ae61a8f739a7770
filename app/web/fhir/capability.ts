import { auditEventSearch, consentSearch, type SearchParameter } from './search.ts';

/** When what this server can do last changed: the statement says it. */
const changedOn = '2026-11-29';

const shared = {
  versioning: 'versioned',
  readHistory: false,
  updateCreate: false,
  conditionalCreate: false,
  conditionalRead: 'full-support',
  conditionalUpdate: false,
  conditionalDelete: 'not-supported',
} as const;

const searchParams = (list: readonly SearchParameter[]) =>
  list.map(({ name, type, documentation }) => ({ name, type, documentation }));

/** What this server can do (hl7.org/fhir/R4/capabilitystatement.html), from the lists that its searches are read by. */
export function capabilityStatement({ origin, facilityName }: { origin: string; facilityName: string }) {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: changedOn,
    publisher: facilityName,
    kind: 'instance',
    software: { name: 'Plainview' },
    implementation: { description: `Plainview at ${facilityName}`, url: `${origin}/fhir/r4` },
    fhirVersion: '4.0.1',
    format: ['application/fhir+json', 'json'],
    rest: [
      {
        mode: 'server',
        documentation:
          'Choices of patients about their images, and the record of who received them. Unknown search parameters are left out with a warning; with Prefer: handling=strict they are refused.',
        security: {
          cors: false,
          service: [
            {
              coding: [
                {
                  system: 'http://terminology.hl7.org/CodeSystem/restful-security-service',
                  code: 'SMART-on-FHIR',
                },
              ],
              text: 'SMART Backend Services, or an API key',
            },
          ],
          extension: [
            {
              url: 'http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris',
              extension: [{ url: 'token', valueUri: `${origin}${tokenPath}` }],
            },
          ],
          description: 'Every call but this one carries Authorization: Bearer TOKEN.',
        },
        resource: [
          {
            type: 'AuditEvent',
            documentation: 'One release of images each. What is posted is taken in as a report of one.',
            interaction: [{ code: 'read' }, { code: 'search-type' }, { code: 'create' }],
            ...shared,
            searchParam: searchParams(auditEventSearch),
          },
          {
            type: 'Consent',
            documentation:
              'One choice each. That there is none is no permission: ask POST /api/v1/checks before images leave.',
            interaction: [{ code: 'read' }, { code: 'search-type' }],
            ...shared,
            searchParam: searchParams(consentSearch),
          },
        ],
        interaction: [{ code: 'batch' }],
      },
    ],
  };
}

/** Where tokens are got. One place, since an assertion names it. */
export const tokenPath = '/api/v1/token';
