import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { useWords } from '#app/components/words.tsx';
import { hiddenDisclosures } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { activityOf, listsNamingPatient } from '#app/people/activity.server.ts';
import { mayAct } from '#app/people/can.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { readingAs, requirePerson } from '#app/web/guard.server.ts';
import { accountActivityTypes, activityView, recordActivityTypes } from '#app/web/present-activity.server.ts';
import { viewerOf } from '#app/web/present-actor.server.ts';
import { listNames } from '#app/web/read-list-words.ts';
import { pageTitle } from '#app/web/title.ts';

/**
 * Whose history: the record one acts on, with one's own sign-ins when it is one's own. While acting for a patient it is the patient's
 * alone; who may file but not see gets none.
 */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  const { person, locale, now } = visit;
  const before = /^\d{1,18}$/.exec(new URL(args.request.url).searchParams.get('before') ?? '')?.[0];
  const seesRecord = person.patientId !== null && mayAct(person, 'ownRecords.see');
  const patientId = seesRecord ? person.patientId : null;
  const from = before ? BigInt(before) : null;
  const { timeZone } = await theFacility(visit.world.db);
  const listed = patientId
    ? await listsNamingPatient(visit.world.db, patientId, { names: listNames, before: from, timeZone })
    : [];
  const { facility, vendors, events, olderBefore } = await readingAs(visit, async ({ world: { db } }) => ({
    facility: await theFacility(db),
    vendors: await allVendors(db),
    ...(await activityOf(db, {
      record: patientId
        ? { patientId, types: recordActivityTypes, hidden: await hiddenDisclosures(db, patientId, now) }
        : null,
      account: person.onBehalfOf ? null : { userId: person.id, types: accountActivityTypes },
      listed,
      before: from,
    })),
  }));
  const companies = new Map(vendors.map(({ id, name }) => [id, name]));
  return {
    about: person.onBehalfOf ? ('patient' as const) : seesRecord ? ('own' as const) : ('account' as const),
    name: person.onBehalfOf?.name ?? person.name,
    lines: activityView(events, companies, {
      locale,
      timeZone: facility.timeZone,
      facilityName: facility.name,
      viewer: viewerOf(person),
    }),
    older: olderBefore?.toString() ?? null,
    isFirst: !before,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.activity.title');

export default function Activity() {
  const words = useWords();
  const { about, name, lines, older, isFirst } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('records.activity.title')}
        lead={words(`records.activity.lead.${about}`, { name })}
      />
      {lines.length === 0 ? (
        <EmptyState title={words('records.activity.none')}>{words('records.activity.noneWhy')}</EmptyState>
      ) : (
        <Timeline past={lines} headingLevel={2} />
      )}
      <Pagination
        label={words('records.activity.pages')}
        previousTo={isFirst ? undefined : '/account/activity'}
        nextTo={older ? `/account/activity?before=${older}` : undefined}
      />
      {about !== 'account' && <p className="text-muted">{words('records.activity.names')}</p>}
    </div>
  );
}
