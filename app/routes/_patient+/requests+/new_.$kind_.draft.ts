import type { ActionFunctionArgs } from '@remix-run/node';
import { keepDraft } from '#app/requests/drafts.server.ts';
import { askedForm } from '#app/requests/kinds/asked-form.ts';
import { isForAnother } from '#app/web/acting-field.ts';
import { readAskedForm } from '#app/web/asked-form.server.ts';
import { notFound, requirePatient } from '#app/web/guard.server.ts';

export function loader() {
  throw notFound();
}

/** Keeps what is typed while it is typed, for a page with script. Files are kept by the form's own button. */
export async function action(args: ActionFunctionArgs) {
  const { world, person, patientId } = await requirePatient(args, 'ownRequests.file');
  const asked = askedForm(args.params.kind);
  if (!asked) throw notFound();
  const read = await readAskedForm(args.request, asked);
  if (!read.ok || isForAnother(read.value.actingAs, person)) return new Response(null, { status: 400 });
  const { typed, submissionKey } = read.value;
  await keepDraft(world, {
    actor: person,
    patientId,
    kind: asked.kind,
    fields: typed,
    documents: [],
    without: [],
    submissionKey,
  });
  return new Response(null, { status: 204 });
}
