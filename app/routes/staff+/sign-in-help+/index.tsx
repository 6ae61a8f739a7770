import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { endedOrders, refusalOf, subjectOf, waitingOrders } from '#app/people/credential-orders.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'signInHelp.ask');
  const [waiting, ended, { timeZone }] = await Promise.all([
    waitingOrders(world.db, now),
    endedOrders(world.db, now, 20),
    theFacility(world.db),
  ]);
  await recordListRead(world, {
    actor: person,
    list: 'signInHelp',
    patientIds: [...waiting, ...ended].flatMap((order) => subjectOf(order).patientId ?? []),
  });
  const said = new URL(args.request.url).searchParams.get('done');
  return {
    waiting: waiting.map((order) => ({
      id: order.id,
      name: subjectOf(order).displayName,
      kind: order.kind,
      askedBy: order.askedBy.displayName,
      until: instantInWords(locale, order.expiresAt, timeZone),
      isOwn: order.askedById === person.id,
      mayDecide: refusalOf(order, person, now) === null,
    })),
    ended: ended.map((order) => ({
      id: order.id,
      name: subjectOf(order).displayName,
      kind: order.kind,
      askedBy: order.askedBy.displayName,
      decidedBy: order.decidedBy?.displayName ?? null,
      outcome: order.state === 'waiting' ? ('late' as const) : order.state,
      refusal: order.refusal,
      at: instantInWords(locale, order.decidedAt ?? order.expiresAt, timeZone),
    })),
    said: said === 'asked' ? ('asked' as const) : said === 'refused' ? ('refused' as const) : null,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.help.title');

export default function SignInHelp() {
  const words = useWords();
  const { waiting, ended, said } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={said && words(`crew.help.done.${said}`)} />
        <PageHeader
          title={words('crew.help.title')}
          lead={words('crew.help.lead')}
          action={<ButtonLink to="/staff/sign-in-help/new">{words('crew.help.ask')}</ButtonLink>}
        />
      </div>
      <section className="stack" aria-labelledby="waiting">
        <h2 id="waiting">{words('crew.help.waiting')}</h2>
        <DataTable
          caption={words('crew.help.waiting')}
          captionHidden
          rows={waiting}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title={words('crew.help.noneWaiting')} headingLevel={3}>
              {words('crew.help.noneWaitingWhy')}
            </EmptyState>
          }
          columns={[
            {
              key: 'who',
              header: words('crew.help.who'),
              rowHeader: true,
              cell: (one) => <Link to={`/staff/sign-in-help/${one.id}`}>{one.name}</Link>,
            },
            {
              key: 'what',
              header: words('crew.help.what'),
              cell: (one) => words(`crew.help.kind.${one.kind}`),
            },
            { key: 'askedBy', header: words('crew.help.askedBy'), cell: (one) => one.askedBy },
            { key: 'until', header: words('crew.help.until'), cell: (one) => one.until },
            {
              key: 'turn',
              header: words('crew.help.turn'),
              cell: (one) =>
                words(
                  one.mayDecide
                    ? 'crew.help.yourTurn'
                    : one.isOwn
                      ? 'crew.help.othersTurn'
                      : 'crew.help.notYours',
                ),
            },
          ]}
        />
      </section>
      {ended.length > 0 && (
        <section className="stack" aria-labelledby="ended">
          <h2 id="ended">{words('crew.help.ended')}</h2>
          <DataTable
            caption={words('crew.help.ended')}
            captionHidden
            rows={ended}
            rowKey={({ id }) => id}
            columns={[
              { key: 'who', header: words('crew.help.who'), rowHeader: true, cell: (one) => one.name },
              {
                key: 'what',
                header: words('crew.help.what'),
                cell: (one) => words(`crew.help.kind.${one.kind}`),
              },
              { key: 'askedBy', header: words('crew.help.askedBy'), cell: (one) => one.askedBy },
              {
                key: 'outcome',
                header: words('crew.help.outcome'),
                cell: (one) => (
                  <>
                    {words(`crew.help.was.${one.outcome}`, { name: one.decidedBy ?? '' })}
                    {one.refusal && <span className="text-muted text-note block">{one.refusal}</span>}
                  </>
                ),
              },
              { key: 'at', header: words('crew.help.at'), cell: (one) => one.at },
            ]}
          />
        </section>
      )}
    </div>
  );
}
