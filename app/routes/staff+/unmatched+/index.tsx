import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { groupKinds } from '#app/disclosures/matching.ts';
import { waitingGroups, waitingTotals } from '#app/disclosures/matching-queue.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { groupName, noteNumbersShown, numbersIn } from '../_parts/unmatched-view.server.ts';

const dones = ['decided', 'triedAgain'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'matching.see');
  const { world, locale } = visit;
  const asked = new URL(args.request.url).searchParams;
  const kind = groupKinds.find((one) => one === asked.get('kind'));
  const [{ groups, hasMore }, totals, { timeZone }] = await Promise.all([
    waitingGroups(world.db, { kind, after: placeOf(asked.get('after')) }),
    waitingTotals(world.db),
    theFacility(world.db),
  ]);
  await noteNumbersShown(
    visit,
    groups.flatMap(({ key }) => numbersIn(key)),
  );
  const words = wordsFor(locale);
  const last = groups.at(-1);
  const next = new URLSearchParams({
    ...(kind ? { kind } : {}),
    ...(last ? { after: `${last.oldest.getTime()}-${last.id}` } : {}),
  });
  return {
    groups: groups.map((group) => ({
      id: group.id,
      kind: group.kind,
      name: groupName(words, group.key),
      count: group.count,
      since: dayOfInstantInWords(locale, group.oldest, timeZone),
    })),
    totals,
    isFirst: !asked.has('after'),
    nextTo: hasMore ? `/staff/unmatched?${next.toString()}` : null,
    done: dones.find((one) => one === asked.get('done')) ?? null,
  };
}

function placeOf(text: string | null): { oldest: Date; id: string } | undefined {
  const found = /^(\d{1,15})-([0-9a-f]{64})$/.exec(text ?? '');
  return found ? { oldest: new Date(Number(found[1])), id: found[2]! } : undefined;
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'matching.title');

export default function Unmatched() {
  const words = useWords();
  const { groups, totals, isFirst, nextTo, done } = useLoaderData<typeof loader>();
  const [oldest] = groups;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done && words(`matching.done.${done}`)} />
        <PageHeader
          title={words('matching.title')}
          lead={isFirst && oldest ? words('matching.oldest', { name: oldest.name }) : words('matching.lead')}
          action={
            <>
              <Link to="/staff/unmatched/decisions">{words('matching.decisions')}</Link>
              <Link to="/staff/unmatched/refused">{words('matching.refused.link')}</Link>
            </>
          }
        />
      </div>
      {totals.length > 0 && (
        <ul className="flex flex-wrap gap-x-6 gap-y-2">
          {totals.map((one) => (
            <li key={one.kind}>
              <Link to={`/staff/unmatched?kind=${one.kind}`} className="reach">
                {words(`matching.kind.${one.kind}`)}
              </Link>{' '}
              <span className="text-muted">{words('matching.count', { count: one.records })}</span>
            </li>
          ))}
        </ul>
      )}
      <DataTable
        caption={words('matching.title')}
        captionHidden
        rows={groups}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('matching.none')}>{words('matching.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'group',
            header: words('matching.group'),
            rowHeader: true,
            cell: (one) => (
              <Link to={`/staff/unmatched/${one.id}`} className="reach wrap-anywhere">
                {one.name}
              </Link>
            ),
          },
          { key: 'why', header: words('matching.why'), cell: (one) => words(`matching.kind.${one.kind}`) },
          { key: 'count', header: words('matching.reports'), align: 'end', cell: (one) => one.count },
          { key: 'since', header: words('matching.since'), cell: (one) => one.since },
        ]}
      />
      <Pagination {...(nextTo ? { nextTo } : {})} />
    </div>
  );
}
