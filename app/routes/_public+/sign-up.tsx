import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { beginSignUp } from '#app/people/sign-up.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { emailField } from '#app/web/fields.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { localeOf } from '#app/web/locale.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { StartAgain, whyOf } from './_parts/start-again.tsx';

const schema = z.strictObject({
  email: emailField,
  invitation: z.string('errors.invitation').max(100, 'errors.invitation').default(''),
});

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  return { why: whyOf(args.request) };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world, address } = args.context;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { email, invitation } = form.value;
  const typed = { email: [email], invitation: [invitation] };
  const locale = await localeOf(args, null);
  const begun = await orBusy(beginSignUp(world, { email, invitation, locale, address }));
  if ('wait' in begun) return tooManyTries(begun.wait, typed);
  if (!begun.ok) return oneMistake('invitation', 'errors.invitation', { typed });
  return redirect('/sign-up/code', {
    headers: { 'Set-Cookie': await setCookie(world, 'proof', begun.cookie) },
  });
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.start.title');

export default function SignUp() {
  const words = useWords();
  const { why } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      {!mistakes.any && <StartAgain why={why} />}
      <PageHeader title={words('signUp.start.title')} lead={words('signUp.start.lead')} />
      <Form method="post" noValidate className="stack gap-y-6">
        <TextField
          name="email"
          type="email"
          autoComplete="email"
          spellCheck={false}
          label={words('signUp.start.email')}
          hint={words('signUp.start.emailHint')}
          error={mistakes.error('email')}
          defaultValue={mistakes.typed('email')}
        />
        <TextField
          name="invitation"
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          optional
          label={words('signUp.start.invitation')}
          hint={words('signUp.start.invitationHint')}
          error={mistakes.error('invitation')}
          defaultValue={mistakes.typed('invitation')}
        />
        <p>
          <Button>{words('signUp.continue')}</Button>
        </p>
      </Form>
      <p>
        <Link to="/sign-in" className="inline-flex min-h-(--target) items-center">
          {words('signUp.start.signIn')}
        </Link>
      </p>
      <p className="text-muted">{words('signUp.start.paper')}</p>
    </div>
  );
}
