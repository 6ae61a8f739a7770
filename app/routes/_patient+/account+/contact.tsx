import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { setLocale } from '#app/people/accounts.server.ts';
import { chooseNotices, contactOf } from '#app/people/contact.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { locales, ownName } from '#app/words/locales.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('language'), locale: z.enum(locales, 'errors.choose') }),
  z.strictObject({
    intent: z.literal('notices'),
    noticeChoice: z.enum(['email', 'requiredOnly'], 'errors.choose'),
  }),
]);

const done = z.enum(['email', 'language', 'notices']).nullable().catch(null);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { email, locale, noticeChoice } = await contactOf(visit.world.db, visit.person.id);
  return {
    email,
    locale,
    noticeChoice,
    done: done.parse(new URL(args.request.url).searchParams.get('done')),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'language') {
    await setLocale(world.db, person.id, value.locale);
    return redirect('/account/contact?done=language', {
      headers: { 'Set-Cookie': await setCookie(world, 'locale', value.locale) },
    });
  }
  await chooseNotices(world, { person, choice: value.noticeChoice });
  return redirect('/account/contact?done=notices');
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.contact.title');

export default function Contact() {
  const words = useWords();
  const { email, locale, noticeChoice, done: said } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={said && words(`account.contact.done.${said}`)} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('account.contact.title')} lead={words('account.contact.lead')} />
        <SummaryList
          rows={[{ term: words('account.contact.email'), value: email, changeTo: '/account/contact/email' }]}
        />
      </div>
      <section className="stack" aria-labelledby="language">
        <h2 id="language">{words('account.contact.language')}</h2>
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="language" />
          <ChoiceGroup
            type="radio"
            name="locale"
            legend={words('account.contact.languageLegend')}
            error={mistakes.error('locale')}
            choices={locales.map((value) => ({
              value,
              label: <span lang={value}>{ownName[value]}</span>,
            }))}
            chosen={locale}
          />
          <p>
            <Button variant="outline">{words('account.contact.saveLanguage')}</Button>
          </p>
        </Form>
      </section>
      <section className="stack" aria-labelledby="notices">
        <h2 id="notices">{words('account.contact.notices')}</h2>
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="notices" />
          <ChoiceGroup
            type="radio"
            name="noticeChoice"
            legend={words('account.contact.noticesLegend')}
            error={mistakes.error('noticeChoice')}
            choices={[
              {
                value: 'email',
                label: words('account.contact.byEmail'),
                hint: words('account.contact.byEmailHint'),
              },
              {
                value: 'requiredOnly',
                label: words('account.contact.requiredOnly'),
                hint: words('account.contact.requiredOnlyHint'),
              },
            ]}
            chosen={noticeChoice}
          />
          <p>
            <Button variant="outline">{words('account.contact.saveNotices')}</Button>
          </p>
        </Form>
      </section>
    </div>
  );
}
