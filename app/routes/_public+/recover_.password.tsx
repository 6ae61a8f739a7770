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
import { PasswordField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { finishRecovery, maySetPassword } from '#app/people/recovery.server.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { dropCookie, setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { proofCookieOf, startAgain } from './_parts/proof-door.server.ts';
import { newPasswordField } from './_parts/proof-forms.ts';

const schema = z.strictObject({ password: newPasswordField });

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const cookie = await proofCookieOf(args, '/recover');
  const proved = await maySetPassword(args.context.world, cookie);
  if (!proved) throw startAgain('/recover');
  return { email: proved.email };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world } = args.context;
  const cookie = await proofCookieOf(args, '/recover');
  const form = await readForm(args, { schema, secret: ['password'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const done = await orBusy(finishRecovery(world, { cookie, password: form.value.password }));
  if (done === 'startAgain') return startAgain('/recover');
  if (typeof done === 'string') return oneMistake('password', done);
  const headers = new Headers();
  headers.append('Set-Cookie', await dropCookie(world, 'proof'));
  headers.append('Set-Cookie', await setCookie(world, 'device', done.device));
  return redirect('/recover/done', { headers });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.recover.passwordTitle');

export default function RecoverPassword() {
  const words = useWords();
  const { email } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader title={words('signUp.recover.passwordTitle')} lead={words('signUp.recover.passwordLead')} />
      <Form method="post" noValidate className="stack">
        <input type="email" autoComplete="username" value={email} readOnly hidden />
        <PasswordField
          name="password"
          autoComplete="new-password"
          label={words('signUp.password.label')}
          hint={words('signUp.password.hint')}
          error={mistakes.error('password')}
        />
        <p>
          <Button>{words('signUp.password.keep')}</Button>
        </p>
      </Form>
    </div>
  );
}
