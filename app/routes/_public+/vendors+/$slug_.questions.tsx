import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { LabelAnswers } from '#app/components/label-parts.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { guidedQuestions, type GuidedQuestionId } from '#app/vendors/guided-questions.ts';
import { answerView } from '#app/web/present-label.server.ts';
import { answersNow } from '#app/web/present-vendor.server.ts';
import { publicReader, publicVendor } from '#app/web/public-vendors.server.ts';
import { useSiteFrame } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';

/** Where a patient goes on that has more than an answer. */
const elsewhere: Partial<Record<GuidedQuestionId, { to(slug: string): string; label: MessageId }>> = {
  shared: { to: () => '/disclosures', label: 'site.start.who' },
  optOut: { to: (slug) => `/opt-outs/new?company=${slug}`, label: 'site.start.no' },
  complain: { to: () => '/requests/new/complaint', label: 'labels.ask.complain' },
};

/** Open to everybody: what people ask about a company, answered by its label as far as it goes. */
export async function loader(args: LoaderFunctionArgs) {
  const [reader, subject] = await Promise.all([publicReader(args), publicVendor(args)]);
  const values = answersNow(subject, reader);
  return {
    slug: subject.vendor.slug,
    name: subject.vendor.name,
    questions: guidedQuestions.map(({ id, fields }) => {
      const answers = fields.map((field) => answerView(field, values[field], reader));
      return {
        id,
        answers,
        isOpen: answers.length > 0 && answers.every(({ standing }) => standing !== 'current'),
      };
    }),
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'labels.ask.title', { values: { name: args.data?.name ?? '' } });

export default function CompanyQuestions() {
  const words = useWords();
  const { slug, name, questions } = useLoaderData<typeof loader>();
  const viewer = useSiteFrame()?.viewer;
  const mayFile = !viewer || viewer.role === 'patient';
  return (
    <div className="sections">
      <PageHeader
        back={{ to: `/vendors/${slug}`, label: name }}
        title={words('labels.ask.title', { name })}
        lead={words('labels.ask.lead')}
      />
      <nav aria-labelledby="choose" className="stack gap-2">
        <h2 id="choose" className="text-h3">
          {words('labels.ask.choose')}
        </h2>
        <ol className="list-decimal ps-8">
          {questions.map(({ id }) => (
            <li key={id} className="py-1">
              <a href={`#${id}`}>{words(`labels.ask.q.${id}`)}</a>
            </li>
          ))}
        </ol>
      </nav>
      {questions.map(({ id, answers, isOpen }) => (
        <section key={id} id={id} aria-labelledby={`${id}-q`} className="stack">
          <h2 id={`${id}-q`}>{words(`labels.ask.q.${id}`)}</h2>
          {isOpen && <p className="font-semibold">{words('labels.ask.unknown', { name })}</p>}
          <LabelAnswers answers={answers} />
          <p className="border-rule max-w-measure border-s-4 ps-4">{words(`labels.askNote.${id}`)}</p>
          {mayFile && (
            <p className="flex flex-wrap items-center gap-x-6 gap-y-3">
              {elsewhere[id] && (
                <Link to={elsewhere[id].to(slug)} className="reach">
                  {words(elsewhere[id].label)}
                </Link>
              )}
              <ButtonLink to={`/requests/new/question?company=${slug}&ask=${id}`} variant="outline">
                {words('labels.ask.ask')}
                <span className="sr-only">: {words(`labels.ask.q.${id}`)}</span>
              </ButtonLink>
            </p>
          )}
        </section>
      ))}
      {!viewer && <p className="text-muted">{words('labels.ask.signIn')}</p>}
    </div>
  );
}
