import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { Queue } from './_parts/queue.tsx';
import { actOnQueue } from './_parts/queue-acts.server.ts';
import { DueChips, Filters, KeptViews, OnlyThese, SearchBox } from './_parts/queue-filters.tsx';
import { Acted, FoundRequests } from './_parts/queue-results.tsx';
import { queueView } from './_parts/queue-view.server.ts';
import { WorkList } from './_parts/work-list.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  return queueView(visit, new URL(args.request.url).searchParams);
}

/** A search, what is done to many requests at once, and the views that somebody keeps. */
export async function action(args: ActionFunctionArgs) {
  return actOnQueue(args, await requirePerson(args, 'requests.see'));
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'staff.queue.title');

export default function StaffQueue() {
  const words = useWords();
  const page = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const { rows, standing, views } = page;
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      {answer && 'acted' in answer && <Acted acted={answer.acted} />}
      <PageHeader
        title={words('staff.queue.title')}
        action={
          <>
            {page.mostUrgent && (
              <ButtonLink to={`/staff/requests/${page.mostUrgent.id}`} icon="arrowRight" iconSide="end">
                {words('staff.queue.openMostUrgent')}
              </ButtonLink>
            )}
            {page.mayRecord && (
              <ButtonLink to="/staff/intake" variant="outline">
                {words('intake.link')}
              </ButtonLink>
            )}
          </>
        }
      />
      <WorkList work={page.work} unmatched={page.unmatched} people={page.people} />
      <SearchBox error={mistakes.error('text')} typed={mistakes.typed('text')} />
      {answer && 'found' in answer ? (
        <FoundRequests found={answer.found} />
      ) : (
        <section className="stack" aria-labelledby="queue">
          <h2 id="queue">{words('staff.queue.heading')}</h2>
          <DueChips chips={page.chips} />
          <Filters page={page} />
          <OnlyThese only={page.only} />
          {rows.length === 0 ? (
            <EmptyState
              headingLevel={3}
              title={words(
                page.isFiltered
                  ? 'queue.none'
                  : standing === 'open'
                    ? 'staff.queue.noneOpen'
                    : 'staff.queue.noneEnded',
              )}
            >
              {words(
                page.isFiltered
                  ? 'queue.noneWhy'
                  : standing === 'open'
                    ? 'staff.queue.noneOpenWhy'
                    : 'staff.queue.noneEndedWhy',
              )}
            </EmptyState>
          ) : (
            <Queue page={page} />
          )}
          <Pagination
            label={words('staff.queue.pages')}
            previousTo={page.previousTo ?? undefined}
            nextTo={page.nextTo ?? undefined}
            position={
              page.total === null
                ? undefined
                : words('queue.position', { shown: rows.length, total: page.total })
            }
          />
          <KeptViews
            views={views}
            query={page.query}
            error={mistakes.error('name')}
            typed={mistakes.typed('name')}
          />
        </section>
      )}
    </div>
  );
}
