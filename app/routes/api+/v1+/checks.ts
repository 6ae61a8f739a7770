import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { answerCheck, RecipientNotTheirs } from '#app/optouts/checks.server.ts';
import { checkQuestion, checksCall, mostItems } from '#app/web/calls/checks.ts';
import { idempotencyKey, machineDoor, readJson } from '#app/web/machine.server.ts';
import { problem } from '#app/web/problem.server.ts';

const mostBytes = 4 * 1024 * 1024;
const earliest = new Date('1970-01-01T00:00:00Z');

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, checksCall, answer);
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, checksCall, answer);
}

const answer: Parameters<typeof machineDoor>[2] = async ({ world, client, request, now }) => {
  // A check changes nothing, so the same key simply asks again: an answer from before an opt-out is never repeated after it.
  idempotencyKey(request);
  const { tooLarge, body } = await readJson(request, mostBytes);
  if (tooLarge)
    return problem('too-large', {
      detail: `The body may have ${mostBytes} bytes and ${mostItems} items.`,
      limit: mostBytes,
    });
  if (body === undefined)
    return problem('bad-request', { detail: 'The body is not JSON in UTF-8, or names a member twice.' });
  const parsed = checkQuestion.safeParse(body);
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
  const knownAt = parsed.data.knownAt ? new Date(parsed.data.knownAt) : null;
  if (knownAt && (!at || knownAt < at || knownAt > now))
    return problem('bad-request', { detail: 'knownAt goes with at, and lies between at and now.' });
  try {
    return Response.json(await answerCheck(world, client, { ...parsed.data, at, knownAt }));
  } catch (error) {
    if (!(error instanceof RecipientNotTheirs)) throw error;
    return problem('recipient-not-yours', {
      detail: 'Name your own company, or one of its endpoints, as the recipient.',
    });
  }
};
