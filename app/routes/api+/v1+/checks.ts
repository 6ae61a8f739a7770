import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { idempotencyKey, machineDoor, readBytes } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';
import { parseStrictJson } from '#app/web/strict-json.ts';

const mostItems = 10_000;
const mostBytes = 4 * 1024 * 1024;
const earliest = new Date('1970-01-01T00:00:00Z');

// PostgreSQL keeps no NUL, and no id or name of ours has a control character.
const word = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, 'has control characters');

const question = z.strictObject({
  purpose: word(64),
  recipient: word(500),
  identifiable: z.boolean().default(true),
  at: z.iso.datetime({ offset: true }).optional(),
  items: z
    .array(
      z.strictObject({
        patientId: word(128),
        issuer: word(128),
        studyUid: z
          .string()
          .regex(/^[0-9.]{1,64}$/)
          .optional(),
      }),
    )
    .min(1)
    .max(mostItems),
});

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, 'checks:read', 'POST', answer);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, 'checks:read', 'POST', answer);
}

const answer: Parameters<typeof machineDoor>[3] = async ({ world, client, request, now }) => {
  // A check changes nothing, so the same key simply asks again: an answer from before an opt-out is never repeated after it.
  idempotencyKey(request);
  const { bytes, whole } = await readBytes(request, mostBytes);
  if (!whole)
    return problem('too-large', {
      detail: `The body may have ${mostBytes} bytes and ${mostItems} items.`,
      limit: mostBytes,
    });
  const body = parseJson(bytes);
  if (body === undefined)
    return problem('bad-request', { detail: 'The body is not JSON in UTF-8, or names a member twice.' });
  const parsed = question.safeParse(body);
  if (!parsed.success) {
    const wrong = parsed.error.issues
      .slice(0, 10)
      .map((issue) => ({ at: issue.path.join('.'), why: issue.message }));
    return problem('bad-request', { detail: 'The body is not a question this call can answer.', wrong });
  }
  const at = parsed.data.at ? new Date(parsed.data.at) : null;
  if (at && at < earliest)
    return problem('bad-request', { detail: 'at lies before there were any records.' });
  if (at && at > now)
    return problem('bad-request', {
      detail: 'at lies in the future: nobody can say now what will be allowed then.',
    });
  return Response.json(await answerCheck(world, client, { ...parsed.data, at }));
};

function parseJson(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
