import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { LabelLines } from '#app/components/label-card.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { groupsNaming } from '#app/disclosures/matching-named.server.ts';
import { rulesOfVendor } from '#app/disclosures/release-rules.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { ownEndpoints, registeredVendor } from '#app/vendors/register.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { Agreements, Endpoints } from '../_parts/vendor-parts.tsx';
import { agreementView, endpointView, labelLines } from '../_parts/vendors-view.server.ts';

const dones = ['added', 'changed', 'ended'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'vendors.see');
  const { db } = world;
  const isOwn = args.params.id === 'own';
  const id = isOwn ? null : rowId(args.params.id);
  const vendor = id === null ? null : await registeredVendor(db, id);
  if (id !== null && !vendor) throw notFound();
  const endpoints = vendor?.endpoints ?? (await ownEndpoints(db));
  const [rules, waiting, { timeZone }] = await Promise.all([
    id === null ? null : rulesOfVendor(db, id),
    groupsNaming(
      db,
      endpoints.filter(({ validTo }) => !validTo || validTo > now),
    ),
    theFacility(db),
  ]);
  const reader = { locale, timeZone, now };
  const asked = new URL(args.request.url).searchParams.get('done');
  return {
    at: `/staff/vendors/${id ?? 'own'}`,
    name: vendor?.name ?? wordsFor(locale)('vendors.own.title'),
    vendor: vendor && {
      id: vendor.id,
      slug: vendor.slug,
      relationship: vendor.relationship,
      address: vendor.address,
      contact: vendor.contact,
      agreements: vendor.agreements.map((one) => agreementView(one, reader)),
      label: labelLines(vendor, rules?.versions ?? [], reader),
    },
    endpoints: endpoints.map((one) => endpointView(one, reader)),
    waiting,
    mayManage: can(person.role, 'vendors.manage'),
    seesRules: can(person.role, 'rules.see'),
    done: dones.find((one) => one === asked) ?? null,
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'vendors.titleOf', { values: { name: args.data?.name ?? '' } });

export default function Vendor() {
  const words = useWords();
  const { at, name, vendor, endpoints, waiting, mayManage, seesRules, done } = useLoaderData<typeof loader>();
  const endAt = mayManage ? `${at}/end` : null;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done && words(`vendors.done.${done}`)} />
        <PageHeader
          back={{ to: '/staff/vendors', label: words('vendors.title') }}
          title={name}
          lead={vendor ? words(`vendors.relationship.${vendor.relationship}`) : words('vendors.own.lead')}
          action={
            vendor && (
              <>
                <ButtonLink to={`${at}/label`}>{words('labels.staff.toLabel')}</ButtonLink>
                {mayManage && <Link to={`${at}/edit`}>{words('vendors.edit')}</Link>}
              </>
            )
          }
        />
        {waiting.length > 0 && (
          <Notice
            tone="soon"
            heading={words('vendors.waiting', {
              count: waiting.reduce((sum, { count }) => sum + count, 0),
            })}
          >
            <ul>
              {waiting.map(({ id, count }, index) => (
                <li key={id}>
                  <Link to={`/staff/unmatched/${id}`}>
                    {words('vendors.waitingGroup', { number: index + 1, count })}
                  </Link>
                </li>
              ))}
            </ul>
          </Notice>
        )}
        {vendor && (
          <p>
            <Link to={`${at}/notices`} className="reach">
              {words('vendorNotices.channel.toNotices')}
            </Link>
          </p>
        )}
        {vendor && (
          <SummaryList
            rows={[
              { term: words('vendors.field.contact'), value: vendor.contact },
              { term: words('vendors.field.address'), value: vendor.address },
              { term: words('vendors.slug'), value: vendor.slug },
            ]}
          />
        )}
      </div>
      {vendor && (
        <section className="stack" aria-labelledby="label">
          <h2 id="label">{words('vendors.label')}</h2>
          <LabelLines lines={vendor.label.lines} />
          <p className="text-note text-muted">
            {words('vendors.label.foot', { answered: vendor.label.answered, of: vendor.label.lines.length })}
          </p>
          {seesRules && (
            <p>
              <Link to={`/officer/settings/rules/${vendor.id}`} className="reach">
                {words('vendors.toRules')}
              </Link>
            </p>
          )}
        </section>
      )}
      <section className="stack" aria-labelledby="endpoints">
        <h2 id="endpoints">{words('vendors.endpoints')}</h2>
        <Endpoints endpoints={endpoints} endAt={endAt} />
        {mayManage && (
          <p>
            <Link to={`${at}/add/endpoint`} className="reach">
              {words('vendors.add.endpoint')}
            </Link>
          </p>
        )}
      </section>
      {vendor && (
        <section className="stack" aria-labelledby="agreements">
          <h2 id="agreements">{words('vendors.agreements')}</h2>
          <Agreements agreements={vendor.agreements} endAt={endAt} />
          {mayManage && (
            <p>
              <Link to={`${at}/add/agreement`} className="reach">
                {words('vendors.add.agreement')}
              </Link>
            </p>
          )}
        </section>
      )}
    </div>
  );
}
