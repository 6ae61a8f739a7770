import { fhirLimits } from '#app/disclosures/ingest/fhir/limits.ts';
import { readFhirBody } from '#app/disclosures/ingest/fhir/read.ts';
import { answerToEvents, refusedResourceAs } from '#app/web/fhir-answers.server.ts';
import { takePosted } from '#app/web/posted-reports.server.ts';

/** Takes in AuditEvents that were posted, one or many. */
export const takeResources = takePosted({
  channel: 'fhirHttp',
  mediaTypes: ['application/fhir+json', 'application/json'],
  wrongType: 'Send FHIR R4 resources as application/fhir+json.',
  bodyBytes: fhirLimits.bodyBytes,
  read: readFhirBody,
  refusedAs: refusedResourceAs,
  unreadable: 'The body cannot be read. It is kept for staff.',
  answer: answerToEvents,
});
