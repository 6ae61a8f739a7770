import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { labelDraft, saveLabelDraft } from '#app/vendors/label.server.ts';
import { askedFieldsOf, fieldsOf, labelGroups, type LabelGroup } from '#app/vendors/label-fields.ts';
import { registerAnswers } from '#app/vendors/label.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { answerView } from '#app/web/present-label.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { answersIn, partSchema, shownIn } from '../_parts/label-form.ts';
import { AnswerFields } from '../_parts/label-parts.tsx';
import { labelPlace } from '../_parts/label-view.server.ts';

function groupOf(name: string | undefined): LabelGroup {
  const group = labelGroups.find((one) => one === name);
  if (!group || askedFieldsOf(group).length === 0) throw notFound();
  return group;
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const group = groupOf(args.params.group);
  const { vendor, at, reader } = await labelPlace(args.params.id, visit);
  const { values, revision } = await labelDraft(visit.world.db, vendor.id);
  const register = registerAnswers(vendor, reader.today);
  return {
    at,
    name: vendor.name,
    group: wordsFor(visit.locale)(`labels.group.${group}`),
    revision,
    fields: askedFieldsOf(group).map((field) => ({ field, set: shownIn(values[field]) })),
    fromRegister: fieldsOf(group)
      .filter((field) => register[field])
      .map((field) => answerView(field, register[field], reader)),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const group = groupOf(args.params.group);
  const { vendor, at, reader } = await labelPlace(args.params.id, visit);
  const form = await readForm(args, { schema: partSchema(group) });
  if (!form.ok) return formMistakes(form.mistakes);
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  const { answers, errors } = answersIn(group, form.value, reader.today);
  if (Object.keys(errors).length > 0) return formMistakes({ errors, typed });
  const saved = await saveLabelDraft(visit.world, {
    vendorId: vendor.id,
    answers,
    revision: Number(form.value.revision),
    actor: visit.person,
  });
  if (saved.ok) return redirect(`${at}?done=saved`);
  if (saved.refusal === 'gone') throw notFound();
  // What was typed is shown again on the draft as it is now.
  return saved.refusal === 'nothingChanged'
    ? oneMistake('', 'errors.nothingChanged', { typed })
    : oneMistake('', 'errors.label.changedMeanwhile', { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.staff.edit', {
    values: { group: args.data?.group ?? '', name: args.data?.name ?? '' },
  });

export default function LabelPart() {
  const words = useWords();
  const { at, name, group, revision, fields, fromRegister } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: at, label: words('labels.staff.title', { name }) }}
        title={group}
        lead={words('labels.staff.editLead')}
      />
      {fromRegister.map(({ field, question, sentence }) => (
        <p key={field} className="bg-surface max-w-2xl rounded-sm p-4">
          <span className="block font-semibold">{question}</span>
          {words('labels.staff.fromRegister', { answer: sentence })}
        </p>
      ))}
      <Form method="post" noValidate className="stack max-w-2xl gap-8">
        <input type="hidden" name="revision" value={revision} />
        {fields.map(({ field, set }) => (
          <AnswerFields key={field} field={field} set={set} mistakes={mistakes} />
        ))}
        <p>
          <Button>{words('labels.staff.save')}</Button>
        </p>
      </Form>
    </div>
  );
}
