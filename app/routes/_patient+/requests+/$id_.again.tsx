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
import { TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { draftOf, placeOf } from '#app/requests/drafts.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { followsAs } from '#app/requests/follows.ts';
import { mostCharacters } from '#app/requests/kinds/asked-form.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { actingAs, actingField, isForAnother } from '#app/web/acting-field.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { notFound, readingAs, requirePatient, type PatientVisit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { mayFollow, ownRequest } from '#app/web/request-page.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { acceptedDocuments, takeDocuments } from '#app/web/uploads.server.ts';
import { KeptWhileTyping } from '../_parts/kept-while-typing.tsx';

const schema = z.strictObject({
  reason: z
    .string('errors.required')
    .transform((typed) => typed.replaceAll('\r\n', '\n'))
    .refine((typed) => typed.trim() !== '', 'errors.required')
    .refine((typed) => typed.length <= mostCharacters, 'errors.tooLong'),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

/** The answered request that is to be looked at again. */
async function answered(visit: PatientVisit, id: string | undefined) {
  const { request, sees } = await ownRequest(visit, id);
  if (!sees || !mayFollow(request)) throw notFound();
  return { request, isAppeal: followsAs(request) === 'appeal' };
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { request, isAppeal, draft } = await readingAs(visit, async (walled) => {
    const found = await answered(walled, args.params.id);
    const { id, kind } = found.request;
    const mine = { actor: walled.person, patientId: walled.patientId, kind };
    return { ...found, draft: await draftOf(walled.world, { ...mine, place: placeOf('again', id) }) };
  });
  return {
    kept: draft?.fields.reason?.[0],
    id: request.id,
    reference: request.reference,
    isAppeal,
    takesFiles: kindDefinition(request.kind).takesFiles,
    accept: acceptedDocuments,
    submissionKey: crypto.randomUUID(),
    actingAs: actingAs(visit.person),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { request, isAppeal } = await answered(visit, args.params.id);
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const documents = await takeDocuments(sent, 'files');
  const form = await readFields(args, sent, { schema });
  if (!form.ok) {
    if (!documents.ok) form.mistakes.errors.files = documents.message;
    return formMistakes(form.mistakes);
  }
  const { reason, submissionKey } = form.value;
  const typed = { reason: [reason] };
  if (!documents.ok) return oneMistake('files', documents.message, { typed });
  if (isForAnother(form.value.actingAs, visit.person))
    return oneMistake('', 'errors.otherPatient', { typed, status: 409 });
  const definition = kindDefinition(request.kind);
  const submitted = await submitRequest(visit.world, {
    actor: visit.person,
    kind: request.kind,
    details: definition.details.parse(request.details),
    statement: { reason },
    documents: definition.takesFiles ? documents.documents : [],
    submissionKey,
    locale: visit.locale,
    takesDraft: true,
    follows: { id: request.id, as: isAppeal ? 'appeal' : 'reopening' },
  });
  if (submitted.ok) return redirect(`/requests/${submitted.requestId}?done=sent`);
  const again =
    submitted.refusal === 'followedAlready' ? 'errors.followedAlready' : 'errors.notFromThisStatus';
  return oneMistake('', again, { typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  args.data ? pageTitle(args, args.data.isAppeal ? 'asking.again.title' : 'asking.again.titleOpen') : [];

export default function LookAgain() {
  const words = useWords();
  const view = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words(view.isAppeal ? 'asking.again.title' : 'asking.again.titleOpen')}
          lead={words('asking.again.lead')}
          back={{
            to: `/requests/${view.id}`,
            label: words('patient.request.title', { reference: view.reference }),
          }}
        />
      </div>
      <Form method="post" encType="multipart/form-data" noValidate id="again" className="stack gap-y-6">
        <input type="hidden" name="actingAs" value={view.actingAs} />
        <input type="hidden" name="submissionKey" value={view.submissionKey} />
        <TextArea
          name="reason"
          dir="auto"
          rows={6}
          autoComplete="off"
          label={words('asking.again.reason')}
          hint={words('asking.again.reasonHint')}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason') ?? view.kept}
        />
        {view.takesFiles && (
          <TextField
            name="files"
            type="file"
            multiple
            optional
            accept={view.accept}
            label={words('asking.files')}
            hint={words('asking.files.hint')}
            error={mistakes.error('files')}
          />
        )}
        <p>
          <Button>{words('asking.send')}</Button>
        </p>
        <KeptWhileTyping formId="again" draft={`${view.id}/draft?of=again`} />
      </Form>
    </div>
  );
}
