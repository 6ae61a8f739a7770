import type { LoaderFunctionArgs } from '@remix-run/node';
import { reportCsv } from '#app/requests/reports.server.ts';
import { reportToTakeAway } from './_parts/report-door.server.ts';

/** A report as a table for spreadsheets. */
export async function loader(args: LoaderFunctionArgs) {
  const { report, locale, fileName } = await reportToTakeAway(args);
  return new Response(reportCsv(report, locale), {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${fileName}.csv"`,
    },
  });
}
