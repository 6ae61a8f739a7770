import type { MachineCall } from './calls/call.ts';
import { checksCall } from './calls/checks.ts';
import { csvCall } from './calls/csv.ts';
import { deadlineCall, deadlineOfEventsCall } from './calls/deadlines.ts';
import { dicomAuditCall } from './calls/dicom-audit.ts';
import { disclosuresCall } from './calls/disclosures.ts';
import { documentCall } from './calls/document.ts';
import { auditEventCall, bundleCall } from './calls/fhir.ts';

/** Every call of the machine API. The document is written from this list; a route that is not here fails tests/attacks/api.test.ts. */
export const machineCalls: readonly MachineCall[] = [
  checksCall,
  csvCall,
  deadlineCall,
  deadlineOfEventsCall,
  dicomAuditCall,
  disclosuresCall,
  documentCall,
  auditEventCall,
  bundleCall,
];
