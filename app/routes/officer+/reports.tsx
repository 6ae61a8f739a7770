import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { reportOf } from '#app/requests/reports.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, localDate } from '#app/words/dates.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { askedPeriod } from './_parts/report-period.ts';
import { ReportTables } from './_parts/report-tables.tsx';
import { reportView } from './_parts/report-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale, now } = await requirePerson(args, 'deadlines.see');
  const { timeZone } = await theFacility(world.db);
  const today = localDate(now, timeZone);
  const asked = askedPeriod(new URL(args.request.url).searchParams, today);
  if (!asked.ok) return { asked, report: null, period: null };
  const report = await reportOf(world.db, { ...asked, timeZone, now });
  const [from, to] = [dateInWords(locale, asked.from), dateInWords(locale, asked.to)];
  return {
    asked,
    report: reportView(report, locale),
    period: wordsFor(locale)('oversight.report.period', { from, to }),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'oversight.report.title');

export default function Reports() {
  const words = useWords();
  const { asked, report, period } = useLoaderData<typeof loader>();
  const errors: { from?: MessageId; to?: MessageId } = asked.ok ? {} : asked.errors;
  const say = (field: 'from' | 'to') => errors[field] && words(errors[field]);
  const query = new URLSearchParams({ from: asked.from, to: asked.to }).toString();
  return (
    <div className="sections">
      <ErrorSummary
        errors={(['from', 'to'] as const).flatMap((field) => {
          const message = say(field);
          return message ? [{ fieldId: field, message }] : [];
        })}
      />
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('oversight.report.title')}
        lead={words('oversight.report.lead')}
      />
      <Form method="get" noValidate className="flex flex-wrap items-end gap-x-4 gap-y-2">
        {(['from', 'to'] as const).map((field) => (
          <TextField
            key={`${field} ${asked[field]}`}
            type="date"
            name={field}
            width="date"
            label={words(`oversight.report.${field}`)}
            defaultValue={asked[field]}
            error={say(field)}
          />
        ))}
        <Button>{words('oversight.report.show')}</Button>
      </Form>
      {report && (
        <>
          <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
            <p className="font-semibold">{period}</p>
            <ButtonLink
              to={`/officer/reports/file.csv?${query}`}
              variant="outline"
              icon="download"
              reloadDocument
            >
              {words('oversight.report.csv')}
            </ButtonLink>
            <ButtonLink
              to={`/officer/reports/file.pdf?${query}`}
              variant="outline"
              icon="download"
              reloadDocument
            >
              {words('oversight.report.pdf')}
            </ButtonLink>
          </div>
          <ReportTables report={report} />
        </>
      )}
    </div>
  );
}
