import type { MachineCall } from './calls/call.ts';
import { checksCall, studyCheckCall } from './calls/checks.ts';
import { cohortsCall } from './calls/cohorts.ts';
import { csvCall } from './calls/csv.ts';
import { deadlineCall, deadlineOfEventsCall } from './calls/deadlines.ts';
import { dicomAuditCall } from './calls/dicom-audit.ts';
import { disclosuresCall } from './calls/disclosures.ts';
import { documentCall } from './calls/document.ts';
import {
  metadataCall,
  readAuditEventCall,
  readConsentCall,
  searchAuditEventsCall,
  searchConsentsCall,
  smartConfigurationCall,
} from './calls/fhir-read.ts';
import { auditEventCall, bundleCall } from './calls/fhir.ts';
import { receiptCall, receiptKeysCall } from './calls/receipts.ts';

/** Every call of the machine API. The document is written from this list; a route that is not here fails tests/attacks/api.test.ts. */
export const machineCalls: readonly MachineCall[] = [
  checksCall,
  cohortsCall,
  csvCall,
  deadlineCall,
  deadlineOfEventsCall,
  dicomAuditCall,
  disclosuresCall,
  documentCall,
  receiptCall,
  receiptKeysCall,
  studyCheckCall,
  auditEventCall,
  bundleCall,
  metadataCall,
  smartConfigurationCall,
  searchConsentsCall,
  readConsentCall,
  searchAuditEventsCall,
  readAuditEventCall,
];
