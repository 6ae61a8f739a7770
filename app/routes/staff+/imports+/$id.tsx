import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { confirmImport } from '#app/disclosures/imports/confirm.server.ts';
import { lineFilters } from '#app/disclosures/imports/imports.ts';
import { importById, takenInBefore } from '#app/disclosures/imports/list.server.ts';
import { columnsOf, usesOf } from '#app/disclosures/imports/preview.server.ts';
import { throwAway } from '#app/disclosures/imports/uploads.server.ts';
import { isColumn, type ColumnUse } from '#app/disclosures/ingest/csv/columns.ts';
import { csvLimits } from '#app/disclosures/ingest/csv/limits.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { keptForDays } from '#app/facility/retention.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { ImportLines } from '../_parts/import-lines.tsx';
import { ImportBadge, ImportProgress } from '../_parts/import-parts.tsx';
import { ImportPreview } from '../_parts/import-preview.tsx';
import { importView, linesView, previewView } from '../_parts/import-view.server.ts';

/** What a column is read as: one of our fields, or nothing. */
const use = z.string('errors.choose').refine((value) => value === '' || isColumn(value), 'errors.choose');
const schema = z.strictObject({
  intent: z.enum(['show', 'confirm', 'throwAway'], 'errors.formUnreadable'),
  use: z.array(use).max(csvLimits.columns, 'errors.formUnreadable').default([]),
  /** The columns that the preview on the page was made by. */
  shown: z.string().max(4_096, 'errors.formUnreadable').default(''),
});

const fieldOf = (value: string): ColumnUse['field'] => (isColumn(value) ? value : null);

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'imports.see');
  const facts = await importById(world.db, rowId(args.params.id), now);
  if (!facts) throw notFound();
  const { timeZone } = await theFacility(world.db);
  const asked = new URL(args.request.url).searchParams;
  const chosen = asked.getAll('use');
  const isWaiting = facts.state === 'waiting';
  const before = isWaiting ? await takenInBefore(world.db, facts) : null;
  const filter = lineFilters.find((one) => one === asked.get('only')) ?? null;
  const after = /^\d{1,9}$/.test(asked.get('after') ?? '') ? Number(asked.get('after')) : -1;
  return {
    file: importView(facts, { locale, timeZone }),
    before: before && { id: before.id, at: instantInWords(locale, before.at, timeZone) },
    preview:
      isWaiting && facts.source !== null && can(person.role, 'imports.make')
        ? await previewView(
            world,
            {
              actor: person,
              importId: facts.id,
              source: facts.source,
              fields: chosen.length > 0 ? chosen.slice(0, csvLimits.columns).map(fieldOf) : null,
            },
            { locale, timeZone },
          )
        : null,
    lookFirst: asked.has('look'),
    filter,
    result: facts.batchId ? await linesView(world, { batchId: facts.batchId, filter, after }, locale) : null,
    done: (['again', 'sentAlready'] as const).find((one) => one === asked.get('done')) ?? null,
    lapsesAfter: keptForDays.waitingFiles,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'imports.make');
  const importId = rowId(args.params.id);
  const form = await readForm(args, { schema, lists: ['use'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, use: chosen, shown } = form.value;
  const page = `/staff/imports/${importId}`;
  if (intent === 'throwAway')
    return (await throwAway(world, { importId, actor: person }))
      ? redirect('/staff/imports?done=thrownAway')
      : oneMistake('', 'errors.import.notWaiting', { status: 409 });
  const query = chosen.map((value) => `use=${encodeURIComponent(value)}`).join('&');
  // What is taken in is what was looked at.
  if (intent === 'show' || chosen.join(',') !== shown)
    return redirect(`${page}?${query}${intent === 'show' ? '' : '&look=first'}`);
  const names = await columnsOf(world, importId);
  if (names?.length !== chosen.length) return oneMistake('', 'errors.import.notWaiting', { status: 409 });
  const uses = usesOf(names, chosen.map(fieldOf));
  const answer = await confirmImport(world, { importId, actor: person, uses });
  if (answer.ok) return redirect(page);
  switch (answer.refusal) {
    case 'takenInBefore':
      return redirect(`/staff/imports/${answer.importId}?done=again`);
    case 'notWaiting':
      return oneMistake('', 'errors.import.notWaiting', { status: 409 });
    case 'repeatedColumns':
      return oneMistake('', 'imports.columns.twice');
    case 'missingColumns':
      return oneMistake('', 'imports.columns.missing');
  }
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'imports.title');

export default function Import() {
  const words = useWords();
  const { file, before, preview, lookFirst, filter, result, done, lapsesAfter } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const leads = {
    waiting: words('imports.one.leadWaiting'),
    running: words('imports.one.leadRunning'),
    cutOff: words('imports.one.leadCutOff'),
    done: words('imports.one.leadDone'),
    stopped: words('imports.one.leadStopped', { why: file.why ?? '' }),
    thrownAway: words('imports.one.leadThrownAway'),
    lapsed: words('imports.one.leadLapsed', { days: lapsesAfter }),
  };
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && words(`imports.done.${done}`)} tone="info" />
        <PageHeader
          back={{ to: '/staff/imports', label: words('imports.one.back') }}
          title={<span className="wrap-anywhere">{file.fileName}</span>}
          status={<ImportBadge state={file.state} />}
          lead={leads[file.state]}
        />
      </div>
      {before && (
        <Notice tone="soon" heading={words('imports.one.before')}>
          <p>{words('imports.one.beforeWhy', { at: before.at })}</p>
          <p>
            <Link to={`/staff/imports/${before.id}`}>{words('imports.one.beforeSee')}</Link>
          </p>
        </Notice>
      )}
      <ImportProgress file={file} />
      {preview && (
        <ImportPreview
          key={preview.columns.map(({ field }) => field).join()}
          {...{ file, preview, lookFirst }}
        />
      )}
      {result && <ImportLines {...{ file, result, filter }} />}
      <section className="stack" aria-labelledby="facts">
        <h2 id="facts">{words('imports.one.facts')}</h2>
        <SummaryList
          rows={[
            { term: words('imports.source'), value: <span className="wrap-anywhere">{file.source}</span> },
            { term: words('imports.one.uploaded'), value: file.sent },
            ...(file.confirmed ? [{ term: words('imports.one.confirmed'), value: file.confirmed }] : []),
            ...(file.ended ? [{ term: words('imports.one.ended'), value: file.ended }] : []),
            {
              term: words('imports.hash'),
              value: <code className="wrap-anywhere">{file.sha256}</code>,
            },
          ]}
        />
      </section>
    </div>
  );
}
