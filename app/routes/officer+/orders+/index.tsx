import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import {
  endedOfficerOrders,
  hasSecondOfficer,
  waitingOfficerOrders,
} from '#app/people/officer-orders-reading.server.ts';
import { refusalToConfirm } from '#app/people/officer-orders.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { NoSecondOfficer } from '../_parts/order-reason.tsx';
import { orderInWords } from '../_parts/orders-view.server.ts';

const dones = z.enum(['asked', 'refused', 'role']);

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'officerOrders.decide');
  const [waiting, ended, { timeZone }] = await Promise.all([
    waitingOfficerOrders(world.db, now),
    endedOfficerOrders(world.db, now, 20),
    theFacility(world.db),
  ]);
  const said = dones.safeParse(new URL(args.request.url).searchParams.get('done'));
  return {
    waiting: waiting.map((order) => ({
      id: order.id,
      what: orderInWords(order, locale),
      askedBy: order.askedBy.displayName,
      until: instantInWords(locale, order.expiresAt, timeZone),
      isOwn: order.askedById === person.id,
      mayDecide: refusalToConfirm(order, person, now) === null,
    })),
    ended: ended.map((order) => ({
      id: order.id,
      what: orderInWords(order, locale),
      askedBy: order.askedBy.displayName,
      decidedBy: order.decidedBy?.displayName ?? '',
      outcome: order.state === 'waiting' ? ('late' as const) : order.state,
      refusal: order.refusal,
      at: instantInWords(locale, order.decidedAt ?? order.expiresAt, timeZone),
    })),
    isAlone: !(await hasSecondOfficer(world.db, person.id)),
    said: said.success ? said.data : null,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.orders.title');

export default function Orders() {
  const words = useWords();
  const { waiting, ended, isAlone, said } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={said && words(`crew.orders.done.${said}`)} />
        <PageHeader
          back={{ to: '/officer/people', label: words('crew.people.title') }}
          title={words('crew.orders.title')}
          lead={words('crew.orders.lead')}
        />
        {isAlone && <NoSecondOfficer />}
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
              {words('crew.orders.noneWhy')}
            </EmptyState>
          }
          columns={[
            {
              key: 'what',
              header: words('crew.help.what'),
              rowHeader: true,
              cell: (one) => <Link to={`/officer/orders/${one.id}`}>{one.what}</Link>,
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
              { key: 'what', header: words('crew.help.what'), rowHeader: true, cell: (one) => one.what },
              { key: 'askedBy', header: words('crew.help.askedBy'), cell: (one) => one.askedBy },
              {
                key: 'outcome',
                header: words('crew.help.outcome'),
                cell: (one) => (
                  <>
                    {words(`crew.help.was.${one.outcome}`, { name: one.decidedBy })}
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
