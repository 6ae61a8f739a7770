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
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { beginRecovery } from '#app/people/recovery.server.ts';
import { tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { readCookie, setCookie } from '#app/web/cookies.server.ts';
import { emailField } from '#app/web/fields.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { NothingLeft } from './_parts/nothing-left.tsx';
import { StartAgain, whyOf } from './_parts/start-again.tsx';

const schema = z.strictObject({ email: emailField });

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  return { why: whyOf(args.request) };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world, address } = args.context;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { email } = form.value;
  const begun = await beginRecovery(world, {
    email,
    locale: await localeOf(args, null),
    address,
    device: await readCookie(world, args.request, 'device'),
  });
  if (!begun.ok) return tooManyTries(begun.wait, { email: [email] });
  return redirect('/recover/code', {
    headers: { 'Set-Cookie': await setCookie(world, 'proof', begun.cookie) },
  });
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.recover.title');

export default function Recover() {
  const words = useWords();
  const { why } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        {!mistakes.any && <StartAgain why={why} />}
        <PageHeader
          title={words('signUp.recover.title')}
          lead={words('signUp.recover.lead')}
          back={{ to: '/sign-in', label: words('people.signIn.title') }}
        />
        <Form method="post" noValidate className="stack">
          <TextField
            name="email"
            type="email"
            autoComplete="username"
            spellCheck={false}
            label={words('signUp.recover.email')}
            hint={words('signUp.start.emailHint')}
            error={mistakes.error('email')}
            defaultValue={mistakes.typed('email')}
          />
          <p>
            <Button>{words('signUp.continue')}</Button>
          </p>
        </Form>
      </div>
      <NothingLeft />
    </div>
  );
}
