import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { RecipientNotTheirs } from '#app/optouts/checks.server.ts';
import { leastRateSaid, listLimitsSaid, type ListRefusal } from '#app/optouts/cohort-list.ts';
import { KeyEnded } from '#app/optouts/cohort-asking.server.ts';
import { filterCohort, TooManyLists } from '#app/optouts/cohorts.server.ts';
import { cohortQuery, cohortsCall } from '#app/web/calls/cohorts.ts';
import { listAnswer, piecesOf } from '#app/web/list-answer.server.ts';
import { machineDoor, readQuery } from '#app/web/machine.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return answer(args);
}

export function action(args: ActionFunctionArgs) {
  return answer(args);
}

function answer(args: LoaderFunctionArgs): Promise<Response> {
  return machineDoor(args, cohortsCall, async ({ world, client, request, refuse }) => {
    const { context } = args;
    const { purpose, recipient, identifiable } = readQuery(request, cohortQuery);
    if (!/^text\/csv(;|$)/i.test(request.headers.get('Content-Type') ?? ''))
      return refuse('wrong-media-type', { detail: 'Send the list as text/csv, in UTF-8.' });
    try {
      const answered = await filterCohort(
        world,
        { kind: 'program', client },
        { purpose, recipient, identifiable: identifiable === 'true' },
        { body: piecesOf(request), cameWhole: context.passage.cameWhole },
      );
      if (answered.ok) return listAnswer(context, answered);
      const { receiptId, refusal } = answered;
      const detail = `${why[refusal.reason]} Nothing of the list was answered.`;
      // What still comes of the list nobody reads.
      return refuse('list-refused', { detail, receiptId, ...refusal }, { Connection: 'close' });
    } catch (error) {
      if (error instanceof TooManyLists)
        return refuse(
          'too-many-requests',
          { detail: 'Another list of yours, or lists of others, are being answered. Send it again.' },
          { 'Retry-After': '30' },
        );
      if (error instanceof KeyEnded)
        return refuse(
          'not-signed-in',
          { detail: 'The key ended while the list came. Nothing of it was answered.' },
          { 'WWW-Authenticate': 'Bearer realm="plainview"', Connection: 'close' },
        );
      if (!(error instanceof RecipientNotTheirs)) throw error;
      return refuse('recipient-not-yours', {
        detail: 'Name your own company, or one of its endpoints, as the recipient.',
      });
    }
  });
}

const why: Record<ListRefusal['reason'], string> = {
  empty: 'There is nothing in the body.',
  firstLine: 'The first line has no end, or is longer than 64 KiB.',
  lineEnds:
    'The first line has a character in it that ends a line for some programs (such as CR without LF). Save the list with LF or CR LF at the end of each line.',
  columns: 'The first line names the columns: patient_id and issuer, each once, with commas between.',
  encoding: 'The list is not in UTF-8.',
  cutOff: 'The body ended before all of it came.',
  tooLong: `A list may have ${listLimitsSaid} at most. Send it in parts.`,
  tooSlow: `The list came too slowly: it takes ${leastRateSaid}.`,
  endMark: 'A line is \\. alone, which the database would take for the end of the list.',
  line: 'A line is no row of CSV with as many columns as the first line.',
};
