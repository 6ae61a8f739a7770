import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { transferAgainstOptOut } from '#app/disclosures/against-opt-out.server.ts';
import { alertOutcomes, openAlertMoves, type AlertMove } from '#app/disclosures/alert-moves.ts';
import { decideAlert } from '#app/disclosures/alerts.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { reasonField } from '../../staff+/_parts/reason.ts';
import { alertView } from '../_parts/alerts-view.server.ts';

const version = z.coerce.number('errors.formUnreadable').int('errors.formUnreadable');
const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('takeUp'), version }),
  z.strictObject({
    intent: z.literal('close'),
    version,
    outcome: z.enum(alertOutcomes, 'errors.choose'),
    reason: reasonField,
  }),
  z.strictObject({ intent: z.literal('reopen'), version, reason: reasonField }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'alerts.see');
  const { world, person, locale, now } = visit;
  const alert = await transferAgainstOptOut(world, rowId(args.params.id));
  if (!alert) throw notFound();
  await requireRecordOpen(args, visit, alert.patient.id, 'work');
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id: alert.patient.id },
    patientId: alert.patient.id,
  });
  return {
    alert: alertView(alert, { now, locale }),
    moves: can(person.role, 'alerts.decide') ? openAlertMoves(alert.state) : [],
    done: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'alerts.decide');
  const id = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, version: expectedVersion, ...rest } = form.value;
  const move = { name: intent, ...rest } as AlertMove;
  const done = await decideAlert(world, person, { id, move, expectedVersion });
  if (done.ok) throw redirect(`/officer/alerts/${id}?done=saved`);
  if (done.refusal === 'notFound') throw notFound();
  if (done.refusal === 'reasonMissing') return oneMistake('reason', 'errors.reason');
  return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.alerts.title');

export default function Alert() {
  const words = useWords();
  const { alert, moves, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>(), { outcome: 'outcome-breach' });
  const { no, due, breach, closed } = alert;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done && !mistakes.any ? words('ledger.alerts.done') : null} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer/alerts', label: words('ledger.alerts.title') }}
          title={words('ledger.alerts.one', { company: alert.vendor })}
          status={due ? <DueDate {...due} /> : undefined}
        />
        <SummaryList
          rows={[
            {
              term: words('staff.column.patient'),
              value: <Link to={`/staff/patients/${alert.patient.id}`}>{alert.patient.name}</Link>,
            },
            { term: words('ledger.alerts.sentAt'), value: alert.at },
            { term: words('ledger.alerts.knownAt'), value: alert.raisedAt },
            { term: words('disclosures.accounting.column.purpose'), value: alert.purpose },
            {
              term: words('officer.against.no'),
              value: no ? (
                <Link to={`/staff/requests/${no.requestId}`}>{no.reference}</Link>
              ) : (
                words(alert.lackedYes ? 'officer.against.lackedYes' : 'officer.against.noUnknown')
              ),
            },
            { term: words('ledger.alerts.state'), value: alert.stateInWords },
            ...(alert.takenBy ? [{ term: words('ledger.alerts.takenBy'), value: alert.takenBy }] : []),
            ...(breach ? [{ term: words('ledger.alerts.breachDate'), value: breach.date }] : []),
          ]}
        />
        {breach && !closed && (
          <Notice tone="info" heading={words('ledger.alerts.breachDate')}>
            <p>{words('ledger.alerts.breachHint', breach)}</p>
          </Notice>
        )}
        {closed && (
          <Notice tone="info" heading={words('ledger.alerts.outcome')}>
            <p>{closed.outcome}</p>
            {closed.reason && <p className="whitespace-pre-line">{closed.reason}</p>}
            <p className="text-muted">
              {words('ledger.alerts.closedBy', { name: closed.by, at: closed.at })}
            </p>
          </Notice>
        )}
      </div>
      {moves.includes('takeUp') && (
        <Form method="post">
          <input type="hidden" name="intent" value="takeUp" />
          <input type="hidden" name="version" value={alert.version} />
          <Button variant="outline">{words('ledger.alerts.takeUp')}</Button>
        </Form>
      )}
      {moves.includes('close') && (
        <section className="stack" aria-labelledby="close">
          <h2 id="close">{words('ledger.alerts.closeHeading')}</h2>
          <Form method="post" noValidate className="stack">
            <input type="hidden" name="intent" value="close" />
            <input type="hidden" name="version" value={alert.version} />
            <ChoiceGroup
              type="radio"
              name="outcome"
              id="outcome-breach"
              legend={words('ledger.alerts.outcome')}
              error={mistakes.error('outcome')}
              choices={alertOutcomes.map((value) => ({
                value,
                label: words(`ledger.alerts.outcome.${value}`),
              }))}
              chosen={mistakes.typed('outcome')}
            />
            <Reason error={mistakes.error('reason')} typed={mistakes.typed('reason')} />
            <p>
              <Button>{words('ledger.alerts.close')}</Button>
            </p>
          </Form>
        </section>
      )}
      {moves.includes('reopen') && (
        <section className="stack" aria-labelledby="reopen">
          <h2 id="reopen">{words('ledger.alerts.reopenHeading')}</h2>
          <Form method="post" noValidate className="stack">
            <input type="hidden" name="intent" value="reopen" />
            <input type="hidden" name="version" value={alert.version} />
            <Reason error={mistakes.error('reason')} typed={mistakes.typed('reason')} />
            <p>
              <Button variant="outline">{words('ledger.alerts.reopen')}</Button>
            </p>
          </Form>
        </section>
      )}
    </div>
  );
}

function Reason({ error, typed }: { error: string | undefined; typed: string | undefined }) {
  const words = useWords();
  return (
    <TextArea
      name="reason"
      label={words('ledger.alerts.reason')}
      hint={words('ledger.alerts.reasonHint')}
      error={error}
      defaultValue={typed}
      rows={4}
    />
  );
}
