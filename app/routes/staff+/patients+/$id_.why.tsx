import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { giveReason, lookAtRecord } from '#app/people/record-looks.server.ts';
import { lookReasons } from '#app/people/record-looks.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { afterReason } from '#app/web/record-door.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

const schema = z.strictObject({
  why: z.enum(lookReasons, 'errors.choose'),
  text: z.string().trim().max(1_000, 'errors.tooLong').default(''),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.see');
  const { world, person: actor, now } = visit;
  const id = rowId(args.params.id);
  const look = await lookAtRecord(world.db, { patientId: id, actor }, now);
  if (look === 'closed') requireFreshFactor(args, visit);
  const [file, facility] = await Promise.all([patientFile(world.db, id), theFacility(world.db)]);
  if (!file) throw notFound();
  await recordListRead(world, { actor, list: 'reasonAsked', patientIds: [id] });
  const to = look === 'open' ? afterReason(args.request, id) : null;
  return { name: nameOf(file), facility: facility.name, isClosed: look === 'closed', to };
}

/** Says why. Nothing else of the record is shown before. */
export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.see');
  const { world, person: actor, now } = visit;
  const patientId = rowId(args.params.id);
  const look = await lookAtRecord(world.db, { patientId, actor }, now);
  if (look === 'open') return redirect(afterReason(args.request, patientId));
  if (look === 'closed') requireFreshFactor(args, visit);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { why, text } = form.value;
  const given = await giveReason(world, { patientId, actor, why, text });
  if (given.ok) return redirect(afterReason(args.request, patientId));
  if (given.refusal === 'notFound') throw notFound();
  return oneMistake('text', 'errors.lookWords', { typed: { why: [why], text: [text] } });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.look.title');

export default function Why() {
  const words = useWords();
  const { name, facility, isClosed, to } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const back = { to: '/staff/patients', label: words('records.patients.title') };
  if (to)
    return (
      <div className="stack">
        <PageHeader back={back} title={words('records.look.isOpen')} />
        <p>
          <ButtonLink to={to}>{words('records.look.open')}</ButtonLink>
        </p>
      </div>
    );
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={back}
        title={words(isClosed ? 'records.look.closedTitle' : 'records.look.title')}
        lead={
          isClosed
            ? words('records.look.closedLead', { name })
            : words('records.look.lead', { name, facility })
        }
      />
      <Form method="post" noValidate className="stack gap-y-6">
        <ChoiceGroup
          type="radio"
          name="why"
          legend={words('records.look.which')}
          error={mistakes.error('why')}
          chosen={mistakes.chosen('why')}
          choices={lookReasons.map((value) => ({ value, label: words(`records.look.why.${value}`) }))}
        />
        <TextArea
          name="text"
          rows={2}
          optional={!isClosed}
          label={words('records.look.text')}
          hint={words(isClosed ? 'records.look.textHintClosed' : 'records.look.textHint')}
          error={mistakes.error('text')}
          defaultValue={mistakes.typed('text')}
        />
        <p className="flex flex-wrap gap-4">
          <Button variant={isClosed ? 'danger' : 'act'}>
            {words(isClosed ? 'records.look.openClosed' : 'records.look.open')}
          </Button>
          <ButtonLink to="/staff/patients" variant="outline">
            {words('records.look.back')}
          </ButtonLink>
        </p>
      </Form>
    </div>
  );
}
