import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { lookBackWindow } from '#app/clocks/windows.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { draftOf } from '#app/requests/drafts.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { actingAs, actingField, isForAnother } from '#app/web/acting-field.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { readingAs, requirePatient, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, localDate } from '#app/words/dates.ts';
import { whenAnswered } from '#app/web/present-asked-form.server.ts';
import { KeptWhileTyping } from '../_parts/kept-while-typing.tsx';
import { WhenAnswered } from '../_parts/when-answered.tsx';

const schema = z
  .strictObject({
    window: z.enum(['sixYears', 'fromDate'], 'errors.choose'),
    from: z.string().trim().max(40, 'errors.date').default(''),
    submissionKey: z.uuid('errors.formUnreadable'),
    actingAs: actingField,
  })
  .refine((form) => form.window === 'sixYears' || z.iso.date().safeParse(form.from).success, {
    path: ['from'],
    message: 'errors.date',
  });

/** The widest window that can be asked for today, facility-local. */
async function widestWindow({ world, now }: Visit) {
  const { timeZone } = await theFacility(world.db);
  return lookBackWindow(localDate(now, timeZone));
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const [{ from, to }, { when, feeLaw }, draft] = await readingAs(visit, (walled) =>
    Promise.all([
      widestWindow(walled),
      whenAnswered(walled.world, 'accounting', walled),
      draftOf(walled.world, { actor: walled.person, patientId: walled.patientId, kind: 'accounting' }),
    ]),
  );
  return {
    kept: { window: draft?.fields.window, from: draft?.fields.from?.[0] },
    from,
    to,
    when,
    feeLaw,
    fromInWords: dateInWords(visit.locale, from),
    submissionKey: crypto.randomUUID(),
    actingAs: actingAs(visit.person),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { window, submissionKey } = form.value;
  if (isForAnother(form.value.actingAs, visit.person))
    return oneMistake('', 'errors.otherPatient', { status: 409 });
  const widest = await widestWindow(visit);
  const from = window === 'sixYears' ? widest.from : form.value.from;
  const typed = { window: [window], from: [form.value.from] };
  if (from > widest.to) return oneMistake('from', 'errors.dateInFuture', { typed });
  if (from < widest.from) {
    const values = { date: dateInWords(visit.locale, widest.from) };
    return oneMistake('from', 'errors.dateTooEarly', { typed, values });
  }
  const submitted = await submitRequest(visit.world, {
    actor: visit.person,
    kind: 'accounting',
    details: { from, to: widest.to },
    submissionKey,
    locale: visit.locale,
    takesDraft: true,
  });
  if (!submitted.ok) return oneMistake('', 'errors.formUnreadable', { typed, status: 409 });
  return redirect(`/requests/${submitted.requestId}?done=sent`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'patient.accounting.title');

export default function NewAccounting() {
  const words = useWords();
  const {
    from,
    to,
    when,
    feeLaw,
    fromInWords,
    submissionKey,
    actingAs: forWhom,
    kept,
  } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  // HIPAA has six years and leaves some receivers out; the GDPRs have neither.
  const isGdpr = feeLaw === 'gdpr';
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words('patient.accounting.title')}
          lead={words('patient.accounting.lead')}
          back={{ to: '/requests/new', label: words('patient.new.title') }}
        />
      </div>
      <div className="grid gap-8 sm:grid-cols-2">
        <section className="stack content-start" aria-labelledby="contains">
          <h2 id="contains" className="text-h3">
            {words('patient.accounting.contains')}
          </h2>
          <ul className="grid list-disc gap-2 ps-5">
            <li>{words(isGdpr ? 'patient.accounting.containsAll' : 'patient.accounting.containsLaw')}</li>
            <li>{words('patient.accounting.containsFacts')}</li>
            {!isGdpr && <li>{words('patient.accounting.containsAlso')}</li>}
          </ul>
        </section>
        <section className="stack content-start" aria-labelledby="lacks">
          <h2 id="lacks" className="text-h3">
            {words('patient.accounting.lacks')}
          </h2>
          <ul className="grid list-disc gap-2 ps-5">
            <li>{words('patient.accounting.lacksReports')}</li>
            <li>{words('patient.accounting.lacksOnward')}</li>
            <li>{words(isGdpr ? 'patient.accounting.lacksOlderGdpr' : 'patient.accounting.lacksOlder')}</li>
          </ul>
        </section>
      </div>
      <section className="stack" aria-labelledby="time">
        <h2 id="time" className="text-h3">
          {words('patient.accounting.time')}
        </h2>
        <WhenAnswered when={when} />
        {feeLaw && <p>{words(`patient.accounting.cost.${feeLaw}`)}</p>}
      </section>
      <Form method="post" noValidate id="accounting" className="stack gap-y-6">
        <input type="hidden" name="actingAs" value={forWhom} />
        <input type="hidden" name="submissionKey" value={submissionKey} />
        <ChoiceGroup
          type="radio"
          name="window"
          legend={words('patient.accounting.window')}
          error={mistakes.error('window')}
          chosen={mistakes.chosen('window') ?? kept.window}
          choices={[
            {
              value: 'sixYears',
              label: words('patient.accounting.sixYears'),
              hint: words(
                isGdpr ? 'patient.accounting.sixYearsHintGdpr' : 'patient.accounting.sixYearsHint',
                { date: fromInWords },
              ),
            },
            { value: 'fromDate', label: words('patient.accounting.fromDate') },
          ]}
        />
        <div className={mistakes.error('from') ? undefined : 'border-rule border-s-4 ps-4'}>
          <TextField
            name="from"
            type="date"
            width="date"
            min={from}
            max={to}
            autoComplete="off"
            label={words('patient.accounting.from')}
            hint={words('patient.accounting.fromHint')}
            error={mistakes.error('from')}
            defaultValue={mistakes.typed('from') ?? kept.from}
          />
        </div>
        <p>
          <Button>{words('patient.accounting.send')}</Button>
        </p>
        <KeptWhileTyping formId="accounting" draft="new/accounting/draft" />
      </Form>
    </div>
  );
}
