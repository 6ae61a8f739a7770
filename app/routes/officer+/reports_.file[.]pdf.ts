import type { LoaderFunctionArgs } from '@remix-run/node';
import { reportPdf } from '#app/requests/reports.server.ts';
import { reportToTakeAway } from './_parts/report-door.server.ts';

/** A report as a tagged PDF. */
export async function loader(args: LoaderFunctionArgs) {
  const { report, facility, locale, now, fileName } = await reportToTakeAway(args);
  const pdf = await reportPdf(report, { facility, locale, now });
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="${fileName}.pdf"`,
    },
  });
}
