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
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import {
  companiesInWords,
  coverageInWords,
  purposesInWords,
  studiesInWords,
} from '#app/optouts/choice-words.ts';
import { choiceMade, firstUnanswered, questionsAsked } from '#app/optouts/choosing.ts';
import { stillCounts } from '#app/optouts/history.server.ts';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import { optOutDetailsOf, optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { actingAs, actingField, isForAnother } from '#app/web/acting-field.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePatient } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { effectView } from '#app/web/present-effect.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { addressFields, answersIn } from '../_parts/answers-in-address.server.ts';
import { ChoiceEffect } from '../_parts/choice-effect.tsx';
import { Lines } from '../_parts/choice-list.tsx';
import { ChoiceWording } from '../_parts/choice-wording.tsx';
import { choosing, decidedSoFar } from '../_parts/choosing-view.server.ts';

const slug = z.string('errors.choose').max(100, 'errors.tooLong');
const reach = z.enum(['all', 'some'], 'errors.choose').optional();
const schema = z.strictObject({
  say: z.literal('yes', 'errors.formUnreadable').optional(),
  replaces: z.uuid('errors.formUnreadable').optional(),
  everything: z.enum(['yes', 'choose'], 'errors.choose').optional(),
  purpose: z.array(z.enum(optOutPurposes, 'errors.choose')).default([]),
  companies: reach,
  company: z.array(slug).default([]),
  studies: reach,
  study: z.array(slug).default([]),
  withoutName: z.enum(['stop', 'allow'], 'errors.choose').optional(),
  // The words on the page that was read. Other words by now: the page is shown again.
  wordingVersion: z.literal(optOutWordingVersion, 'errors.formUnreadable'),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { person, locale, now } = visit;
  const view = await choosing(visit);
  const { offered, register, studies, settings, history } = view;
  const search = new URL(args.request.url).searchParams;
  const answers = answersIn(search, offered);
  const fields = addressFields(answers);
  const query = new URLSearchParams(fields).toString();
  const made = choiceMade(answers, offered);
  if (!made) throw redirect(`/opt-outs/new/${firstUnanswered(answers, offered) ?? 'everything'}?${query}`);
  // The key stands in the address: whoever goes back to this page and sends it again gets the receipt they have.
  const submissionKey = z.uuid().safeParse(search.get('key')).data;
  if (!submissionKey) throw redirect(`/opt-outs/new/check?${query}&key=${crypto.randomUUID()}`);
  const replaced = made.replaces && history.find(({ id }) => id === made.replaces);
  const words = wordsFor(locale);
  const { vendors, purposes } = made.choice;
  const names =
    vendors === 'all' ? vendors : register.filter(({ id }) => vendors.includes(id)).map(({ name }) => name);
  const asked = questionsAsked(answers, offered);
  const decided = view.sees ? await decidedSoFar(visit) : null;
  return {
    isYes: made.act === 'permitted',
    everything: answers.everything === 'yes',
    purposes: purposesInWords(words, purposes),
    companies: companiesInWords(words, names, locale),
    studies: studiesInWords(words, made.choice.studies, new Map(studies.map(({ uid, name }) => [uid, name]))),
    coverage: coverageInWords(words, made.choice.coversDeidentified),
    asked,
    last: asked.at(-1) ?? 'everything',
    replaces: replaced ? replaced.reference : null,
    noWins:
      made.act === 'permitted' &&
      history.some(
        (one) =>
          one.act === 'denied' &&
          stillCounts(one, now) &&
          one.purposes.some((purpose) => purposes.includes(purpose)),
      ),
    effect: decided && effectView({ ...view, ...decided }, made, { locale, now, rules: decided.rules }),
    facility: view.facility.name,
    patient: person.onBehalfOf?.name ?? person.name,
    years: made.act === 'permitted' ? settings.yesCountsFor : settings.noCountsFor,
    query,
    fields,
    submissionKey,
    actingAs: actingAs(person),
    wordingVersion: optOutWordingVersion,
  };
}

const refusals: Partial<Record<string, MessageId>> = {
  alreadyWithdrawn: 'errors.choiceEndedMeanwhile',
  purposeNotAsked: 'errors.purposeNotAsked',
};

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { world, person, locale } = visit;
  const form = await readForm(args, { schema, lists: ['purpose', 'company', 'study'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { submissionKey, wordingVersion: _read, actingAs: forWhom, ...given } = form.value;
  if (isForAnother(forWhom, person)) return oneMistake('', 'errors.otherPatient', { status: 409 });
  const { offered } = await choosing(visit);
  const posted = new URLSearchParams(
    Object.entries(given).flatMap(([name, value]) => [value ?? []].flat().map((one) => [name, one])),
  );
  const made = choiceMade(answersIn(posted, offered), offered);
  if (!made) return oneMistake('', 'errors.formUnreadable');
  const submitted = await submitRequest(world, {
    actor: person,
    kind: 'optOut',
    details: optOutDetailsOf(made),
    submissionKey,
    locale,
  });
  if (!submitted.ok)
    return oneMistake('', refusals[submitted.refusal] ?? 'errors.formUnreadable', { status: 409 });
  return redirect(`/requests/${submitted.requestId}`);
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, args.data?.isYes ? 'optOuts.check.yesTitle' : 'optOuts.check.title');

export default function CheckChoice() {
  const words = useWords();
  const page = useLoaderData<typeof loader>();
  const { isYes, everything, asked, query, fields, effect } = page;
  const mistakes = useMistakes(useActionData<typeof action>());
  const change = (question: string) => `/opt-outs/new/${question}?${query}`;
  const changeOf = (question: (typeof asked)[number]) =>
    asked.includes(question) ? { changeTo: change(question) } : {};
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words(isYes ? 'optOuts.check.yesTitle' : 'optOuts.check.title')}
          lead={words('optOuts.check.lead')}
          back={{ to: change(page.last), label: words('optOuts.ask.back') }}
        />
        {page.replaces && <p>{words('optOuts.check.replaces', { reference: page.replaces })}</p>}
        {page.noWins && (
          <Notice tone="info" heading={words('optOuts.check.noWins')}>
            <p>{words('optOuts.list.askedWins')}</p>
          </Notice>
        )}
        <SummaryList
          rows={[
            ...(isYes
              ? []
              : [
                  {
                    term: words('optOuts.check.everything'),
                    value: words(everything ? 'optOuts.ask.yesAll' : 'optOuts.ask.letMeChoose'),
                    changeTo: change('everything'),
                  },
                ]),
            {
              term: words(isYes ? 'optOuts.fact.allows' : 'optOuts.fact.stops'),
              value: <Lines lines={page.purposes} />,
              ...changeOf('purposes'),
            },
            { term: words('optOuts.fact.companies'), value: page.companies, ...changeOf('companies') },
            {
              term: words('optOuts.fact.studies'),
              value: <Lines lines={page.studies} />,
              ...changeOf('studies'),
            },
            { term: words('optOuts.fact.coverage'), value: page.coverage, ...changeOf('name') },
          ]}
        />
      </div>
      {effect && <ChoiceEffect effect={effect} patient={page.patient} facility={page.facility} />}
      <section className="stack" aria-labelledby="agree">
        <h2 id="agree">{words('optOuts.check.agree')}</h2>
        <ChoiceWording isYes={isYes} years={page.years} version={page.wordingVersion} />
        <Form method="post" noValidate>
          {fields.map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
          <input type="hidden" name="wordingVersion" value={page.wordingVersion} />
          <input type="hidden" name="actingAs" value={page.actingAs} />
          <input type="hidden" name="submissionKey" value={page.submissionKey} />
          <Button>{words('optOuts.check.send')}</Button>
        </Form>
      </section>
    </div>
  );
}
