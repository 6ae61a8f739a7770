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
import { noticeStates } from '#app/notices/states.ts';
import { can } from '#app/people/can.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { MailCounts, MailHealth, MailTable, ResendAll } from './_parts/notices.tsx';
import { noticesView, placeOf } from './_parts/notices-view.server.ts';

const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({
      intent: z.literal('chosen'),
      notice: z.array(z.uuid('errors.foreignField')).max(100, 'errors.foreignField').default([]),
    }),
    z.strictObject({ intent: z.literal('all'), notice: z.array(z.uuid('errors.foreignField')).optional() }),
  ],
  'errors.foreignField',
);

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'notices.see');
  const asked = new URL(args.request.url).searchParams;
  const state = z.enum(noticeStates).nullable().catch(null).parse(asked.get('state'));
  const before = placeOf(asked.get('before'));
  const again = /^\d{1,9}$/.exec(asked.get('again') ?? '')?.[0];
  return {
    ...(await noticesView({ world, person }, { state, before }, { now, locale })),
    state,
    isFirst: before === null,
    again: again === undefined ? null : Number(again),
    mayResend: can(person.role, 'notices.resend'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor } = await requirePerson(args, 'notices.resend');
  const form = await readForm(args.request, { schema, lists: ['notice'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'chosen' && value.notice.length === 0)
    return oneMistake('notice', 'notices.again.none');
  const which = value.intent === 'all' ? 'all' : value.notice;
  const count = await resendDead(world, { actor, which });
  return redirect(`/officer/notices?state=dead&again=${count}`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'notices.title');

export default function Notices() {
  const words = useWords();
  const { counts, oldest, lines, next, state, isFirst, again, mayResend } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const shown = state ?? 'all';
  const to = (more: Record<string, string>) =>
    `/officer/notices?${new URLSearchParams({ ...(state ? { state } : {}), ...more }).toString()}`;
  return (
    <div className="sections">
      <div className="stack">
        <Toast
          message={again === null || mistakes.any ? null : words('notices.again.done', { count: again })}
        />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('notices.title')} lead={words('notices.lead')} />
        <MailCounts counts={counts} state={state} />
        <MailHealth oldest={oldest} />
      </div>
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
    </div>
  );
}
