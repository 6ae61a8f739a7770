import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { ShownOnce } from '#app/components/shown-once.tsx';
import { RefuseForm } from '#app/components/refuse-form.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { officerOrderById } from '#app/people/officer-orders-reading.server.ts';
import { confirmOfficerOrder, refuseOfficerOrder } from '#app/people/officer-orders.server.ts';
import { refusalToConfirm, refusalToRefuse } from '#app/people/officer-orders.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { orderRefusals } from '../_parts/order-words.ts';
import { orderView } from '../_parts/orders-view.server.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('confirm') }),
  z.strictObject({
    intent: z.literal('refuse'),
    reason: z.string('errors.required').trim().min(3, 'errors.required').max(1_000, 'errors.tooLong'),
  }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'officerOrders.decide');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const [order, { timeZone }] = await Promise.all([
    officerOrderById(world.db, rowId(args.params.id)),
    theFacility(world.db),
  ]);
  if (!order) throw notFound();
  const refusal = refusalToConfirm(order, person, now);
  return {
    order: orderView(order, { locale, timeZone }),
    refusal: refusal === 'notFound' ? 'notWaiting' : refusal,
    mayRefuse: refusalToRefuse(order, person, now) === null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'officerOrders.decide');
  requireFreshFactor(args, visit);
  const { world, person: actor, locale } = visit;
  const orderId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  if (form.value.intent === 'refuse') {
    const no = await refuseOfficerOrder(world, { actor, orderId, reason: form.value.reason });
    if (no.ok) return redirect('/officer/orders?done=refused');
    if (no.refusal === 'notFound') throw notFound();
    return oneMistake('', orderRefusals[no.refusal], { status: 409 });
  }
  const done = await orBusy(confirmOfficerOrder(world, { actor, orderId }));
  if (!done.ok) {
    if (done.refusal === 'notFound') throw notFound();
    return oneMistake('', orderRefusals[done.refusal], { status: 409 });
  }
  const { given } = done;
  if (given.kind === 'role') return redirect('/officer/orders?done=role');
  const { timeZone } = await theFacility(world.db);
  const until = dayOfInstantInWords(locale, given.expiresAt, timeZone);
  return data({ given: { ...given, until } });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.orders.decide');

export default function DecideOrder() {
  const words = useWords();
  const { order, refusal, mayRefuse } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const back = { to: '/officer/orders', label: words('crew.orders.title') };
  if (answer && 'given' in answer) {
    const { given } = answer;
    return (
      <div className="stack">
        <PageHeader back={back} title={order.what} />
        {given.kind === 'key' ? (
          <ShownOnce label={words('crew.keys.key')} secret={given.key}>
            {words('crew.keys.keep', { date: given.until })}
          </ShownOnce>
        ) : (
          <ShownOnce
            label={words('crew.invite.codeFor', {
              name: given.name,
              role: words(`officer.role.${given.role}`),
            })}
            secret={given.code}
          >
            {words('crew.invite.how', { date: given.until })}
          </ShownOnce>
        )}
      </div>
    );
  }
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader back={back} title={order.what} lead={words(`crew.orders.effect.${order.kind}`)} />
        <SummaryList
          rows={[
            ...(order.fromRole ? [{ term: words('crew.orders.fromRole'), value: order.fromRole }] : []),
            ...(order.kind === 'key'
              ? [
                  { term: words('crew.keys.scopes'), value: order.scopes.join(' · ') },
                  { term: words('crew.keys.whose'), value: order.vendor ?? words('crew.keys.own') },
                  { term: words('crew.keys.days'), value: order.days ?? '' },
                  {
                    term: words('crew.keys.networks'),
                    value: order.networks.join(' · ') || words('crew.keys.everywhere'),
                  },
                  ...(order.sources ? [{ term: words('crew.keys.reportsFor'), value: order.sources }] : []),
                ]
              : []),
            { term: words('crew.help.reason'), value: order.reason },
            {
              term: words('crew.help.askedBy'),
              value: words('crew.help.askedByAt', { name: order.askedBy, at: order.askedAt }),
            },
            { term: words('crew.help.until'), value: order.until },
          ]}
        />
      </div>
      {refusal ? (
        <p className="max-w-measure font-semibold">{words(orderRefusals[refusal])}</p>
      ) : (
        <section className="stack" aria-labelledby="confirm">
          <h2 id="confirm">{words('crew.orders.confirmHeading')}</h2>
          <p className="max-w-measure">{words('crew.orders.confirmHint')}</p>
          <Form method="post">
            <input type="hidden" name="intent" value="confirm" />
            <Button>{words('crew.orders.confirm')}</Button>
          </Form>
        </section>
      )}
      {mayRefuse && (
        <RefuseForm
          reason={{
            label: words('crew.orders.refuseReason'),
            error: mistakes.error('reason'),
            defaultValue: mistakes.typed('reason'),
          }}
        />
      )}
    </div>
  );
}
