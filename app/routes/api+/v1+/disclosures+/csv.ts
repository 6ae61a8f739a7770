import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { csvLimits } from '#app/disclosures/ingest/csv/limits.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { csvCall } from '#app/web/calls/csv.ts';
import { machineDoor } from '#app/web/machine.server.ts';
import { takePosted } from '#app/web/posted-reports.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return machineDoor(args, csvCall, takeLines(args));
}

export function action(args: ActionFunctionArgs) {
  return machineDoor(args, csvCall, takeLines(args));
}

const takeLines = takePosted({
  channel: 'csvHttp',
  mediaTypes: ['text/csv'],
  wrongType: 'Send lines of transfers as text/csv.',
  bodyBytes: csvLimits.bodyBytes,
  read: readCsvBody,
  refusedAs: (reason) =>
    reason === 'tooLarge' || reason === 'tooManyLines' ? 'too-large' : 'message-refused',
  unreadable: 'The file cannot be read. It is kept for staff.',
  answer: (taken) => Response.json(taken, { status: 202 }),
});
