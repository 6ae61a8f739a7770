import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { keepModelCard } from '#app/vendors/model-cards.server.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { takeXmlFile } from '#app/web/uploads.server.ts';
import { labelPlace } from '../_parts/label-view.server.ts';

const schema = z.strictObject({});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { vendor, at } = await labelPlace(args.params.id, visit);
  return { at, name: vendor.name };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { vendor, at } = await labelPlace(args.params.id, visit);
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const taken = await takeXmlFile(sent, 'file');
  const form = await readFields(args, sent, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  if (!taken.ok) return oneMistake('file', taken.message);
  const kept = await keepModelCard(visit.world, { vendorId: vendor.id, ...taken.file, actor: visit.person });
  if (kept.ok) return redirect(`${at}/import/${kept.id}`);
  if (kept.refusal === 'gone') throw notFound();
  return oneMistake('file', `errors.label.card.${kept.refusal}`);
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.import.title', { values: { name: args.data?.name ?? '' } });

export default function ReadCard() {
  const words = useWords();
  const { at, name } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: at, label: words('labels.staff.title', { name }) }}
        title={words('labels.import.title', { name })}
        lead={words('labels.import.lead')}
      />
      <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-2xl">
        <TextField
          name="file"
          type="file"
          accept=".xml,application/xml,text/xml"
          label={words('labels.import.file')}
          hint={words('labels.import.fileHint')}
          error={mistakes.error('file')}
        />
        <p>
          <Button>{words('labels.import.read')}</Button>
        </p>
      </Form>
    </div>
  );
}
