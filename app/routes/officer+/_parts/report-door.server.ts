import type { LoaderFunctionArgs } from '@remix-run/node';
import { theFacility } from '#app/facility/facility.server.ts';
import { reportOf } from '#app/requests/reports.server.ts';
import { notFound, requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { localDate } from '#app/words/dates.ts';
import { askedPeriod } from './report-period.ts';

/** The report that leaves as a file. @throws 404 for a period that is none */
export async function reportToTakeAway(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'deadlines.see');
  requireFreshFactor(args, visit);
  const { world, locale, now } = visit;
  const facility = await theFacility(world.db);
  const today = localDate(now, facility.timeZone);
  const asked = askedPeriod(new URL(args.request.url).searchParams, today);
  if (!asked.ok) throw notFound();
  const report = await reportOf(world.db, { ...asked, timeZone: facility.timeZone, now });
  return { report, locale, now, facility: facility.name, fileName: `requests-${asked.from}-${asked.to}` };
}
