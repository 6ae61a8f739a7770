import { fhirJson, problemOutcome } from './operation-outcome.ts';
import { problems, type ProblemType } from './problems.ts';

export type { ProblemType };

/** `detail` says what to do; further members (`code`, `limit`) are for programs. */
export interface ProblemMembers {
  detail: string;
  [member: string]: unknown;
}

export type Refuse = (type: ProblemType, more: ProblemMembers, headers?: Record<string, string>) => Response;

/** What an error answer is made of, in the form of its address: problem details, or under /fhir/ an OperationOutcome. */
export function refusalAt(path: string, type: ProblemType, more: ProblemMembers) {
  const { status, title } = problems[type];
  return isFhir(path)
    ? { status, contentType: `${fhirJson}; charset=utf-8`, body: problemOutcome(type, more) }
    : {
        status,
        contentType: 'application/problem+json; charset=utf-8',
        body: { type: `/problems/${type}`, title, status, ...more },
      };
}

function isFhir(path: string): boolean {
  return /^\/fhir(\/|$)/.test(path);
}

/** How a call at this path is refused. */
export function refuseAt(path: string): Refuse {
  return (type, more, headers = {}) => {
    const { status, contentType, body } = refusalAt(path, type, more);
    return Response.json(body, { status, headers: { 'Content-Type': contentType, ...headers } });
  };
}

/** A machine's error answer as problem details (RFC 9457). */
export const problem: Refuse = refuseAt('/api');
