import { z } from 'zod';
import type { MachineCall } from './call.ts';
import { checkAnswer } from './checks.ts';

const instant = z.iso.datetime();
const count = z.int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

export const receiptPath = z.object({
  receiptId: z.uuid().describe('receiptId, or Plainview-Receipt, of an answer.'),
});

const receiptAnswer = z.strictObject({
  receipt: z.strictObject({
    iss: z.string().describe('The site that signed it.'),
    receiptId: z.uuid(),
    kind: z.enum(['check', 'list']),
    askedBy: z.string().nullable().describe('The program that asked; null: somebody at the facility.'),
    purpose: z.string(),
    recipient: z.string().describe('As it was asked.'),
    vendor: z.string().nullable().describe('The slug of the company that was meant.'),
    identifiable: z.boolean(),
    at: instant.nullable().describe('The past moment that was asked about.'),
    end: z
      .enum(['answered', 'refused', 'brokenOff', 'keyEnded', 'underWay'])
      .describe('What is not "answered" is not to be relied on, whatever of it arrived.'),
    checkedAt: instant.nullable(),
    validUntil: instant.nullable().describe('null: it can never be relied on.'),
    rows: count.describe('Items, or rows under the first line.'),
    permitted: count.describe('Of a list: rows that went out.'),
    denied: z.record(z.string(), count).describe('How many were denied, by reason.'),
    resultsSha256: digest
      .nullable()
      .describe('Of a check: SHA-256 of resultsNonce and, right after it, results as JSON without spaces.'),
    askedSha256: digest.nullable().describe('Of a list: SHA-256 of the bytes that came.'),
    answeredSha256: digest.nullable().describe('Of a list: SHA-256 of the bytes that went out.'),
  }),
  isValid: z.boolean().describe('Whether the answer may be relied on at this moment.'),
  results: checkAnswer.shape.results
    .nullable()
    .describe(
      'Of a check, for the program that asked; null for others, and for lists, whose rows are not kept.',
    ),
  resultsNonce: z
    .uuid()
    .nullable()
    .describe('Beside results alone, to be kept with them: whoever has both verifies resultsSha256.'),
  signed: z
    .string()
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    .describe('The receipt as a compact JWS (EdDSA), to be kept and verified later without us.'),
});

export const receiptCall: MachineCall = {
  id: 'readReceipt',
  method: 'GET',
  path: '/api/v1/checks/{receiptId}',
  scope: 'checks:read',
  summary: 'What was answered to a check or a list',
  description:
    'For the program that asked, and for a company’s own program where it was about that company; for all others there is nothing here. The keys that verify it stand at /api/v1/receipt-keys.',
  parameters: { path: receiptPath },
  answers: { 200: { description: 'The receipt.', schema: receiptAnswer } },
  problems: ['not-found'],
};

export const receiptKeysCall: MachineCall = {
  id: 'readReceiptKeys',
  method: 'GET',
  path: '/api/v1/receipt-keys',
  scope: null,
  summary: 'The public keys that receipts are verified with',
  description:
    'A JWK set (RFC 7517). Keep it with your receipts: it is all that verifying takes. It needs no key.',
  answers: {
    200: {
      description: 'The keys, by kid.',
      schema: z.strictObject({
        keys: z.array(
          z.strictObject({
            kty: z.literal('OKP'),
            crv: z.literal('Ed25519'),
            x: z.string(),
            kid: z.string(),
            use: z.literal('sig'),
            alg: z.literal('EdDSA'),
          }),
        ),
      }),
    },
  },
  problems: [],
};
