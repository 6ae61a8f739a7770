import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { dropDraft, keepDraft } from '#app/requests/drafts.server.ts';
import { submitRequest, type FilingRefusal } from '#app/requests/filing.server.ts';
import { askedForm, partForm } from '#app/requests/kinds/asked-form.ts';
import { kindDefinition, requestKinds } from '#app/requests/kinds/registry.ts';
import { isForAnother } from '#app/web/acting-field.ts';
import { readAskedForm } from '#app/web/asked-form.server.ts';
import { formMistakes, oneMistake } from '#app/web/forms.server.ts';
import { notFound, readingAs, requirePatient } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { askedFormView } from '#app/web/present-asked-form.server.ts';
import { questionAbout } from '#app/web/question-about.server.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';
import { AskedFields, AskedFiles } from '../_parts/asked-fields.tsx';
import { KeptWhileTyping } from '../_parts/kept-while-typing.tsx';
import { WhenAnswered } from '../_parts/when-answered.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const asked = askedForm(args.params.kind);
  if (!asked) {
    const kind = requestKinds.find((one) => one === args.params.kind);
    const page = kind && kindDefinition(kind).page;
    throw page ? redirect(page) : notFound();
  }
  return readingAs(visit, (walled) =>
    askedFormView(walled, asked, (draft) => questionAbout(walled, { asked, draft, request: args.request })),
  );
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, patientId, locale } = await requirePatient(args, 'ownRequests.file');
  const asked = askedForm(args.params.kind);
  if (!asked) throw notFound();
  const { kind } = asked;
  const read = await readAskedForm(args, asked);
  if (!read.ok) return formMistakes(read.mistakes);
  const sent = read.value;
  const { submissionKey, typed, documents } = sent;
  if (isForAnother(sent.actingAs, person))
    return oneMistake('', 'errors.otherPatient', { typed, status: 409 });
  const owner = { actor: person, patientId, kind };
  const files = documents.ok ? documents.documents : [];
  const keep = () =>
    keepDraft(world, {
      ...owner,
      fields: typed,
      documents: kindDefinition(kind).takesFiles ? files : [],
      without: sent.without,
      submissionKey,
    });
  if (sent.intent === 'drop') {
    await dropDraft(world.db, owner);
    return redirect('/requests?done=dropped');
  }
  if (sent.intent === 'keep') {
    const kept = await keep();
    if (!kept.ok) return oneMistake('files', refused[kept.refusal], { typed });
    return documents.ok
      ? redirect(`/requests/new/${kind}?done=kept`)
      : oneMistake('files', documents.message, { typed });
  }
  if (!sent.form.ok || !documents.ok) {
    // A browser forgets the files that were chosen: what is right is kept until the rest is.
    if (files.length > 0) await keep();
    const mistakes = sent.form.ok ? { errors: {}, typed } : sent.form.mistakes;
    if (!documents.ok) mistakes.errors.files = documents.message;
    return formMistakes(mistakes);
  }
  if (sent.without.length > 0) await keep();
  const { details, statement } = partForm(asked.form, sent.form.value);
  const submitted = await submitRequest(world, {
    actor: person,
    kind,
    details: kindDefinition(kind).details.parse(details),
    statement,
    submissionKey,
    locale,
    documents: kindDefinition(kind).takesFiles ? files : [],
    takesDraft: true,
  });
  if (submitted.ok) return redirect(`/requests/${submitted.requestId}?done=sent`);
  const field = submitted.refusal === 'tooManyFiles' || submitted.refusal === 'filesTooLarge' ? 'files' : '';
  return oneMistake(field, refused[submitted.refusal] ?? 'errors.formUnreadable', { typed, status: 409 });
}

const refused: Partial<Record<FilingRefusal, MessageId>> &
  Record<'tooManyFiles' | 'filesTooLarge', MessageId> = {
  tooManyFiles: 'errors.tooManyFiles',
  filesTooLarge: 'errors.filesTooLarge',
  notYours: 'errors.actsNoMore',
};

export const meta: MetaFunction<typeof loader> = (args) =>
  args.data ? pageTitle(args, args.data.title) : [];

export default function NewRequestOfKind() {
  const words = useWords();
  const view = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const kept = useSearchParams()[0].get('done') === 'kept' && !mistakes.any;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={kept ? words('asking.draft.kept') : null} />
        <PageHeader
          title={words(view.title)}
          lead={words(view.lead)}
          back={{ to: '/requests/new', label: words('patient.new.title') }}
        />
        {view.draft && !kept && (
          <p>{words('asking.draft.found', { at: view.draft.savedAt, until: view.draft.until })}</p>
        )}
      </div>
      <Form
        method="post"
        encType="multipart/form-data"
        noValidate
        id="asked"
        className="sections"
        key={view.draft?.savedAt ?? 'new'}
      >
        <input type="hidden" name="actingAs" value={view.actingAs} />
        <input type="hidden" name="submissionKey" value={view.submissionKey} />
        <AskedFields view={view} mistakes={mistakes} />
        {view.takesFiles && <AskedFiles view={view} mistakes={mistakes} />}
        <div className="stack">
          <WhenAnswered when={view.when} />
          <div className="flex flex-wrap items-center gap-4">
            <Button name="intent" value="send">
              {words('asking.send')}
            </Button>
            <Button name="intent" value="keep" variant="outline">
              {words('asking.draft.keep')}
            </Button>
            {view.draft && (
              <Button name="intent" value="drop" variant="plain">
                {words('asking.draft.drop')}
              </Button>
            )}
          </div>
          <KeptWhileTyping formId="asked" draft={`new/${view.kind}/draft`} />
        </div>
      </Form>
    </div>
  );
}
