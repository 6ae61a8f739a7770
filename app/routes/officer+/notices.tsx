import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { resendDead } from '#app/mail/dead-letters.server.ts';
import { sendNoticesAgain } from '#app/optouts/vendor-notices/answers.server.ts';
import { vendorNoticeStates } from '#app/optouts/vendor-notices/states.ts';
import { noticeStates } from '#app/notices/states.ts';
import { can } from '#app/people/can.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { CompanyCounts, CompanyNotices } from './_parts/company-notices.tsx';
import { afterOf, companiesView } from './_parts/company-notices-view.server.ts';
import { MailCounts, MailHealth, MailTable, ResendAll } from './_parts/notices.tsx';
import { noticesView, placeOf } from './_parts/notices-view.server.ts';

const notice = z.array(z.uuid('errors.foreignField')).max(100, 'errors.foreignField').default([]);
const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({ intent: z.literal('chosen'), notice }),
    z.strictObject({ intent: z.literal('companies'), notice }),
    z.strictObject({ intent: z.literal('all'), notice: z.array(z.uuid('errors.foreignField')).optional() }),
  ],
  'errors.foreignField',
);

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'notices.see');
  const asked = new URL(args.request.url).searchParams;
  const state = z.enum(noticeStates).nullable().catch(null).parse(asked.get('state'));
  const before = placeOf(asked.get('before'));
  const companies = z.enum(vendorNoticeStates).nullable().catch(null).parse(asked.get('companies'));
  const after = afterOf(asked.get('after'));
  const again = /^\d{1,9}$/.exec(asked.get('again') ?? '')?.[0];
  const [shown, mail] = await Promise.all([
    companiesView(world, { state: companies, after }, { now, locale }),
    noticesView({ world, person }, { state, before }, { now, locale }),
  ]);
  return {
    companies: shown,
    ...mail,
    state,
    isFirst: before === null,
    again: again === undefined ? null : Number(again),
    mayResend: can(person.role, 'notices.resend'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'notices.resend');
  const form = await readForm(args, { schema, lists: ['notice'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'chosen' && value.notice.length === 0)
    return oneMistake('notice', 'notices.again.none');
  const which = value.intent === 'all' ? 'all' : value.notice;
  if (value.intent === 'companies') {
    if (value.notice.length === 0) return oneMistake('notice', 'vendorNotices.again.none');
    const sent = await sendNoticesAgain(world, { actor, ids: value.notice });
    return redirect(`/officer/notices?companies=failed&again=${sent}`);
  }
  const count = await resendDead(world, { actor, which });
  return redirect(`/officer/notices?state=dead&again=${count}`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'notices.title');

export default function Notices() {
  const words = useWords();
  const { companies, counts, oldest, lines, next, state, isFirst, again, mayResend } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const shown = state ?? 'all';
  const to = (more: Record<string, string>) =>
    `/officer/notices?${new URLSearchParams({ ...(state ? { state } : {}), ...more }).toString()}`;
  return (
    <div className="sections">
      <div className="stack">
        <Toast
          message={
            again === null || mistakes.any
              ? null
              : words(companies.shown ? 'vendorNotices.again.done' : 'notices.again.done', { count: again })
          }
        />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('notices.title')} lead={words('notices.lead')} />
        <h2>{words('vendorNotices.title')}</h2>
        <CompanyCounts counts={companies.counts} state={companies.shown?.state ?? null} />
        <h2>{words('vendorNotices.mailHeading')}</h2>
        <MailCounts counts={counts} state={companies.shown ? null : state} />
        <MailHealth oldest={oldest} />
      </div>
      {companies.shown && (
        <CompanyNotices shown={companies.shown} mayResend={mayResend} error={mistakes.error('notice')} />
      )}
      {!companies.shown && (
        <section className="stack" aria-labelledby="list">
          <h2 id="list">{words(`notices.list.${shown}`)}</h2>
          {(state === 'failing' || state === 'dead') && lines.length > 0 && (
            <p className="max-w-measure">{words(`notices.hint.${state}`)}</p>
          )}
          <MailTable lines={lines} shown={shown} mayResend={mayResend} error={mistakes.error('notice')} />
          {mayResend && state === 'dead' && counts.dead > 1 && <ResendAll count={counts.dead} />}
          <Pagination
            label={words('notices.pages')}
            previousTo={isFirst ? undefined : to({})}
            nextTo={next ? to({ before: next }) : undefined}
          />
        </section>
      )}
    </div>
  );
}
