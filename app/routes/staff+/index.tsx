import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ButtonLink } from '#app/components/button.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { heldMessages } from '#app/disclosures/disclosures.server.ts';
import { asksWaiting } from '#app/people/representations-reading.server.ts';
import { openClaimsCount } from '#app/people/identity-claims-reading.server.ts';
import { can } from '#app/people/can.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { openWork, queuePageSize, requestQueue } from '#app/requests/reading.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { Queue } from './_parts/queue.tsx';
import { queueView, waitingView, workView } from './_parts/queue-view.server.ts';
import { WorkList } from './_parts/work-list.tsx';

const query = z.object({
  standing: z.enum(['open', 'ended']).catch('open'),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'requests.see');
  const asked = query.parse(Object.fromEntries(new URL(args.request.url).searchParams));
  const { timeZone } = await theFacility(world.db);
  const [claims, asks, { work, mostUrgent }, unmatched, found] = await Promise.all([
    openClaimsCount(world.db),
    asksWaiting(world.db),
    openWork(world.db, localDate(now, timeZone)),
    heldMessages(world.db),
    requestQueue(world.db, asked),
  ]);
  const lastPage = Math.max(1, Math.ceil(found.total / queuePageSize));
  const page = Math.min(asked.page, lastPage);
  const { rows } = page === asked.page ? found : await requestQueue(world.db, { ...asked, page });
  return {
    standing: asked.standing,
    page,
    lastPage,
    total: found.total,
    firstShown: (page - 1) * queuePageSize + 1,
    rows: queueView(rows, now, locale),
    work: workView(work, locale),
    mostUrgent,
    unmatched,
    people: {
      identity: waitingView(claims, timeZone, locale),
      representatives: waitingView(asks, timeZone, locale),
      mayDecide: can(person.role, 'identity.decide'),
    },
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'staff.queue.title');

export default function StaffQueue() {
  const words = useWords();
  const { standing, page, lastPage, total, firstShown, rows, work, mostUrgent, unmatched, people } =
    useLoaderData<typeof loader>();
  const pageTo = (to: number) => `/staff?standing=${standing}&page=${to}`;
  return (
    <div className="sections">
      <PageHeader
        title={words('staff.queue.title')}
        action={
          mostUrgent && (
            <ButtonLink to={`/staff/requests/${mostUrgent.id}`} icon="arrowRight" iconSide="end">
              {words('staff.queue.openMostUrgent')}
            </ButtonLink>
          )
        }
      />
      <WorkList work={work} unmatched={unmatched} people={people} />
      <section className="stack" aria-labelledby="queue">
        <h2 id="queue">{words('staff.queue.heading')}</h2>
        <nav aria-label={words('staff.queue.tabs')} className="border-rule flex gap-6 border-b">
          {(['open', 'ended'] as const).map((one) => (
            <Link
              key={one}
              to={`/staff?standing=${one}`}
              aria-current={one === standing ? 'page' : undefined}
              className="nav-link"
            >
              {words(one === 'open' ? 'staff.queue.open' : 'staff.queue.ended')}
            </Link>
          ))}
        </nav>
        {total === 0 ? (
          <EmptyState
            headingLevel={3}
            title={words(standing === 'open' ? 'staff.queue.noneOpen' : 'staff.queue.noneEnded')}
          >
            {words(standing === 'open' ? 'staff.queue.noneOpenWhy' : 'staff.queue.noneEndedWhy')}
          </EmptyState>
        ) : (
          <Queue rows={rows} standing={standing} />
        )}
        <Pagination
          label={words('staff.queue.pages')}
          previousTo={page > 1 ? pageTo(page - 1) : undefined}
          nextTo={page < lastPage ? pageTo(page + 1) : undefined}
          position={words('staff.queue.position', {
            from: firstShown,
            to: firstShown + rows.length - 1,
            total,
          })}
        />
      </section>
    </div>
  );
}
