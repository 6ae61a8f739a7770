import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { endSuspension, suspensions } from '#app/disclosures/suspensions.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, instantInWords } from '#app/words/dates.ts';

const schema = z.strictObject({ suspension: z.uuid('errors.formUnreadable') });

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'suspensions.see');
  const [all, { timeZone }] = await Promise.all([suspensions(world, now), theFacility(world.db)]);
  await recordListRead(world, {
    actor: person,
    list: 'suspensions',
    patientIds: all.map(({ patient }) => patient.id),
  });
  return {
    rows: all.map((one) => ({
      ...one,
      statedOn: dateInWords(locale, one.statedOn),
      untilOn: dateInWords(locale, one.untilOn),
      recordedAt: instantInWords(locale, one.recordedAt, timeZone),
      endedAt: one.endedAt && instantInWords(locale, one.endedAt, timeZone),
    })),
    mayManage: can(person.role, 'suspensions.manage'),
    done: new URL(args.request.url).searchParams.get('done'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'suspensions.manage');
  // From then on the patient is told what was sent: a release. Nothing was typed that could be lost.
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const ended = await endSuspension(world, person, form.value.suspension);
  if (!ended) return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
  throw redirect('/officer/suspensions?done=ended');
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.suspensions.title');

export default function Suspensions() {
  const words = useWords();
  const { rows, mayManage, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const said =
    done === 'recorded'
      ? words('ledger.suspensions.recorded')
      : done === 'ended'
        ? words('ledger.suspensions.ended')
        : null;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={mistakes.any ? null : said} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer', label: words('site.nav.officer') }}
          title={words('ledger.suspensions.title')}
          lead={words('ledger.suspensions.lead')}
          action={
            mayManage && (
              <ButtonLink to="/officer/suspensions/new">{words('ledger.suspensions.new')}</ButtonLink>
            )
          }
        />
      </div>
      <DataTable
        caption={words('ledger.suspensions.title')}
        captionHidden
        rows={rows}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={words('ledger.suspensions.none')}>
            {words('ledger.suspensions.noneWhy')}
          </EmptyState>
        }
        columns={[
          {
            key: 'patient',
            header: words('ledger.suspensions.patient'),
            rowHeader: true,
            cell: ({ patient }) => <Link to={`/staff/patients/${patient.id}`}>{patient.name}</Link>,
          },
          {
            key: 'agency',
            header: words('ledger.suspensions.agency'),
            cell: ({ agency, agencyKind }) => (
              <>
                <span className="block">{agency}</span>
                <span className="text-muted block">{words(`ledger.suspensions.kind.${agencyKind}`)}</span>
              </>
            ),
          },
          {
            key: 'says',
            header: words('ledger.suspensions.says'),
            cell: (one) => (
              <>
                <span className="block">
                  {words(`ledger.suspensions.form.${one.form}`)}, {one.statedOn}, {one.official}
                </span>
                <span className="block whitespace-pre-line">{one.says}</span>
                <span className="text-note text-muted block">
                  {words('ledger.suspensions.by', { name: one.recordedBy, at: one.recordedAt })}
                </span>
              </>
            ),
          },
          {
            key: 'until',
            header: words('ledger.suspensions.until'),
            cell: ({ untilOn, endedAt }) => endedAt ?? untilOn,
          },
          {
            key: 'state',
            header: words('ledger.suspensions.state'),
            cell: (one) => (
              <>
                <StatusBadge tone={one.inForce ? 'soon' : 'none'}>
                  {words(one.inForce ? 'ledger.suspensions.inForce' : 'ledger.suspensions.over')}
                </StatusBadge>
                {mayManage && one.inForce && (
                  <Form method="post" className="mt-2">
                    <input type="hidden" name="suspension" value={one.id} />
                    <Button
                      variant="plain"
                      aria-label={words('ledger.suspensions.endOf', {
                        patient: one.patient.name,
                        agency: one.agency,
                      })}
                    >
                      {words('ledger.suspensions.end')}
                    </Button>
                  </Form>
                )}
              </>
            ),
          },
        ]}
      />
    </div>
  );
}
