import { data, redirect, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { T, useWords } from '#app/components/words.tsx';
import {
  choiceQuestions,
  firstUnanswered,
  isAnswered,
  questionsAsked,
  studiesToChoose,
  type ChoiceAnswers,
  type ChoiceQuestion,
} from '#app/optouts/choosing.ts';
import { notFound, requirePatient } from '#app/web/guard.server.ts';
import { useMistakes, type FormMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { addressFields, answersIn, studyKey } from '../_parts/answers-in-address.server.ts';
import { choosing } from '../_parts/choosing-view.server.ts';
import { BackLink } from '../_parts/back-link.tsx';
import { Question } from '../_parts/choice-questions.tsx';

/** A page for each question. The answers travel in the address, so it works without script and "back" goes back. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const question = choiceQuestions.find((one) => one === args.params.question);
  if (!question) throw notFound();
  const query = new URL(args.request.url).searchParams;
  const words = wordsFor(visit.locale);
  const { offered, register, studies, settings } = await choosing(visit);
  const answers = answersIn(query, offered);
  // Nothing waits for a "yes".
  if (answers.say && offered.permission.length === 0) throw redirect('/opt-outs');
  const asked = questionsAsked(answers, offered);
  if (!asked.includes(question))
    throw redirect(pathTo(firstUnanswered(answers, offered) ?? 'check', answers));
  // An address that skips ahead starts at the first question that is open.
  const skipped = asked.slice(0, asked.indexOf(question)).find((one) => !isAnswered(answers, one));
  if (skipped) throw redirect(pathTo(skipped, answers));

  const sent = query.get('answered') === question;
  if (sent && isAnswered(answers, question)) {
    const next = firstUnanswered(answers, offered);
    throw redirect(pathTo(next ?? 'check', answers));
  }
  const mistakes: FormMistakes | undefined = sent ? mistakeOf(question, answers) : undefined;
  const before = asked[asked.indexOf(question) - 1];
  return data(
    {
      question,
      answers: { ...answers, study: answers.study?.map(studyKey) },
      others: addressFields(answers, question),
      companies: register.map(({ slug, name }) => ({ slug, name })),
      studies: studiesToChoose(offered, answers.replaces).map((uid) => {
        const known = studies.find((study) => study.uid === uid);
        const name = known?.name ?? words('optOuts.study.named', { uid });
        return { key: studyKey(uid), name, recipients: known?.recipients ?? [] };
      }),
      permission: settings.permission,
      back: before ? pathTo(before, answers) : answers.say ? '/opt-outs' : '/opt-outs/new',
      ...(mistakes ? { mistakes } : {}),
    },
    { status: mistakes ? 400 : 200 },
  );
}

function pathTo(page: ChoiceQuestion | 'check', answers: ChoiceAnswers): string {
  const query = new URLSearchParams(addressFields(answers)).toString();
  return `/opt-outs/new/${page}${query ? `?${query}` : ''}`;
}

function mistakeOf(question: ChoiceQuestion, answers: ChoiceAnswers): FormMistakes {
  if (question === 'purposes') return { errors: { purpose: 'errors.chooseAtLeastOne' }, typed: {} };
  if (question === 'studies' && answers.studies === 'some')
    return {
      errors: { study: answers.study ? 'errors.tooManyStudies' : 'errors.chooseAtLeastOne' },
      typed: {},
    };
  if (question === 'companies' && answers.companies === 'some')
    return { errors: { company: 'errors.chooseAtLeastOne' }, typed: {} };
  return { errors: { [question === 'name' ? 'withoutName' : question]: 'errors.choose' }, typed: {} };
}

function questionTitle(question: ChoiceQuestion, { say }: ChoiceAnswers) {
  return say && question === 'purposes' ? 'optOuts.ask.yesPurposes' : (`optOuts.ask.${question}` as const);
}

export const meta: MetaFunction<typeof loader> = (args) =>
  args.data
    ? pageTitle(args, questionTitle(args.data.question, args.data.answers), {
        mistakes: args.data.mistakes !== undefined,
      })
    : [];

export default function ChoicePage() {
  const words = useWords();
  const {
    question,
    answers,
    others,
    companies,
    studies,
    permission,
    back,
    mistakes: found,
  } = useLoaderData<typeof loader>();
  const mistakes = useMistakes({ mistakes: found });
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <BackLink to={back}>{words('optOuts.ask.back')}</BackLink>
      <Form
        key={question}
        method="get"
        action={`/opt-outs/new/${question}`}
        noValidate
        className="stack gap-y-8"
      >
        {others.map(([name, value]) => (
          <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
        ))}
        <input type="hidden" name="answered" value={question} />
        <Question
          question={question}
          answers={answers}
          companies={companies}
          studies={studies}
          permission={permission}
          error={mistakes.error}
        />
        <p>
          <Button icon="arrowRight" iconSide="end">
            {words('people.signIn.continue')}
          </Button>
        </p>
      </Form>
      {answers.say && <p>{words('optOuts.ask.yesNote')}</p>}
      <p className="text-muted">
        <T id="optOuts.ask.nothingSent" />
      </p>
    </div>
  );
}
