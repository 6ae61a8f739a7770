import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { mergesOf, standingMerge } from '#app/people/merging.server.ts';
import { partRecords, reopenedByParting } from '#app/requests/parting.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { reasonField } from '../_parts/reason.ts';

const schema = z.strictObject({ merge: z.uuid('errors.formUnreadable'), reason: reasonField });

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const mergeId = rowId(new URL(args.request.url).searchParams.get('merge') ?? undefined);
  const merges = await mergesOf(visit.world.db, await recordGroup(visit.world.db, id));
  const merge = merges.find((one) => one.id === mergeId && one.unmergedAt === null);
  if (!merge) throw notFound();
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const name = ({ givenName, familyName }: { givenName: string; familyName: string }) =>
    `${givenName} ${familyName}`;
  return {
    id,
    mergeId,
    merged: name(merge.merged),
    survivor: name(merge.survivor),
    reason: merge.reason,
    reopened: await reopenedByParting(visit.world.db, merge),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { merge, reason } = form.value;
  const { world, person } = visit;
  if (!(await standingMerge(world.db, merge, await recordGroup(world.db, id)))) throw notFound();
  const parted = await partRecords(world, { actor: person, mergeId: merge, reason });
  if (parted.ok) return redirect(`/staff/patients/${id}?done=parted`);
  return oneMistake('', 'errors.partedAlready', { typed: { reason: [reason] }, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.part.title');

export default function Part() {
  const words = useWords();
  const { id, mergeId, merged, survivor, reason, reopened } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: `/staff/patients/${id}`, label: words('records.merge.back') }}
          title={words('records.part.title')}
          lead={words('records.merge.was', { merged, survivor })}
        />
        <p>{words('records.part.reasonWas', { reason })}</p>
        <ul className="grid list-disc gap-2 ps-5">
          <li>{words('records.part.effectReading')}</li>
          <li>{words('records.part.effectNo')}</li>
          <li>{words('records.part.effectKept')}</li>
          {reopened > 0 && <li>{words('records.part.effectReopened', { count: reopened })}</li>}
        </ul>
      </div>
      <Form method="post" noValidate className="stack gap-y-6">
        <input type="hidden" name="merge" value={mergeId} />
        <TextArea
          name="reason"
          rows={3}
          label={words('records.reason.label')}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason')}
        />
        <p>
          <Button>{words('records.part.act')}</Button>
        </p>
      </Form>
    </div>
  );
}
