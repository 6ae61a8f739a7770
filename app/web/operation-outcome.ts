import { z } from 'zod';
import { problems, type ProblemType } from './problems.ts';

export const fhirJson = 'application/fhir+json';

/** hl7.org/fhir/R4/valueset-issue-type.html, as far as we say it. */
const issueTypes = [
  'invalid',
  'structure',
  'login',
  'security',
  'forbidden',
  'not-found',
  'not-supported',
  'conflict',
  'too-long',
  'too-costly',
  'processing',
  'throttled',
  'exception',
  'transient',
  'informational',
] as const;
type IssueType = (typeof issueTypes)[number];

/** R4 OperationOutcome (hl7.org/fhir/R4/operationoutcome.html), as we write it. */
export const operationOutcome = z.strictObject({
  resourceType: z.literal('OperationOutcome'),
  id: z.string().optional(),
  issue: z
    .array(
      z.strictObject({
        severity: z.enum(['fatal', 'error', 'warning', 'information']),
        code: z.enum(issueTypes),
        details: z.strictObject({
          coding: z.array(z.strictObject({ system: z.string(), code: z.string() })).optional(),
          text: z.string(),
        }),
        diagnostics: z.string().optional().describe('What to do, or where it is wrong.'),
      }),
    )
    .min(1),
});
export type OperationOutcome = z.output<typeof operationOutcome>;

/** What R4 calls each kind of problem. */
const issueTypeOf: Record<ProblemType, IssueType> = {
  'bad-request': 'invalid',
  'not-signed-in': 'login',
  'key-in-address': 'security',
  'scope-missing': 'forbidden',
  'recipient-not-yours': 'forbidden',
  'not-found': 'not-found',
  'method-not-allowed': 'not-supported',
  'not-acceptable': 'not-supported',
  'idempotency-key-reused': 'conflict',
  'too-large': 'too-long',
  'wrong-media-type': 'not-supported',
  'message-refused': 'processing',
  'list-refused': 'invalid',
  'too-many-requests': 'throttled',
  'server-error': 'exception',
  unavailable: 'transient',
};

/** Of the codes in an outcome. A name and no address: nothing is to be fetched there. */
const codeSystem = { problem: 'urn:plainview:problem', reason: 'urn:plainview:ingest' } as const;

export interface Issue {
  severity: OperationOutcome['issue'][number]['severity'];
  code: IssueType;
  /** Of a reader or of the record: a reason, or what became of a report. */
  reason?: string | undefined;
  text: string;
  diagnostics?: string | undefined;
}

/** One issue. @param id of the batch that it is about */
export function outcomeOf(
  { severity, code, reason, text, diagnostics }: Issue,
  id?: string,
): OperationOutcome {
  return {
    resourceType: 'OperationOutcome',
    ...(id ? { id } : {}),
    issue: [
      {
        severity,
        code,
        details: { ...(reason ? { coding: [{ system: codeSystem.reason, code: reason }] } : {}), text },
        ...(diagnostics ? { diagnostics } : {}),
      },
    ],
  };
}

/** A problem as a resource. Of its members those are told that FHIR has a place for; none of them repeats what was sent. */
export function problemOutcome(
  type: ProblemType,
  { detail, code, batchId }: { detail: string; [member: string]: unknown },
): OperationOutcome {
  const outcome = outcomeOf(
    {
      severity: type === 'server-error' || type === 'unavailable' ? 'fatal' : 'error',
      code: issueTypeOf[type],
      reason: typeof code === 'string' ? code : undefined,
      text: problems[type].title,
      diagnostics: detail,
    },
    typeof batchId === 'string' ? batchId : undefined,
  );
  const [issue] = outcome.issue;
  const coding = [{ system: codeSystem.problem, code: type }, ...(issue?.details.coding ?? [])];
  return { ...outcome, issue: [{ ...issue!, details: { ...issue!.details, coding } }] };
}
