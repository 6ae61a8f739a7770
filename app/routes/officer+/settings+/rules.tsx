import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { rulesByVendor } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { RuleLines } from '../_parts/rule-parts.tsx';
import { vendorRuleView } from '../_parts/rules-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale, now } = await requirePerson(args, 'rules.see');
  const [vendors, { timeZone }] = await Promise.all([rulesByVendor(world.db), theFacility(world.db)]);
  return { vendors: vendors.map((vendor) => vendorRuleView(vendor, { locale, timeZone, now })) };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.rules.title');

export default function Rules() {
  const words = useWords();
  const { vendors } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/officer/settings', label: words('settings.title') }}
        title={words('settings.rules.title')}
        lead={words('releases.lead', { without: vendors.filter(({ rule }) => !rule).length })}
      />
      <DataTable
        caption={words('settings.rules.title')}
        captionHidden
        rows={vendors}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('releases.none')}>{words('releases.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'vendor',
            header: words('releases.vendor'),
            rowHeader: true,
            cell: ({ id, name }) => (
              <Link to={`/officer/settings/rules/${id}`} className="reach">
                {name}
              </Link>
            ),
          },
          {
            key: 'says',
            header: words('releases.says'),
            cell: ({ rule }) => (rule ? <RuleLines rule={rule} /> : words('releases.noRule')),
          },
          {
            key: 'when',
            header: words('releases.when'),
            cell: ({ rule, planned }) => (
              <>
                {rule && (
                  <span className="block">
                    {words('releases.versionFrom', { version: rule.version, at: rule.from })}
                  </span>
                )}
                {planned && <span className="block">{planned}</span>}
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
