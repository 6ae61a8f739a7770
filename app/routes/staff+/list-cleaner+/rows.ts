import { redirect, type ActionFunctionArgs } from '@remix-run/node';
import { filterCohort, TooManyLists } from '#app/optouts/cohorts.server.ts';
import { listForm, type ListMistake } from '#app/web/cleaned-list.ts';
import { formOf, readFields } from '#app/web/forms.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { listAnswer, piecesOf } from '#app/web/list-answer.server.ts';
import { takeCsvFile } from '#app/web/uploads.server.ts';

export function loader() {
  throw notFound();
}

/** The form without script, and with it the file as it is with the rest in the address. Both come back as the cleaned file. */
export async function action(args: ActionFunctionArgs) {
  const { request, context } = args;
  const { world, person } = await requirePerson(args, 'lists.clean');
  const isScripted = /^text\/csv(;|$)/i.test(request.headers.get('Content-Type') ?? '');
  const refused = (mistake: ListMistake) => {
    if (isScripted) return Response.json({ mistake }, { status: mistake === 'busy' ? 429 : 422 });
    return redirect(`/staff/list-cleaner?mistake=${mistake}`);
  };
  const sent = isScripted ? queryOf(request) : await formOf(args);
  if (!sent) return refused('file');
  const file = isScripted ? null : await takeCsvFile(sent, 'file');
  const form = await readFields(args, sent, { schema: listForm });
  if (!form.ok) return refused(form.mistakes.errors.purpose ? 'purpose' : 'vendor');
  if (file && !file.ok) return refused('file');
  const bytes = file?.file.bytes;
  const { purpose, vendor, named } = form.value;
  try {
    const answered = await filterCohort(
      world,
      { kind: 'person', person },
      { purpose, recipient: vendor, identifiable: named === 'yes' },
      {
        body: bytes ? onePiece(bytes) : piecesOf(request),
        cameWhole: context.passage.cameWhole,
      },
    );
    if (!answered.ok) return refused(answered.refusal.reason);
    return listAnswer(context, answered, {
      'Content-Disposition': 'attachment; filename="cleaned-list.csv"',
      'Content-Security-Policy': "default-src 'none'; sandbox",
    });
  } catch (error) {
    if (error instanceof TooManyLists) return refused('busy');
    throw error;
  }
}

function queryOf(request: Request): FormData {
  const form = new FormData();
  for (const [name, value] of new URL(request.url).searchParams) form.append(name, value);
  return form;
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}
