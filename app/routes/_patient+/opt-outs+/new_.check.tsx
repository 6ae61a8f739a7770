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
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { companiesInWords, coverageInWords, purposesInWords } from '#app/optouts/choice-words.ts';
import { answerFields, choiceMade, firstUnanswered, readAnswers } from '#app/optouts/choosing.ts';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { actingAs, actingField, isForAnother } from '#app/web/acting-field.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { Lines } from '../_parts/choice-list.tsx';

const slug = z.string('errors.choose').max(100, 'errors.tooLong');
const schema = z.strictObject({
  everything: z.enum(['yes', 'choose'], 'errors.choose'),
  purpose: z.array(z.enum(optOutPurposes, 'errors.choose')).default([]),
  companies: z.enum(['all', 'some'], 'errors.choose').optional(),
  company: z.array(slug).default([]),
  withoutName: z.enum(['stop', 'allow'], 'errors.choose').optional(),
  // The words on the page that was read. Other words by now: the page is shown again.
  wordingVersion: z.literal(optOutWordingVersion, 'errors.formUnreadable'),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { person, locale } = visit;
  const register = await readingAs(visit, ({ world }) => allVendors(world.db));
  const search = new URL(args.request.url).searchParams;
  const answers = readAnswers(search, register);
  const fields = answerFields(answers);
  const query = new URLSearchParams(fields).toString();
  const choice = choiceMade(answers, register);
  if (!choice) throw redirect(`/opt-outs/new/${firstUnanswered(answers) ?? 'everything'}?${query}`);
  // The key stands in the address: whoever goes back to this page and sends it again gets the receipt they have.
  const submissionKey = z.uuid().safeParse(search.get('key')).data;
  if (!submissionKey) throw redirect(`/opt-outs/new/check?${query}&key=${crypto.randomUUID()}`);
  const words = wordsFor(locale);
  const { vendors } = choice;
  const names =
    vendors === 'all' ? vendors : register.filter(({ id }) => vendors.includes(id)).map(({ name }) => name);
  return {
    everything: answers.everything === 'yes',
    purposes: purposesInWords(words, choice.purposes),
    companies: companiesInWords(words, names, locale),
    coverage: coverageInWords(words, choice.coversDeidentified),
    query,
    fields,
    submissionKey,
    actingAs: actingAs(person),
    wordingVersion: optOutWordingVersion,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, locale } = await requirePatient(args, 'ownRequests.file');
  const form = await readForm(args.request, { schema, lists: ['purpose', 'company'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { submissionKey, wordingVersion, actingAs: forWhom, ...given } = form.value;
  if (isForAnother(forWhom, person)) return oneMistake('', 'errors.otherPatient', { status: 409 });
  const register = await allVendors(world.db);
  const posted = new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
  const choice = choiceMade(readAnswers(posted, register), register);
  if (!choice) return oneMistake('', 'errors.formUnreadable');
  const submitted = await submitRequest(world, {
    actor: person,
    kind: 'optOut',
    details: { ...choice, studies: 'all', wordingVersion },
    submissionKey,
    locale,
  });
  if (!submitted.ok) return oneMistake('', 'errors.formUnreadable', { status: 409 });
  return redirect(`/requests/${submitted.requestId}`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'optOuts.check.title');

export default function CheckChoice() {
  const words = useWords();
  const {
    everything,
    purposes,
    companies,
    coverage,
    query,
    fields,
    submissionKey,
    wordingVersion,
    actingAs: forWhom,
  } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const change = (question: string) => `/opt-outs/new/${question}?${query}`;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words('optOuts.check.title')}
          lead={words('optOuts.check.lead')}
          back={{ to: change(everything ? 'everything' : 'name'), label: words('optOuts.ask.back') }}
        />
        <SummaryList
          rows={[
            {
              term: words('optOuts.check.everything'),
              value: words(everything ? 'optOuts.ask.yesAll' : 'optOuts.ask.letMeChoose'),
              changeTo: change('everything'),
            },
            {
              term: words('optOuts.fact.stops'),
              value: <Lines lines={purposes} />,
              ...(everything ? {} : { changeTo: change('purposes') }),
            },
            {
              term: words('optOuts.fact.companies'),
              value: companies,
              ...(everything ? {} : { changeTo: change('companies') }),
            },
            {
              term: words('optOuts.fact.coverage'),
              value: coverage,
              ...(everything ? {} : { changeTo: change('name') }),
            },
          ]}
        />
      </div>
      <section className="stack" aria-labelledby="agree">
        <h2 id="agree">{words('optOuts.check.agree')}</h2>
        <ul className="grid list-disc gap-2 ps-5">
          <li>{words('optOuts.wording.stops')}</li>
          <li>{words('optOuts.wording.limit')}</li>
          <li>{words('optOuts.wording.care')}</li>
          <li>{words('optOuts.wording.withdraw')}</li>
        </ul>
        <p className="text-muted text-note">{words('optOuts.check.version', { version: wordingVersion })}</p>
        <Form method="post" noValidate>
          {fields.map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
          <input type="hidden" name="wordingVersion" value={wordingVersion} />
          <input type="hidden" name="actingAs" value={forWhom} />
          <input type="hidden" name="submissionKey" value={submissionKey} />
          <Button>{words('optOuts.check.send')}</Button>
        </Form>
      </section>
    </div>
  );
}
