import { z } from 'zod';
import type { MachineCall } from './call.ts';
import {
  auditEventSearch,
  consentSearch,
  entriesAPage,
  namesOf,
  type SearchParameter,
} from '../fhir/search.ts';
import { fhirJson } from '../operation-outcome.ts';

const format = {
  _format: z
    .string()
    .optional()
    .describe('json, application/json or application/fhir+json; nothing else is answered in.'),
  _pretty: z.enum(['true', 'false']).optional().describe('Laid out for people.'),
};

const queryOf = (list: readonly SearchParameter[]) =>
  z.object({
    ...Object.fromEntries(
      list.flatMap((parameter) =>
        namesOf(parameter).map((name) => [name, z.string().optional().describe(parameter.documentation)]),
      ),
    ),
    _count: z.string().optional().describe(`Entries a page, ${entriesAPage.most} at most; 0 counts alone.`),
    ...format,
  });

const bundle = z.looseObject({ resourceType: z.literal('Bundle'), type: z.literal('searchset') });

const search = {
  method: 'GET',
  scope: 'fhir:read',
  answers: {
    200: { description: 'A page, with a next link where there are more.', schema: bundle, type: fhirJson },
  },
  problems: ['bad-request', 'not-acceptable'],
} as const satisfies Partial<MachineCall>;

const read = {
  method: 'GET',
  scope: 'fhir:read',
  parameters: { path: z.object({ id: z.string() }), query: z.object(format) },
  problems: ['bad-request', 'not-found', 'not-acceptable'],
} as const satisfies Partial<MachineCall>;

const told =
  'Every read is written down, and the patient sees it. A parameter that is unknown is left out with a warning, with Prefer: handling=strict it is refused.';

export const metadataCall: MachineCall = {
  id: 'readCapabilityStatement',
  method: 'GET',
  path: '/fhir/r4/metadata',
  scope: null,
  summary: 'What the FHIR server can do',
  description: 'A CapabilityStatement, written from the lists that searches are read by. It needs no key.',
  answers: {
    200: {
      description: 'The statement.',
      schema: z.looseObject({ resourceType: z.literal('CapabilityStatement') }),
      type: fhirJson,
    },
  },
  problems: ['bad-request', 'not-acceptable', 'too-many-requests'],
};

export const smartConfigurationCall: MachineCall = {
  id: 'readSmartConfiguration',
  method: 'GET',
  path: '/fhir/r4/.well-known/smart-configuration',
  scope: null,
  summary: 'Where and how tokens are got',
  description:
    'SMART App Launch 2, Backend Services: a program signs an assertion (RS384, ES384) and trades it for a token of five minutes. The same stands at /.well-known/smart-configuration.',
  answers: {
    200: {
      description: 'The configuration.',
      schema: z.looseObject({ token_endpoint: z.string(), scopes_supported: z.array(z.string()) }),
    },
  },
  problems: [],
};

export const searchConsentsCall: MachineCall = {
  ...search,
  id: 'searchConsents',
  path: '/fhir/r4/Consent',
  smart: { resource: 'Consent', act: 's' },
  summary: 'Search patients’ choices',
  description: `Each “no”, and each “yes” to what the facility asks permission for. That there is none is no permission: POST /api/v1/checks says whether images may go. The program of a company names the patient by patient.identifier, and finds what concerns that company. ${told}`,
  parameters: { query: queryOf(consentSearch) },
};

export const readConsentCall: MachineCall = {
  ...read,
  id: 'readConsent',
  path: '/fhir/r4/Consent/{id}',
  smart: { resource: 'Consent', act: 'r' },
  summary: 'Read a patient’s choice',
  description: `One choice, as it stands now. What does not concern the company whose program asks is not found. ${told}`,
  answers: {
    200: {
      description: 'The choice, with an ETag and Last-Modified.',
      schema: z.looseObject({ resourceType: z.literal('Consent') }),
      type: fhirJson,
    },
  },
};

export const searchAuditEventsCall: MachineCall = {
  ...search,
  id: 'searchAuditEvents',
  path: '/fhir/r4/AuditEvent',
  smart: { resource: 'AuditEvent', act: 's' },
  summary: 'Search who received images',
  description: `One release each, the earliest first, as the patient may know of it now; in the place of a row that was corrected stands its correction. The program of a company finds what that company received by name. ${told}`,
  parameters: { query: queryOf(auditEventSearch) },
};

export const readAuditEventCall: MachineCall = {
  ...read,
  id: 'readAuditEvent',
  path: '/fhir/r4/AuditEvent/{id}',
  smart: { resource: 'AuditEvent', act: 'r' },
  summary: 'Read a release of images',
  description: `One release, as the patient may know of it now. ${told}`,
  answers: {
    200: {
      description: 'The event, with an ETag and Last-Modified.',
      schema: z.looseObject({ resourceType: z.literal('AuditEvent') }),
      type: fhirJson,
    },
  },
};
