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
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { groupKeyOf } from '#app/disclosures/matching-queue.server.ts';
import { undoDecision } from '#app/disclosures/matching-undo.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { reasonField } from '../_parts/reason.ts';
import { groupName, noteNumbersShown, numbersIn } from '../_parts/unmatched-view.server.ts';

const schema = z.strictObject({ reason: reasonField });

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'matching.decide');
  const { world, locale } = visit;
  const decision = await world.db.matchingDecision.findUnique({
    where: { id: rowId(args.params.id) },
    select: { groupKey: true },
  });
  if (!decision) throw notFound();
  const key = groupKeyOf(decision.groupKey);
  await noteNumbersShown(visit, numbersIn(key));
  return { group: groupName(wordsFor(locale), key) };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'matching.decide');
  const decisionId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { reason } = form.value;
  const undone = await undoDecision(world, { actor: person, decisionId, reason });
  if (undone.ok) return redirect('/staff/unmatched/decisions?done=undone');
  if (undone.refusal === 'notFound') throw notFound();
  return oneMistake('', `matching.refusal.${undone.refusal}`, { typed: { reason: [reason] }, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'matching.undo.title');

export default function Undo() {
  const words = useWords();
  const { group } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/staff/unmatched/decisions', label: words('matching.decided.title') }}
          title={words('matching.undo.title')}
          lead={group}
        />
      </div>
      <p>{words('matching.undo.lead')}</p>
      <Form method="post" noValidate className="stack gap-y-6">
        <TextArea
          name="reason"
          rows={3}
          label={words('records.reason.label')}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason')}
        />
        <div>
          <Button>{words('matching.decided.undo')}</Button>
        </div>
      </Form>
    </div>
  );
}
