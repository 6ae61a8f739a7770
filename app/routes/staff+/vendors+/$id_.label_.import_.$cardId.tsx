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
import { LabelAnswers } from '#app/components/label-parts.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { labelFieldIds } from '#app/vendors/label-fields.ts';
import { labelDraft } from '#app/vendors/label.server.ts';
import { fillingOf, readingOf } from '#app/vendors/model-card-label.ts';
import { modelCard, takeModelCard } from '#app/vendors/model-cards.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { answerView } from '#app/web/present-label.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords, localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { revisionField } from '../_parts/label-form.ts';
import { labelPlace } from '../_parts/label-view.server.ts';

const schema = z.strictObject({
  revision: revisionField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { vendor, at, timeZone, reader } = await labelPlace(args.params.id, visit);
  const { db } = visit.world;
  const card = await modelCard(db, { vendorId: vendor.id, id: rowId(args.params.cardId) });
  if (!card) throw notFound();
  const draft = await labelDraft(db, vendor.id);
  const reading = readingOf(card.elements, localDate(card.uploadedAt, timeZone));
  const filling = fillingOf(reading, draft.values, reader.today);
  const words = wordsFor(reader.locale);
  const read = labelFieldIds.filter((field) => reading.values[field]);
  return {
    at,
    name: vendor.name,
    file: card.fileName,
    takenAt: card.takenAt && instantInWords(reader.locale, card.takenAt, timeZone),
    revision: draft.revision,
    count: read.length,
    filled: read.filter((field) => filling[field]).map((field) => answerView(field, filling[field], reader)),
    kept: read
      .filter((field) => !filling[field])
      .map((field) => answerView(field, draft.values[field], reader)),
    empty: reading.empty.map((field) => words(`labels.field.${field}`)),
    unmapped: reading.unmapped,
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { vendor, at } = await labelPlace(args.params.id, visit);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const taken = await takeModelCard(visit.world, {
    vendorId: vendor.id,
    id: rowId(args.params.cardId),
    revision: Number(form.value.revision),
    actor: visit.person,
  });
  if (taken.ok) return redirect(`${at}?done=taken`);
  if (taken.refusal === 'gone') throw notFound();
  return oneMistake(
    '',
    taken.refusal === 'changedMeanwhile' ? 'errors.label.changedMeanwhile' : 'errors.nothingChanged',
    { status: 409 },
  );
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.import.seenTitle', { values: { name: args.data?.name ?? '' } });

export default function CardSeen() {
  const words = useWords();
  const { at, name, file, takenAt, revision, count, filled, kept, empty, unmapped } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: `${at}/import`, label: words('labels.import.title', { name }) }}
          title={words('labels.import.seenTitle', { name })}
          lead={<span className="wrap-anywhere">{words('labels.import.seenLead', { file, count })}</span>}
        />
        {takenAt && <p>{words('labels.import.taken', { at: takenAt })}</p>}
        {!takenAt && filled.length === 0 && <p>{words('labels.import.none')}</p>}
        {!takenAt && filled.length > 0 && (
          <Form method="post">
            <input type="hidden" name="revision" value={revision} />
            <Button>{words('labels.import.take')}</Button>
          </Form>
        )}
      </div>
      {filled.length > 0 && (
        <section className="stack" aria-labelledby="filled">
          <h2 id="filled">{words('labels.import.willFill')}</h2>
          <LabelAnswers answers={filled} />
        </section>
      )}
      {kept.length > 0 && (
        <section className="stack" aria-labelledby="kept">
          <h2 id="kept">{words('labels.import.kept')}</h2>
          <LabelAnswers answers={kept} />
        </section>
      )}
      {empty.length > 0 && (
        <section className="stack" aria-labelledby="empty">
          <h2 id="empty">{words('labels.import.empty')}</h2>
          <p className="text-muted">{words('labels.import.emptyWhy')}</p>
          <ul className="flow list-disc ps-6">
            {empty.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </section>
      )}
      {unmapped.length > 0 && (
        <section className="stack" aria-labelledby="unmapped">
          <h2 id="unmapped">{words('labels.import.unmapped')}</h2>
          <dl className="border-rule border-t">
            {unmapped.map(({ path, text }) => (
              <div
                key={path}
                className="border-rule grid gap-x-6 gap-y-1 border-b py-3 sm:grid-cols-[2fr_3fr]"
              >
                <dt className="text-muted wrap-anywhere">{path}</dt>
                <dd className="wrap-anywhere whitespace-pre-line" dir="auto">
                  {text}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}
