import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { RefuseForm } from '#app/components/refuse-form.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import {
  carryOutOrder,
  orderById,
  refusalOf,
  refuseOrder,
  subjectOf,
} from '#app/people/credential-orders.server.ts';
import { onlyOfYes } from '#app/people/credential-orders.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { isLocale, locales, type Locale } from '#app/words/locales.ts';
import { CodeSheet } from '../_parts/code-sheet.tsx';
import { helpRefusals } from '../_parts/help-words.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('approve') }),
  z.strictObject({
    intent: z.literal('refuse'),
    reason: z.string('errors.required').trim().min(3, 'errors.required').max(1_000, 'errors.tooLong'),
  }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'signInHelp.approve');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const [order, { timeZone }] = await Promise.all([
    orderById(world.db, rowId(args.params.id)),
    theFacility(world.db),
  ]);
  if (!order) throw notFound();
  const { askedBy, kind, identityCheck, reason, newEmail } = order;
  const { displayName, email, role, patientId } = subjectOf(order);
  if (patientId)
    await recordRead(world, {
      type: 'records.read',
      actor: person,
      subject: { kind: 'patient', id: patientId },
      patientId,
    });
  return {
    order: {
      name: displayName,
      email,
      role,
      kind,
      identityCheck,
      reason,
      newEmail,
      askedBy: askedBy.displayName,
      askedAt: instantInWords(locale, order.askedAt, timeZone),
      until: instantInWords(locale, order.expiresAt, timeZone),
    },
    refusal: refusalOf(order, person, now),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'signInHelp.approve');
  requireFreshFactor(args, visit);
  const { world, person: actor, now } = visit;
  const orderId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  if (form.value.intent === 'refuse') {
    const refused = await refuseOrder(world, { actor, orderId, reason: form.value.reason });
    if (refused.ok) return redirect('/staff/sign-in-help?done=refused');
    if (refused.refusal === 'notFound') throw notFound();
    return oneMistake('', helpRefusals[refused.refusal], { status: 409 });
  }
  const done = await orBusy(carryOutOrder(world, { actor, orderId }));
  if (done.ok) {
    const { timeZone, name, phone } = await theFacility(world.db);
    const said = done.person.locale;
    const sheetOf = (locale: Locale) => ({
      kind: done.kind,
      codes: done.codes,
      name: done.person.displayName,
      locale,
      on: dayOfInstantInWords(locale, now, timeZone),
      facility: { name, phone },
      signIn: new URL('/sign-in', world.appOrigin).href,
      signUp: new URL('/sign-up', world.appOrigin).href,
    });
    // Nobody knows yet in which language somebody without an account reads: the sheet says how in each.
    const inLocales = said === null ? locales : [isLocale(said) ? said : 'en'];
    return data({ sheets: inLocales.map(sheetOf) });
  }
  if (done.refusal === 'notFound') throw notFound();
  return oneMistake('', helpRefusals[done.refusal], { status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.help.decide');

export default function DecideHelp() {
  const words = useWords();
  const { order, refusal } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  if (answer && 'sheets' in answer) return <CodeSheet sheets={answer.sheets} />;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/staff/sign-in-help', label: words('crew.help.title') }}
          title={words('crew.help.askFor', { name: order.name })}
          lead={words(`crew.help.effect.${order.kind}`)}
        />
        <SummaryList
          rows={[
            { term: words('crew.help.what'), value: words(`crew.help.kind.${order.kind}`) },
            ...(order.email ? [{ term: words('crew.people.email'), value: order.email }] : []),
            { term: words('crew.people.role'), value: words(`officer.role.${order.role}`) },
            ...(order.newEmail ? [{ term: words('crew.help.newEmail'), value: order.newEmail }] : []),
            { term: words('crew.help.identityCheck'), value: order.identityCheck },
            ...(order.reason ? [{ term: words('crew.help.reason'), value: order.reason }] : []),
            {
              term: words('crew.help.askedBy'),
              value: words('crew.help.askedByAt', { name: order.askedBy, at: order.askedAt }),
            },
            { term: words('crew.help.until'), value: order.until },
          ]}
        />
      </div>
      {refusal && (
        <p className="max-w-measure font-semibold">
          {words(refusal === 'notFound' ? 'errors.helpNotWaiting' : helpRefusals[refusal])}
        </p>
      )}
      {!refusal && (
        <section className="stack" aria-labelledby="approve">
          <h2 id="approve">{words('crew.help.approveHeading')}</h2>
          <p className="max-w-measure">{words('crew.help.approveHint')}</p>
          <Form method="post">
            <input type="hidden" name="intent" value="approve" />
            <Button>{words('crew.help.approve')}</Button>
          </Form>
        </section>
      )}
      {(!refusal || onlyOfYes.has(refusal)) && (
        <RefuseForm
          reason={{
            label: words('crew.help.refuseReason'),
            error: mistakes.error('reason'),
            defaultValue: mistakes.typed('reason'),
          }}
        />
      )}
      {refusal && (
        <p>
          <ButtonLink to="/staff/sign-in-help" variant="outline">
            {words('crew.help.toList')}
          </ButtonLink>
        </p>
      )}
    </div>
  );
}
