import { z } from 'zod';
import type { MachineCall } from './call.ts';

export const mostItems = 10_000;

// PostgreSQL keeps no NUL, and no id or name of ours has a control character. Half a surrogate pair cannot be written as UTF-8: what is kept
// of an answer would be another text than the answer, and its receipt would not fit it.
export const word = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has control characters, or half of a surrogate pair');

const uid = z.string().regex(/^[0-9.]{1,64}$/);
const studyUid = uid.optional();

export const checkQuestion = z.strictObject({
  purpose: word(64).describe('A code of HL7 v3-ActReason, such as MLTRAINING, HRESCH or TREAT.'),
  recipient: word(500).describe('The slug of a company, or one of its endpoints (AE title, host).'),
  identifiable: z.boolean().default(true).describe('Whether the images go out with the patient’s name.'),
  at: z.iso.datetime({ offset: true }).optional().describe('A past moment to ask about. Absent: now.'),
  knownAt: z.iso
    .datetime({ offset: true })
    .optional()
    .describe(
      'With at: answer by what was recorded by then, from at until now. Absent: by what was recorded at that moment.',
    ),
  items: z
    .array(z.strictObject({ patientId: word(128), issuer: word(128), studyUid }))
    .min(1)
    .max(mostItems),
});

const instant = z.iso.datetime();
const decision = z.enum(['permit', 'deny']);
const reason = z.enum([
  'noOptOut',
  'neverStopped',
  'permitted',
  'optedOut',
  'notPermitted',
  'purposeUnknown',
  'restoreNotConfirmed',
  'patientUnknown',
  'recipientUnknown',
]);

export const checkAnswer = z.strictObject({
  checkedAt: instant,
  validUntil: instant.describe('How long the answer may be relied on. Ask again when you send.'),
  receiptId: z.uuid().describe('Names the answer on record.'),
  results: z
    .array(
      z.strictObject({
        patientId: z.string(),
        issuer: z.string(),
        studyUid,
        decision,
        reason,
        recordId: z
          .uuid()
          .optional()
          .describe(
            'The patient’s “no” or “yes” that it rests on, as Consent/{recordId} in FHIR; for the facility’s own programs alone.',
          ),
      }),
    )
    .describe('In the order of the items.'),
});

export const checksCall: MachineCall = {
  id: 'checkExport',
  method: 'POST',
  path: '/api/v1/checks',
  scope: 'checks:read',
  summary: 'May these images go to this recipient for this purpose?',
  description:
    'Asked by an export gateway before it sends. Everything that is not known to be allowed is denied. The key of a company’s own program may name that company alone as the recipient; any other one is refused with 403. The same Idempotency-Key simply asks again.',
  idempotent: true,
  body: { type: 'application/json', schema: checkQuestion },
  answers: { 200: { description: 'A decision for each item.', schema: checkAnswer } },
  problems: ['bad-request', 'recipient-not-yours', 'too-large'],
};

export const studyPath = z.object({ studyUid: uid.describe('Study Instance UID (0020,000D).') });
// What images do not carry, dcm4chee leaves empty: that is nobody's number, and denied, so that the try is kept like any other.
export const studyQuery = z.strictObject({
  patientId: z.literal('').or(word(128)).describe('Patient ID (0010,0020).'),
  issuer: z.literal('').or(word(128)).describe('Issuer of Patient ID (0010,0021). Empty: nobody is meant.'),
  purpose: checkQuestion.shape.purpose,
  recipient: checkQuestion.shape.recipient,
});

export const studyCheckCall: MachineCall = {
  id: 'checkStudy',
  method: 'GET',
  path: '/api/v1/checks/study/{studyUid}',
  scope: 'checks:read',
  summary: 'May this study go? In one word',
  description:
    'The same question for one study, answered in text: "permit", or "deny" and a reason. Both are 200; every other status means: do not send. For systems that ask with GET and look for a word, such as dcm4chee’s Store Permission Service; docs/connect-dcm4chee.md says how. Such a system sends no header: the key of a program that is bound to its networks may stand in the address instead, as /api/v1/keyed/KEY/checks/study/STUDY. Each call is kept as a check, also one that is asked again.',
  parameters: { path: studyPath, query: studyQuery },
  answers: {
    200: {
      description: 'The decision.',
      type: 'text/plain',
      schema: z.string().regex(/^(permit|deny [a-zA-Z]+)\n$/),
    },
  },
  problems: ['bad-request', 'recipient-not-yours'],
};
