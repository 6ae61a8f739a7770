import type { ActionFunctionArgs } from '@remix-run/node';
import { keepDraft } from '#app/requests/drafts.server.ts';
import { z } from 'zod';
import { readForm } from '#app/web/forms.server.ts';
import { askedForm } from '#app/requests/kinds/asked-form.ts';
import { actingField, isForAnother } from '#app/web/acting-field.ts';
import { readAskedForm } from '#app/web/asked-form.server.ts';
import { notFound, requirePatient, type PatientVisit } from '#app/web/guard.server.ts';

export function loader() {
  throw notFound();
}

/** Keeps what is typed while it is typed, for a page with script. Files are kept by the form's own button. */
export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  if (args.params.kind === 'accounting') return keepAccounting(args, visit);
  const { world, person, patientId } = visit;
  const asked = askedForm(args.params.kind);
  if (!asked) throw notFound();
  const read = await readAskedForm(args, asked);
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

const accounting = z.strictObject({
  intent: z.literal('keep', 'errors.formUnreadable'),
  window: z.string().max(20, 'errors.formUnreadable').optional(),
  from: z.string().max(40, 'errors.date').optional(),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

/** The official list has a form of its own. */
async function keepAccounting(
  args: ActionFunctionArgs,
  { world, person, patientId }: PatientVisit,
): Promise<Response> {
  const form = await readForm(args, { schema: accounting });
  if (!form.ok || isForAnother(form.value.actingAs, person)) return new Response(null, { status: 400 });
  const { window, from, submissionKey } = form.value;
  const fields = { ...(window ? { window: [window] } : {}), ...(from ? { from: [from] } : {}) };
  const none = { documents: [], without: [] };
  await keepDraft(world, { actor: person, patientId, kind: 'accounting', fields, submissionKey, ...none });
  return new Response(null, { status: 204 });
}
