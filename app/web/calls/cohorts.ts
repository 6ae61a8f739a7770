import { z } from 'zod';
import { leastRateSaid, listLimitsSaid } from '#app/optouts/cohort-list.ts';
import type { MachineCall } from './call.ts';
import { word } from './checks.ts';

export const cohortQuery = z.strictObject({
  purpose: word(64).describe('A code of HL7 v3-ActReason, such as MLTRAINING or HRESCH.'),
  recipient: word(500).describe('The slug of a company, or one of its endpoints (AE title, host).'),
  identifiable: z
    .enum(['true', 'false'])
    .default('true')
    .describe('Whether the images go out with the patient’s name.'),
});

export const cohortsCall: MachineCall = {
  id: 'filterCohort',
  method: 'POST',
  path: '/api/v1/cohorts/filter',
  scope: 'checks:read',
  summary: 'Which rows of this list may go to this recipient for this purpose?',
  description: `A CSV in UTF-8 of ${listLimitsSaid} at most, sent and answered as it comes. It has to come, and to be taken, at ${leastRateSaid}; one list at a time for a program, or for all programs of a company. The first line names the columns: patient_id and issuer, study_uid if there is one; other columns go along. The answer holds the line of column names and the rows that may go; rows that may not, whose patient is unknown, or that cannot be read with certainty are left out and never named. Lists of up to 50,000 rows keep their order. Plainview-Receipt names the receipt (GET /api/v1/checks/{receiptId}). The counts are known at the end alone: they follow as HTTP trailers, and stand in the receipt. An answer whose connection breaks is not to be relied on; it breaks too when it is not taken whole by Plainview-Valid-Until, or before a “yes” that a row went out on ends. The receipt says until when all of it counts, which may be earlier. A last line without a line break is left out, since it may have been cut. A list with a line that is \\. alone is refused.`,
  parameters: { query: cohortQuery },
  body: { type: 'text/csv', schema: z.string().describe('Lines under the line of column names.') },
  answers: {
    200: {
      description: 'The rows that may go.',
      type: 'text/csv',
      schema: z.string().describe('The same columns, fewer rows.'),
    },
  },
  problems: ['bad-request', 'recipient-not-yours', 'wrong-media-type', 'list-refused', 'too-many-requests'],
};
