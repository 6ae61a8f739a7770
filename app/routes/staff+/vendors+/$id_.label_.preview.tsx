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
import { LabelBar } from '#app/components/label-bar.tsx';
import { LabelLines } from '#app/components/label-card.tsx';
import { LabelParts } from '#app/components/label-parts.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { rulesOfVendor } from '#app/disclosures/release-rules.server.ts';
import { can } from '#app/people/can.ts';
import { labelDraft, publishLabel } from '#app/vendors/label.server.ts';
import { wordingProblems } from '#app/vendors/label.ts';
import { newestLabel } from '#app/vendors/published-labels.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { labelParts } from '#app/web/present-label.server.ts';
import { answersNow, vendorCard } from '#app/web/present-vendor.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { revisionField } from '../_parts/label-form.ts';
import { LabelChanges } from '../_parts/label-parts.tsx';
import { changesInWords, labelPlace } from '../_parts/label-view.server.ts';
import { reasonField } from '../_parts/reason.ts';

const schema = z.strictObject({
  revision: revisionField,
  reason: reasonField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.see');
  const { vendor, at, reader } = await labelPlace(args.params.id, visit);
  const { db } = visit.world;
  const [published, draft, rules] = await Promise.all([
    newestLabel(db, vendor.id),
    labelDraft(db, vendor.id),
    rulesOfVendor(db, vendor.id),
  ]);
  const subject = {
    vendor,
    label: { number: 0, publishedAt: reader.now, values: draft.values },
    rules: rules?.versions ?? [],
  };
  const words = wordsFor(reader.locale);
  return {
    at,
    revision: draft.revision,
    ...vendorCard(subject, reader),
    parts: labelParts(answersNow(subject, reader), reader),
    changes: changesInWords(published?.values ?? {}, draft.values, reader),
    problems: wordingProblems(draft.values).map(({ field, rule }) =>
      words(`labels.problem.${rule}`, {
        question: words(`labels.field.${field}`),
        other: words('labels.field.identifiability'),
      }),
    ),
    mayPublish: can(visit.person.role, 'labels.publish'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'labels.publish');
  const vendorId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { reason, revision } = form.value;
  const published = await publishLabel(world, { vendorId, revision: Number(revision), reason, actor });
  if (published.ok) return redirect(`/staff/vendors/${vendorId}/label?done=published`);
  if (published.refusal === 'gone') throw notFound();
  const typed = { reason: [reason] };
  return published.refusal === 'changedMeanwhile'
    ? oneMistake('', 'errors.label.changedMeanwhile', { typed, status: 409 })
    : oneMistake('', published.refusal === 'wording' ? 'errors.label.wording' : 'errors.nothingChanged', {
        typed,
      });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.preview.title', { values: { name: args.data?.name ?? '' } });

export default function LabelPreview() {
  const words = useWords();
  const { at, name, relationship, lines, completeness, foot, parts } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: at, label: words('labels.staff.title', { name }) }}
          title={words('labels.preview.title', { name })}
          lead={words('labels.preview.lead')}
        />
        <Publishing />
      </div>
      <section
        aria-labelledby="seen"
        className="border-rule stack max-w-3xl gap-6 rounded-sm border p-4 sm:p-8"
      >
        <h2 id="seen">{name}</h2>
        <p className="text-muted">{relationship}</p>
        <LabelLines lines={lines} />
        <LabelBar {...completeness} />
        <p className="text-note text-muted">{foot}</p>
        <LabelParts parts={parts} />
      </section>
    </div>
  );
}

/** What is new, what stands in the way, and the button for who may press it. */
function Publishing() {
  const words = useWords();
  const { changes, problems, mayPublish, revision } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  if (changes.length === 0) return <p>{words('labels.preview.same')}</p>;
  return (
    <>
      {problems.length > 0 && (
        <Notice tone="late" heading={words('labels.preview.inTheWay')}>
          <ul className="grid gap-1">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <LabelChanges changes={changes} caption={words('labels.staff.history')} />
      {!mayPublish && <p className="font-semibold">{words('labels.preview.officer')}</p>}
      {mayPublish && problems.length === 0 && (
        <Form method="post" noValidate className="stack max-w-2xl">
          <input type="hidden" name="revision" value={revision} />
          <TextArea
            name="reason"
            rows={2}
            label={words('labels.preview.reason')}
            error={mistakes.error('reason')}
            defaultValue={mistakes.typed('reason')}
          />
          <p>
            <Button>{words('labels.preview.publish')}</Button>
          </p>
        </Form>
      )}
    </>
  );
}
