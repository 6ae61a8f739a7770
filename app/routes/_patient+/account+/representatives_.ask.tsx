import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { representationBases, representationScopes } from '#app/people/representation-rules.ts';
import { askToRepresent } from '#app/people/representations.server.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { readingAs, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { acceptedDocuments, takeDocument } from '#app/web/uploads.server.ts';
import { localDate } from '#app/words/dates.ts';

const name = z.string('errors.required').trim().min(1, 'errors.required').max(120, 'errors.tooLong');
const schema = z.strictObject({
  givenName: name,
  familyName: name,
  bornOn: z
    .string('errors.date')
    .trim()
    .pipe(z.iso.date('errors.date'))
    .refine((date) => date >= '1880-01-01', 'errors.date'),
  patientNumber: z.string().trim().max(64, 'errors.tooLong').default(''),
  relationship: z.string('errors.required').trim().min(1, 'errors.required').max(200, 'errors.tooLong'),
  basis: z.enum(representationBases, 'errors.choose'),
  scope: z.enum(representationScopes, 'errors.choose'),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownRepresentatives.manage');
  const { now } = visit;
  const facility = await readingAs(visit, ({ world }) => theFacility(world.db));
  return { facility: facility.name, today: localDate(now, facility.timeZone), accept: acceptedDocuments };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, now } = await requirePerson(args, 'ownRepresentatives.manage');
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const document = await takeDocument(sent, 'document');
  const form = await readFields(args, sent, { schema });
  if (!form.ok) {
    if (!document.ok) form.mistakes.errors.document = document.message;
    return formMistakes(form.mistakes);
  }
  const { patientNumber, ...asking } = form.value;
  const typed = Object.fromEntries(Object.entries(form.value).map(([field, value]) => [field, [value]]));
  if (!document.ok) return oneMistake('document', document.message, { typed });
  if (!document.document && asking.basis !== 'patientsWish')
    return oneMistake('document', 'errors.fileRequired', { typed });
  const { timeZone } = await theFacility(world.db);
  if (asking.bornOn > localDate(now, timeZone)) return oneMistake('bornOn', 'errors.dateInFuture', { typed });
  const asked = await askToRepresent(world, {
    actor: person,
    asking: { ...asking, patientNumber: patientNumber || null },
    document: document.document,
  });
  if (asked.ok) return redirect('/account/representatives?done=asked');
  return oneMistake('', 'errors.tooManyAsked', { typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.ask.title');

export default function AskToRepresent() {
  const words = useWords();
  const { facility, today, accept } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const field = (of: 'givenName' | 'familyName' | 'bornOn' | 'patientNumber' | 'relationship') => ({
    name: of,
    error: mistakes.error(of),
    defaultValue: mistakes.typed(of),
  });
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words('records.ask.title')}
          lead={words('records.ask.lead', { facility })}
          back={{ to: '/account/representatives', label: words('records.mine.title') }}
        />
      </div>
      <Form method="post" encType="multipart/form-data" noValidate className="sections">
        <section className="stack gap-y-6" aria-labelledby="patient">
          <h2 id="patient">{words('records.ask.patient')}</h2>
          <TextField {...field('givenName')} label={words('records.field.givenName')} autoComplete="off" />
          <TextField {...field('familyName')} label={words('records.field.familyName')} autoComplete="off" />
          <TextField
            {...field('bornOn')}
            type="date"
            width="date"
            max={today}
            label={words('records.field.bornOn')}
            autoComplete="off"
          />
          <TextField
            {...field('patientNumber')}
            optional
            width="date"
            label={words('records.field.patientNumber')}
            hint={words('records.ask.numberHint')}
            autoComplete="off"
            spellCheck={false}
          />
        </section>
        <section className="stack gap-y-6" aria-labelledby="you">
          <h2 id="you">{words('records.ask.you')}</h2>
          <TextField
            {...field('relationship')}
            label={words('records.field.relationship')}
            hint={words('records.ask.relationshipHint')}
            autoComplete="off"
          />
          <ChoiceGroup
            type="radio"
            name="basis"
            legend={words('records.ask.basis')}
            error={mistakes.error('basis')}
            chosen={mistakes.chosen('basis')}
            choices={representationBases.map((value) => ({ value, label: words(`records.basis.${value}`) }))}
          />
          <ChoiceGroup
            type="radio"
            name="scope"
            legend={words('records.ask.scope')}
            error={mistakes.error('scope')}
            chosen={mistakes.chosen('scope')}
            choices={representationScopes.map((value) => ({ value, label: words(`records.scope.${value}`) }))}
          />
        </section>
        <section className="stack gap-y-6" aria-labelledby="proof">
          <h2 id="proof">{words('records.ask.proof')}</h2>
          <TextField
            name="document"
            type="file"
            accept={accept}
            label={words('records.ask.document')}
            hint={words('records.ask.documentHint')}
            error={mistakes.error('document')}
          />
          <p className="text-muted">{words('records.ask.after')}</p>
          <p>
            <Button>{words('records.ask.send')}</Button>
          </p>
        </section>
      </Form>
    </div>
  );
}
