import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { recentDecisions } from '#app/disclosures/matching-decide.server.ts';
import { groupKeyOf } from '#app/disclosures/matching-queue.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { groupName, noteNumbersShown, numbersIn } from '../_parts/unmatched-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'matching.see');
  const { world, person, locale } = visit;
  const [decisions, { timeZone }] = await Promise.all([recentDecisions(world), theFacility(world.db)]);
  await noteNumbersShown(
    visit,
    decisions.flatMap(({ groupKey }) => numbersIn(groupKeyOf(groupKey))),
  );
  const words = wordsFor(locale);
  return {
    decisions: decisions.map((one) => ({
      id: one.id,
      kind:
        one.kind === 'patientIdentifier' && one.groupKind === 'patientContradicted'
          ? ('samePatient' as const)
          : one.kind,
      group: groupName(words, groupKeyOf(one.groupKey)),
      of: one.vendor?.name ?? one.issuer ?? '',
      reason: one.reason,
      by: one.decidedBy.displayName,
      at: instantInWords(locale, one.decidedAt, timeZone),
      settled: one._count.settlements,
      isDone: one.settledAt !== null,
      undoReason: one.undoneAt ? (one.undoReason ?? '') : null,
    })),
    mayUndo: can(person.role, 'matching.decide'),
    done: new URL(args.request.url).searchParams.get('done') === 'undone',
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'matching.decided.title');

export default function Decisions() {
  const words = useWords();
  const { decisions, mayUndo, done } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done ? words('matching.done.undone') : null} />
        <PageHeader
          back={{ to: '/staff/unmatched', label: words('matching.backToGroups') }}
          title={words('matching.decided.title')}
        />
      </div>
      <DataTable
        caption={words('matching.decided.title')}
        captionHidden
        rows={decisions}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={words('matching.decided.none')}>{words('matching.decided.noneWhy')}</EmptyState>
        }
        columns={[
          {
            key: 'group',
            header: words('matching.group'),
            rowHeader: true,
            cell: (one) => <span className="break-all">{one.group}</span>,
          },
          {
            key: 'what',
            header: words('matching.decided.what'),
            cell: (one) => (
              <>
                {words(`matching.choice.${one.kind}`)} {one.of}
                <span className="text-muted text-note block">{one.reason}</span>
              </>
            ),
          },
          {
            key: 'by',
            header: words('matching.decided.by'),
            cell: (one) => (
              <>
                {one.by}
                <span className="text-muted text-note block">{one.at}</span>
              </>
            ),
          },
          {
            key: 'settled',
            header: words('matching.decided.settled'),
            align: 'end',
            cell: (one) => one.settled,
          },
          {
            key: 'state',
            header: words('matching.decided.state'),
            cell: (one) =>
              one.undoReason !== null ? (
                words('matching.decided.undone', { reason: one.undoReason })
              ) : (
                <>
                  {words(one.isDone ? 'matching.decided.stands' : 'matching.decided.underWay')}{' '}
                  {mayUndo && (
                    <Link to={`/staff/unmatched/decisions/${one.id}`} className="reach">
                      {words('matching.decided.undo')}
                      <span className="sr-only">: {one.group}</span>
                    </Link>
                  )}
                </>
              ),
          },
        ]}
      />
    </div>
  );
}
