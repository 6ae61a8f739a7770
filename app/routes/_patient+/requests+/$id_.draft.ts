import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import { draftPlaces, keepDraft, placeOf } from '#app/requests/drafts.server.ts';
import { mostCharacters } from '#app/requests/kinds/asked-form.ts';
import { actingField, isForAnother } from '#app/web/acting-field.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound, requirePatient } from '#app/web/guard.server.ts';
import { ownRequest } from '#app/web/request-page.server.ts';

const words = z
  .string()
  .max(2 * mostCharacters, 'errors.tooLong')
  .optional();
const schema = z.strictObject({
  intent: z.literal('keep', 'errors.formUnreadable'),
  move: z.string().max(20, 'errors.formUnreadable').optional(),
  text: words,
  reason: words,
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

export function loader() {
  throw notFound();
}

/** Keeps what is written about a request while it is typed, for a page with script. Files are chosen when it is sent. */
export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { request } = await ownRequest(visit, args.params.id);
  const of = z.enum(draftPlaces).safeParse(new URL(args.request.url).searchParams.get('of'));
  const form = await readForm(args, { schema });
  if (!of.success || !form.ok || isForAnother(form.value.actingAs, visit.person))
    return new Response(null, { status: 400 });
  const { text, reason, submissionKey } = form.value;
  await keepDraft(visit.world, {
    actor: visit.person,
    patientId: visit.patientId,
    kind: request.kind,
    place: placeOf(of.data, request.id),
    fields: { ...(text ? { text: [text] } : {}), ...(reason ? { reason: [reason] } : {}) },
    documents: [],
    without: [],
    submissionKey,
  });
  return new Response(null, { status: 204 });
}
