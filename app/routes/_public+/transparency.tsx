import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { publicReport, type PublicFigures } from '#app/requests/reports-public.server.ts';
import { whoIs } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { Figures } from './_parts/figures.tsx';

/** Open to everybody: it shows only what everybody may know. */
export async function loader(args: LoaderFunctionArgs) {
  const { world } = args.context;
  const locale = await localeOf(args, await whoIs(args));
  const [report, { name }] = await Promise.all([
    publicReport(world.db, world.clock()),
    theFacility(world.db),
  ]);
  const named = (figures: PublicFigures) => ({
    ...figures,
    period: wordsFor(locale)('oversight.public.period', {
      from: dateInWords(locale, figures.from),
      to: dateInWords(locale, figures.to),
    }),
  });
  return { facility: name, years: report.map(named) };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'oversight.public.title');

export default function Transparency() {
  const words = useWords();
  const { facility, years } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('oversight.public.title')}
        lead={words('oversight.public.lead', { facility })}
      />
      <p>{words('oversight.public.why')}</p>
      {years.map((figures) => (
        <Figures key={figures.from} figures={figures} />
      ))}
    </div>
  );
}
