import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { homeOf } from '#app/people/can.ts';
import { dropKeptForm, keptForm } from '#app/people/kept-forms.server.ts';
import { readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';

const name = z.string('errors.required').regex(/^[0-9a-f]{64}$/, 'errors.required');
const schema = z.strictObject({ form: name });

/** What nobody typed: ids, keys, counts of versions, and where to go next. */
const hiddenField =
  /^(key|next|intent|version|reviewed|documents?Owed|elementsLookedFor|submissionKey|returnTo|id|[a-z]+Id)$/;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'ownAccount.manage');
  const asked = name.safeParse(new URL(args.request.url).searchParams.get('form'));
  const kept = asked.success ? await keptForm(world, person.id, asked.data) : null;
  if (!kept) throw notFound();
  const { path, fields, hadFile } = kept;
  return {
    form: kept.name,
    // Where a file was with it: the page of the form, to send it anew.
    openAt: hadFile ? path : null,
    // What takes the form throws it away here (app/web/guard.server.ts).
    sendTo: `${path}${path.includes('?') ? '&' : '?'}kept=${kept.name}`,
    fields: fields.map(([field, text]) => ({
      field,
      text,
      isTyped: !hiddenField.test(field) && text !== '',
    })),
  };
}

/** Throws the form away. Sending it goes to the page that it was for, as if it had just been filled in. */
export async function action(args: ActionFunctionArgs) {
  const { world, person } = await requirePerson(args, 'ownAccount.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) throw new Response(null, { status: 400 });
  await dropKeptForm(world, person.id, form.value.form);
  return redirect(homeOf(person.role));
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'people.kept.title');

export default function Kept() {
  const words = useWords();
  const { form, openAt, sendTo, fields } = useLoaderData<typeof loader>();
  const typed = fields.filter(({ isTyped }) => isTyped);
  return (
    <div className="stack">
      <PageHeader title={words('people.kept.title')} lead={words('people.kept.lead')} />
      <SummaryList
        rows={typed.map(({ text }, at) => ({
          term: words('people.kept.answer', { number: at + 1 }),
          value: <span className="wrap-anywhere whitespace-pre-wrap">{text}</span>,
        }))}
      />
      <p className="text-muted">{words(openAt ? 'people.kept.fileLeft' : 'people.kept.without')}</p>
      <div className="flex flex-wrap items-center gap-4">
        {openAt ? (
          <ButtonLink to={openAt}>{words('people.kept.open')}</ButtonLink>
        ) : (
          <form method="post" action={sendTo}>
            {fields.map(({ field, text }, at) => (
              <input key={at} type="hidden" name={field} value={text} />
            ))}
            <Button>{words('people.kept.send')}</Button>
          </form>
        )}
        <Form method="post" action="/kept">
          <input type="hidden" name="form" value={form} />
          <Button variant="outline">{words('people.kept.throwAway')}</Button>
        </Form>
      </div>
    </div>
  );
}
