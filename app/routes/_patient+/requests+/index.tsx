import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData, useSearchParams } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { mayAct } from '#app/people/can.ts';
import { draftsOf } from '#app/requests/drafts.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { requestsOfPatient } from '#app/requests/reading.server.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { requestView } from '#app/web/present-requests.server.ts';
import { useMayFile } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { DraftList } from '../_parts/draft-list.tsx';
import { RequestList } from '../_parts/request-list.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.follow');
  const { person, patientId, locale, now } = visit;
  const sees = mayAct(person, 'ownRecords.see');
  const { requests, optOuts, drafts, facility } = await readingAs(visit, async ({ world: { db } }) => ({
    // Who may file but not see follows what they filed.
    requests: await requestsOfPatient(db, patientId, sees ? undefined : person.id),
    optOuts: await optOutHistory(db, patientId),
    drafts: await draftsOf(db, { actor: person, patientId }),
    facility: await theFacility(db),
  }));
  const takenBack = new Set(optOuts.filter((one) => !stillCounts(one, now)).map((one) => one.requestId));
  const views = requests.map((one) => requestView(one, { now, locale, takenBack: takenBack.has(one.id) }));
  return {
    open: views.filter((one) => one.open),
    ended: views.filter((one) => !one.open),
    drafts: mayAct(person, 'ownRequests.file')
      ? drafts.map(({ kind, savedAt }) => ({
          kind,
          title: kindDefinition(kind).title,
          at: instantInWords(locale, savedAt, facility.timeZone),
        }))
      : [],
    draftKey: crypto.randomUUID(),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.nav.requests');

export default function Requests() {
  const words = useWords();
  const { open, ended, drafts, draftKey } = useLoaderData<typeof loader>();
  const dropped = useSearchParams()[0].get('done') === 'dropped';
  const mayFile = useMayFile();
  const ask = mayFile && (
    <ButtonLink to="/requests/new" icon="arrowRight" iconSide="end">
      {words('patient.home.act')}
    </ButtonLink>
  );
  const told = <Toast message={dropped ? words('asking.draft.dropped') : null} />;
  if (open.length + ended.length + drafts.length === 0) {
    return (
      <div className="sections">
        {told}
        <PageHeader title={words('site.nav.requests')} />
        <EmptyState title={words('patient.requests.empty')} action={ask}>
          <p>{words('patient.requests.emptyWhy')}</p>
        </EmptyState>
      </div>
    );
  }
  return (
    <div className="sections">
      {told}
      <PageHeader
        title={words('site.nav.requests')}
        lead={words('patient.requests.lead', { count: open.length })}
        action={ask}
      />
      {drafts.length > 0 && <DraftList drafts={drafts} draftKey={draftKey} />}
      {open.length > 0 && (
        <section className="stack" aria-labelledby="open">
          <h2 id="open">{words('patient.requests.open')}</h2>
          <RequestList requests={open} headingLevel={3} />
        </section>
      )}
      {ended.length > 0 && (
        <section className="stack" aria-labelledby="ended">
          <h2 id="ended">{words('patient.requests.ended')}</h2>
          <RequestList requests={ended} headingLevel={3} />
        </section>
      )}
    </div>
  );
}
