import { z } from 'zod';
import type { MachineCall } from './call.ts';
import { ingestAnswer } from './dicom-audit.ts';

export const csvCall: MachineCall = {
  id: 'reportTransfersAsCsv',
  method: 'POST',
  path: '/api/v1/disclosures/csv',
  scope: 'disclosures:write',
  summary: 'Report transfers as lines of a CSV file',
  description:
    'The first line names the columns, in any order: event_id, event_time, source_ae, destination_ae, destination_host, patient_id, issuer, study_uid, accession, sop_class, instances, purpose, deidentified, outcome. Needed are event_time, patient_id, and one of the two destinations. UTF-8; 8 MiB and 10,000 lines a call. Each line is kept as it came and has its own result, in order, from 0; a line that cannot be read loses no other one.',
  idempotent: true,
  body: { type: 'text/csv', schema: z.string().describe('Lines under the line of column names.') },
  answers: {
    202: { description: 'It is kept; what became of each line stands in results.', schema: ingestAnswer },
  },
  problems: ['bad-request', 'idempotency-key-reused', 'too-large', 'wrong-media-type', 'message-refused'],
};
