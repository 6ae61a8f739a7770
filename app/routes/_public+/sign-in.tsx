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
import { PasswordField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { longestPassword } from '#app/people/passwords.server.ts';
import { checkPassword } from '#app/people/sign-in.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
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
  return { next: safePath(new URL(args.request.url).searchParams.get('next'), '') };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const form = await readForm(request, { schema, secret: ['password'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { email, password, next } = form.value;
  const from = { address: context.address, userAgent: request.headers.get('User-Agent') ?? '' };
  const step = await checkPassword(context.world, email, password, from);
  const typed = { email: [email] };
  switch (step.outcome) {
    case 'refused':
      return oneMistake('', 'errors.wrongNameOrPassword', { typed });
    case 'tooMany':
      return oneMistake('', 'errors.tooManyTries', {
        typed,
        values: { minutes: Math.ceil(step.retryAfterSeconds / 60) },
        status: 429,
      });
    case 'secondFactorOwed': {
      const path = safePath(next, '');
      return redirect(`/sign-in/two-factor${path ? `?next=${encodeURIComponent(path)}` : ''}`, {
        headers: { 'Set-Cookie': await setCookie(context.world, 'pending', step.pendingSecret) },
      });
    }
  }
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'people.signIn.title');

export default function SignIn() {
  const words = useWords();
  const { next } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader title={words('people.signIn.title')} lead={words('people.signIn.lead')} />
      <Form method="post" noValidate className="stack">
        <input type="hidden" name="next" value={next} />
        <TextField
          name="email"
          type="email"
          autoComplete="username"
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
      <p className="text-muted">{words('people.signIn.help')}</p>
    </div>
  );
}
