import { problems, type ProblemType } from './problems.ts';

export type { ProblemType };

/**
 * A machine's error answer. @param more `detail` says what to do; further members (`code`, `limit`) are for programs
 */
export function problem(
  type: ProblemType,
  more: { detail: string; [member: string]: unknown },
  headers: Record<string, string> = {},
): Response {
  const { status, title } = problems[type];
  return Response.json(
    { type: `/problems/${type}`, title, status, ...more },
    {
      status,
      headers: {
        'Content-Type': 'application/problem+json; charset=utf-8',
        ...headers,
      },
    },
  );
}
