import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { mergeRecords, type MergeRefusal } from '#app/people/merging.server.ts';
import { survivorOf } from '#app/people/records.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { CompareCards } from '../_parts/compare-cards.tsx';
import { reasonField } from '../_parts/reason.ts';
import { patientView, type PatientView } from '../_parts/patient-view.server.ts';

const schema = z.strictObject({
  survivor: z.uuid('errors.choose'),
  other: z.uuid('errors.formUnreadable'),
  reason: reasonField,
});

const refusals: Record<Exclude<MergeRefusal, 'notFound'>, MessageId> = {
  sameRecord: 'errors.sameRecord',
  mergedAlready: 'errors.mergedAlready',
  bothHaveAccounts: 'errors.bothHaveAccounts',
};

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const ids = [rowId(args.params.id), rowId(new URL(args.request.url).searchParams.get('with') ?? undefined)];
  for (const id of ids) await requireRecordOpen(args, visit, id, 'work');
  const survivors = await Promise.all(ids.map((id) => survivorOf(world.db, id)));
  const [left, right] = await Promise.all(
    survivors.map(async (id) => (id ? patientView(world, { id, now, locale }) : null)),
  );
  if (!left || !right) throw notFound();
  for (const { id } of [left, right])
    await recordRead(world, {
      type: 'records.read',
      actor: person,
      subject: { kind: 'patient', id },
      patientId: id,
    });
  const words = wordsFor(locale);
  const rowsOf = (one: PatientView) => [
    { term: words('records.merge.name'), value: one.name },
    { term: words('records.field.bornOn'), value: one.bornOn },
    {
      term: words('records.patients.numbers'),
      value: [...one.identifiers, ...one.others.flatMap(({ identifiers }) => identifiers)]
        .map((key) => words('disclosures.accounting.fact.identifier', { ...key }))
        .join(', '),
    },
    { term: words('records.patients.account'), value: one.account },
    {
      term: words('records.merge.requestCount'),
      value: words('records.merge.count', { count: one.requestCount }),
    },
    {
      term: words('records.patient.choices'),
      value: words('records.merge.count', { count: one.choices.length }),
    },
    { term: words('records.patient.since'), value: one.since },
  ];
  return {
    ids: [left.id, right.id] as const,
    // They are one person already: there is nothing to join.
    isSame: left.id === right.id,
    cards: [left, right].map((one) => ({ id: one.id, title: one.name, rows: rowsOf(one) })),
    names: [left, right].map((one) => ({
      id: one.id,
      label: words('records.merge.keep', {
        name: one.name,
        number: one.identifiers[0]?.value ?? words('site.summary.notGiven'),
      }),
    })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const pageId = rowId(args.params.id);
  await requireRecordOpen(args, visit, pageId, 'work');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { survivor, other, reason } = form.value;
  const pair = [pageId, other];
  await requireRecordOpen(args, visit, other, 'work');
  if (!pair.includes(survivor)) return oneMistake('', 'errors.formUnreadable');
  const mergedId = pair.find((id) => id !== survivor) ?? survivor;
  const merged = await mergeRecords(visit.world, {
    actor: visit.person,
    survivorId: survivor,
    mergedId,
    reason,
  });
  if (merged.ok) return redirect(`/staff/patients/${survivor}?done=merged`);
  if (merged.refusal === 'notFound') throw notFound();
  return oneMistake('', refusals[merged.refusal], {
    typed: { reason: [reason], survivor: [survivor] },
    status: 409,
  });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.merge.title');

export default function Merge() {
  const words = useWords();
  const { ids, isSame } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: `/staff/patients/${ids[0]}`, label: words('records.merge.back') }}
          title={words('records.merge.title')}
          lead={words('records.merge.lead')}
        />
      </div>
      {isSame ? <p className="font-semibold">{words('errors.sameRecord')}</p> : <Comparison />}
    </div>
  );
}

function Comparison() {
  const words = useWords();
  const { ids, cards, names } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <>
      <CompareCards cards={cards} />
      <section className="stack" aria-labelledby="effect">
        <h2 id="effect">{words('records.merge.effect')}</h2>
        <ul className="grid list-disc gap-2 ps-5">
          <li>{words('records.merge.effectReading')}</li>
          <li>{words('records.merge.effectNo')}</li>
          <li>{words('records.merge.effectStays')}</li>
          <li>{words('records.merge.effectUndo')}</li>
        </ul>
      </section>
      <Form method="post" noValidate className="stack gap-y-6">
        <input type="hidden" name="other" value={ids[1]} />
        <ChoiceGroup
          type="radio"
          name="survivor"
          legend={words('records.merge.which')}
          error={mistakes.error('survivor')}
          chosen={mistakes.chosen('survivor')}
          choices={names.map(({ id, label }) => ({ value: id, label }))}
        />
        <TextArea
          name="reason"
          rows={3}
          label={words('records.reason.label')}
          hint={words('records.merge.reasonHint')}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason')}
        />
        <div className="flex flex-wrap gap-4">
          <Button>{words('records.merge.act')}</Button>
          <ButtonLink to={`/staff/patients/${ids[0]}`} variant="outline">
            {words('records.merge.leave')}
          </ButtonLink>
        </div>
      </Form>
    </>
  );
}
