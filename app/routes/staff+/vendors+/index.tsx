import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import { rulesByVendor } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { labelsInForce } from '#app/vendors/published-labels.server.ts';
import { vendorRegister } from '#app/vendors/register.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { labelLine, vendorLine } from '../_parts/vendors-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'vendors.see');
  const [vendors, rules, labels, { timeZone }] = await Promise.all([
    vendorRegister(world.db),
    rulesByVendor(world.db),
    labelsInForce(world.db),
    theFacility(world.db),
  ]);
  const versionsOf = new Map(rules.map(({ id, versions }) => [id, versions]));
  return {
    vendors: vendors.map((vendor) => ({
      ...vendorLine(vendor, versionsOf.get(vendor.id) ?? [], { locale, timeZone, now }),
      label: labelLine(vendor, labels.get(vendor.id) ?? null, { locale, timeZone, now }),
    })),
    mayManage: can(person.role, 'vendors.manage'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'vendors.title');

export default function Vendors() {
  const words = useWords();
  const { vendors, mayManage } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('vendors.title')}
        lead={words('vendors.lead', {
          count: vendors.length,
          without: vendors.filter(({ agreement }) => !agreement).length,
        })}
        action={
          <>
            {mayManage && <ButtonLink to="/staff/vendors/new">{words('vendors.new')}</ButtonLink>}
            <Link to="/staff/vendors/own">{words('vendors.own.title')}</Link>
          </>
        }
      />
      <DataTable
        caption={words('vendors.title')}
        captionHidden
        rows={vendors}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('vendors.none')}>{words('vendors.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'name',
            header: words('vendors.vendor'),
            rowHeader: true,
            cell: ({ id, name, relationship }) => (
              <>
                <Link to={`/staff/vendors/${id}`} className="reach">
                  {name}
                </Link>
                <span className="text-note text-muted block font-normal">
                  {words(`vendors.relationship.${relationship}`)}
                </span>
              </>
            ),
          },
          {
            key: 'what',
            header: words('vendors.label.what'),
            cell: ({ purpose }) => purpose ?? words('releases.noRule'),
          },
          {
            key: 'endpoints',
            header: words('vendors.endpoints'),
            cell: ({ endpoints }) =>
              endpoints.length === 0 ? (
                words('vendors.endpoints.none')
              ) : (
                <ul className="min-w-52">
                  {endpoints.map(({ kind, value }) => (
                    <li key={`${kind} ${value}`} className="break-all">
                      {value}
                    </li>
                  ))}
                </ul>
              ),
          },
          {
            key: 'agreement',
            header: words('vendors.agreement'),
            cell: ({ agreement }) =>
              agreement ? (
                <>
                  <span className="block wrap-anywhere">{agreement.reference}</span>
                  <span className="text-note text-muted block">
                    {words(`vendors.agreement.${agreement.kind}`)}
                  </span>
                </>
              ) : (
                words('vendors.agreements.none')
              ),
          },
          {
            key: 'label',
            header: words('labels.ending.column'),
            cell: ({ id, label }) => (
              <span className="grid gap-1">
                <Link to={`/staff/vendors/${id}/label`} className="reach">
                  {label.standing}
                </Link>
                {label.endings.map((one) => (
                  <StatusBadge key={one} tone="soon">
                    {one}
                  </StatusBadge>
                ))}
              </span>
            ),
          },
          {
            key: 'contact',
            header: words('vendors.field.contact'),
            cell: ({ contact }) => <span className="block min-w-48 wrap-anywhere">{contact ?? '–'}</span>,
          },
        ]}
      />
    </div>
  );
}
