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
import { SelectField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { importSources } from '#app/disclosures/imports/list.server.ts';
import { keepUpload } from '#app/disclosures/imports/uploads.server.ts';
import { deceivesAsIdentifier } from '#app/disclosures/ingest/dicom-audit/deceiving-text.ts';
import { keptForDays } from '#app/facility/retention.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { takeCsvFile } from '#app/web/uploads.server.ts';

/** In place of a name: another system, whose name is typed. */
const another = '+';

const schema = z.strictObject({
  source: z.string('errors.import.source').min(1, 'errors.import.source').max(4_096, 'errors.import.source'),
  otherSource: z
    .string()
    .trim()
    .max(64, 'errors.import.otherSource')
    .refine((name) => !deceivesAsIdentifier(name), 'errors.import.otherSource')
    .default(''),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'imports.make');
  return { sources: await importSources(world.db) };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'imports.make');
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const file = await takeCsvFile(sent, 'file');
  const form = await readFields(args, sent, { schema });
  if (!form.ok) {
    if (!file.ok) form.mistakes.errors.file = file.message;
    return formMistakes(form.mistakes);
  }
  const { source: chosen, otherSource } = form.value;
  const typed = { source: [chosen], otherSource: [otherSource] };
  if (chosen === another && !otherSource)
    return oneMistake('otherSource', 'errors.import.otherSource', { typed });
  if (chosen !== another && !(await importSources(world.db)).includes(chosen))
    return oneMistake('source', 'errors.import.source', { typed });
  if (!file.ok) return oneMistake('file', file.message, { typed });
  const source = chosen === another ? otherSource : chosen;
  const kept = await keepUpload(world, { actor: person, source, file: file.file });
  if (!kept.ok) return oneMistake('file', `errors.import.${kept.refusal}`, { typed });
  return redirect(`/staff/imports/${kept.importId}${kept.isNew ? '' : '?done=sentAlready'}`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'imports.new');

export default function NewImport() {
  const words = useWords();
  const { sources } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/staff/imports', label: words('imports.one.back') }}
        title={words('imports.new')}
        lead={words('imports.new.lead')}
      />
      <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-measure">
        <SelectField
          name="source"
          label={words('imports.new.source')}
          hint={words('imports.new.sourceHint')}
          error={mistakes.error('source')}
          defaultValue={mistakes.typed('source') ?? ''}
        >
          <option value="">{words('imports.new.chooseSource')}</option>
          {sources.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
          <option value={another}>{words('imports.new.other')}</option>
        </SelectField>
        <TextField
          name="otherSource"
          optional
          label={words('imports.new.otherName')}
          hint={words('imports.new.otherHint')}
          error={mistakes.error('otherSource')}
          defaultValue={mistakes.typed('otherSource')}
          autoComplete="off"
          spellCheck={false}
        />
        <TextField
          name="file"
          type="file"
          accept=".csv,.txt,text/csv"
          label={words('imports.new.file')}
          hint={words('imports.new.fileHint')}
          error={mistakes.error('file')}
        />
        <p>{words('imports.new.larger')}</p>
        <p className="text-muted">
          {words('imports.new.kept', {
            imported: keptForDays.importedFiles,
            waiting: keptForDays.waitingFiles,
          })}
        </p>
        <p>
          <Button>{words('imports.new.send')}</Button>
        </p>
      </Form>
    </div>
  );
}
