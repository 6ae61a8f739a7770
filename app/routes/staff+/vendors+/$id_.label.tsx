import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { LabelBar } from '#app/components/label-bar.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { can } from '#app/people/can.ts';
import { registerAnswers } from '#app/vendors/label.ts';
import { dropLabelDraft, labelDraft } from '#app/vendors/label.server.ts';
import { newestLabel } from '#app/vendors/published-labels.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { completenessView } from '#app/web/present-label.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { changesInWords, draftParts, labelPlace } from '../_parts/label-view.server.ts';

const schema = z.strictObject({ intent: z.literal('drop', 'errors.formUnreadable') });
const dones = ['saved', 'dropped', 'published', 'taken'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.see');
  const { vendor, at, timeZone, reader } = await labelPlace(args.params.id, visit);
  const { db } = visit.world;
  const [published, draft] = await Promise.all([newestLabel(db, vendor.id), labelDraft(db, vendor.id)]);
  const register = registerAnswers(vendor, reader.today);
  const changes = changesInWords(published?.values ?? {}, draft.values, reader);
  const asked = new URL(args.request.url).searchParams.get('done');
  return {
    at,
    id: vendor.id,
    slug: vendor.slug,
    name: vendor.name,
    published: published && {
      number: published.number,
      date: dayOfInstantInWords(reader.locale, published.publishedAt, timeZone),
    },
    draftedAt: draft.changedAt && instantInWords(reader.locale, draft.changedAt, timeZone),
    changes: changes.length,
    completeness: completenessView({ ...draft.values, ...register }, reader),
    parts: draftParts(draft.values, reader),
    mayManage: can(visit.person.role, 'vendors.manage'),
    done: dones.find((one) => one === asked) ?? null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'vendors.manage');
  const vendorId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const dropped = await dropLabelDraft(world, { vendorId, actor });
  if (!dropped.ok) throw notFound();
  return redirect(`/staff/vendors/${vendorId}/label?done=dropped`);
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.staff.title', { values: { name: args.data?.name ?? '' } });

export default function Label() {
  const words = useWords();
  const { at, id, slug, name, published, draftedAt, changes, completeness, parts, mayManage, done } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && words(`labels.done.${done}`)} />
        <PageHeader
          back={{ to: `/staff/vendors/${id}`, label: name }}
          title={words('labels.staff.title', { name })}
          lead={words('labels.staff.lead')}
          action={
            <>
              <ButtonLink to={`${at}/preview`}>{words('labels.staff.preview')}</ButtonLink>
              {mayManage && <Link to={`${at}/import`}>{words('labels.staff.import')}</Link>}
              <Link to={`${at}/history`}>{words('labels.staff.history')}</Link>
              <Link to={`/vendors/${slug}`}>{words('labels.staff.public')}</Link>
            </>
          }
        />
        <p>{published ? words('labels.staff.inForce', published) : words('labels.staff.none')}</p>
      </div>
      <section className="stack" aria-labelledby="draft">
        <h2 id="draft">{words('labels.staff.draft')}</h2>
        <p>
          {draftedAt
            ? words('labels.staff.draftSince', { at: draftedAt, count: changes })
            : words('labels.staff.draftNone')}
        </p>
        <LabelBar {...completeness} />
        <DataTable
          caption={words('labels.staff.parts')}
          captionHidden
          rows={parts}
          rowKey={({ group }) => group}
          columns={[
            {
              key: 'part',
              header: words('labels.staff.part'),
              rowHeader: true,
              cell: ({ group, title }) =>
                mayManage ? (
                  <Link to={`${at}/${group}`} className="reach">
                    {title}
                  </Link>
                ) : (
                  title
                ),
            },
            {
              key: 'answered',
              header: words('labels.staff.answered'),
              cell: ({ answered, of }) => words('labels.page.group', { answered, of }),
            },
            {
              key: 'ends',
              header: words('labels.staff.ends'),
              cell: ({ ending }) => words('labels.staff.endsCount', { count: ending }),
            },
          ]}
        />
        {mayManage && draftedAt && (
          <Form method="post">
            <Button name="intent" value="drop" variant="outline">
              {words('labels.staff.drop')}
            </Button>
          </Form>
        )}
      </section>
    </div>
  );
}
