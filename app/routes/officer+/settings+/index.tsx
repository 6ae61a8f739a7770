import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { newestRuleMade } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { keptForDays } from '#app/facility/retention.ts';
import { newestChanges } from '#app/facility/settings.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

const keptKinds = [
  'drafts',
  'browsers',
  'sessions',
  'invitations',
  'waitingFiles',
  'importedFiles',
  'letters',
] as const;

const areas = [
  { area: 'facility', version: 'facility', page: 'facility' },
  { area: 'holidays', version: 'calendars', page: 'holidays' },
  { area: 'promises', version: 'promises', page: 'promises' },
  { area: 'choices', version: 'choices', page: 'choices' },
  { area: 'pauses', version: 'pauses', page: 'pauses' },
  { area: 'reminders', version: 'reminders', page: 'reminders' },
  { area: 'vendorNotices', version: 'vendorNotices', page: 'vendor-notices' },
  { area: 'fees', version: 'fees', page: 'fees' },
  { area: 'rules', version: 'rules', page: 'rules' },
  { area: 'templates', version: 'templates', page: 'templates' },
] as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale } = await requirePerson(args, 'settings.see');
  const words = wordsFor(locale);
  const [settings, rule, { timeZone }] = await Promise.all([
    newestChanges(world.db),
    newestRuleMade(world.db),
    theFacility(world.db),
  ]);
  const changes = new Map<string, { at: Date; by: string | null }>(settings);
  if (rule) changes.set('rules', rule);
  return {
    areas: areas.map(({ area, version, page }) => {
      const change = changes.get(version);
      return {
        area,
        page,
        changed: change
          ? words('settings.changed', {
              at: instantInWords(locale, change.at, timeZone),
              who: change.by ?? words('settings.history.command'),
            })
          : words('settings.unchanged'),
      };
    }),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.title');

export default function Settings() {
  const words = useWords();
  const { areas: shown } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader title={words('settings.title')} lead={words('settings.lead')} />
      <ul className="grid max-w-4xl">
        {shown.map(({ area, page, changed }) => (
          <li
            key={area}
            className="border-rule grid gap-x-8 gap-y-1 border-t py-4 sm:grid-cols-[minmax(0,1fr)_auto]"
          >
            <div>
              <h2 className="text-h3">
                <Link to={`/officer/settings/${page}`} className="reach">
                  {words(`settings.${area}.title`)}
                </Link>
              </h2>
              <p className="text-muted max-w-measure">{words(`settings.${area}.lead`)}</p>
            </div>
            <p className="text-note text-muted sm:text-end">{changed}</p>
          </li>
        ))}
      </ul>
      <section className="stack" aria-labelledby="kept">
        <h2 id="kept">{words('settings.kept.title')}</h2>
        <p className="max-w-measure">{words('settings.kept.lead')}</p>
        <SummaryList
          rows={[
            ...keptKinds.map((kind) => ({
              term: words(`settings.kept.${kind}`),
              value: words('settings.kept.days', { count: keptForDays[kind] }),
            })),
            { term: words('settings.kept.requests'), value: words('settings.kept.sixYears') },
          ]}
        />
        <p className="max-w-measure">{words('settings.kept.never')}</p>
      </section>
    </div>
  );
}
