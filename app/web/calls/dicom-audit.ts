import { z } from 'zod';
import type { MachineCall } from './call.ts';

export const ingestAnswer = z.strictObject({
  batchId: z.uuid(),
  results: z.array(
    z.strictObject({
      index: z.int(),
      state: z.enum(['accepted', 'duplicate', 'ignored', 'unmapped', 'quarantined', 'rejected']),
      disclosureIds: z.array(z.uuid()),
      reason: z.string().optional(),
    }),
  ),
});

export const dicomAuditCall: MachineCall = {
  id: 'reportTransfer',
  method: 'POST',
  path: '/api/v1/disclosures/dicom-audit',
  scope: 'disclosures:write',
  summary: 'Report one transfer as a DICOM audit message',
  description:
    'One AuditMessage (DICOM PS3.15 A.5). It is kept as it came. The same message sent again is a duplicate and changes nothing.',
  idempotent: true,
  body: { type: 'application/xml', schema: z.string().describe('One AuditMessage.') },
  answers: { 202: { description: 'It is kept; what became of it stands in results.', schema: ingestAnswer } },
  problems: ['bad-request', 'idempotency-key-reused', 'too-large', 'wrong-media-type', 'message-refused'],
};
