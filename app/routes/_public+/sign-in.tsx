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
import { PasswordField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PasskeyButton } from '#app/components/passkey-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { longestPassword } from '#app/people/password-rules.ts';
import { checkPassword } from '#app/people/sign-in.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { fromOf } from '#app/web/enter.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { safePath } from '#app/web/paths.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({
  email: z
    .string('errors.email')
    .trim()
    .max(254, 'errors.tooLong')
    .regex(/^[^@\s]+@[^@\s]+$/, 'errors.email'),
  password: z.string('errors.required').min(1, 'errors.required').max(longestPassword, 'errors.tooLong'),
  next: z.string().optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const asked = new URL(args.request.url).searchParams;
  return {
    next: safePath(asked.get('next'), ''),
    problem: asked.get('problem') === 'passkey' ? ('errors.passkey' as const) : null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world } = args.context;
  const form = await readForm(args, { schema, secret: ['password'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { email, password, next } = form.value;
  const step = await orBusy(checkPassword(world, email, password, await fromOf(args)));
  const typed = { email: [email] };
  switch (step.outcome) {
    case 'refused':
      return oneMistake('', 'errors.wrongNameOrPassword', { typed });
    case 'tooMany':
      return tooManyTries(step.retryAfterSeconds, typed);
    case 'secondFactorOwed': {
      const path = safePath(next, '');
      return redirect(`/sign-in/two-factor${path ? `?next=${encodeURIComponent(path)}` : ''}`, {
        headers: { 'Set-Cookie': await setCookie(world, 'pending', step.pendingSecret) },
      });
    }
  }
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'people.signIn.title');

export default function SignIn() {
  const words = useWords();
  const { next, problem } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const errors = problem && !mistakes.any ? [{ message: words(problem) }] : mistakes.summary;
  return (
    <div className="stack">
      <ErrorSummary errors={errors} />
      <PageHeader title={words('people.signIn.title')} lead={words('people.signIn.lead')} />
      <PasskeyButton
        purpose="signIn"
        action="/sign-in/passkey"
        label={words('people.signIn.passkey')}
        alsoSuggested={!problem}
        fields={{ next }}
      />
      <Form method="post" noValidate className="stack">
        <input type="hidden" name="next" value={next} />
        <TextField
          name="email"
          type="email"
          autoComplete="username webauthn"
          spellCheck={false}
          label={words('people.signIn.email')}
          error={mistakes.error('email')}
          defaultValue={mistakes.typed('email')}
        />
        <PasswordField
          name="password"
          autoComplete="current-password"
          label={words('people.signIn.password')}
          error={mistakes.error('password')}
        />
        <p>
          <Button>{words('people.signIn.continue')}</Button>
        </p>
      </Form>
      <ul className="grid gap-2">
        <li>
          <Link to="/recover">{words('people.signIn.forgot')}</Link>
        </li>
        <li>
          <Link to="/sign-up">{words('people.signIn.signUp')}</Link>
        </li>
      </ul>
      <p className="text-muted">{words('people.signIn.noPhone')}</p>
      <p className="text-muted">{words('people.signIn.help')}</p>
    </div>
  );
}
