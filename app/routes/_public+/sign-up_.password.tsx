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
import { fixedName, keepPassword, signUpSoFar } from '#app/people/sign-up.server.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { proofCookieOf, startAgain } from './_parts/proof-door.server.ts';
import { nameField, newPasswordField } from './_parts/proof-forms.ts';

// No name of a colleague: it was given with the invitation.
const schema = z.strictObject({ displayName: nameField.optional(), password: newPasswordField });

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const so = await signUpSoFar(args.context.world, await proofCookieOf(args, '/sign-up'));
  if (!so) throw startAgain('/sign-up');
  if (so.invitation === 'spent') throw startAgain('/sign-up', 'invitation');
  const { email, invitation, displayName } = so;
  return { email, fixedName: fixedName(so), displayName: displayName ?? invitation?.displayName ?? '' };
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world } = args.context;
  const cookie = await proofCookieOf(args, '/sign-up');
  const so = await signUpSoFar(world, cookie);
  if (!so) return startAgain('/sign-up');
  const form = await readForm(args, { schema, secret: ['password'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { password } = form.value;
  const displayName = fixedName(so) ?? form.value.displayName;
  if (!displayName) return oneMistake('displayName', 'errors.required');
  const kept = await orBusy(keepPassword(world, cookie, { displayName, password }));
  if (kept === 'gone') return startAgain('/sign-up');
  if (kept) return oneMistake('password', kept, { typed: { displayName: [displayName] } });
  return redirect('/sign-up/second-step');
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.password.title');

export default function SignUpPassword() {
  const words = useWords();
  const so = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader title={words('signUp.password.title')} lead={words('signUp.password.lead')} />
      {so.fixedName && <p>{words('signUp.password.as', { name: so.fixedName })}</p>}
      <Form method="post" noValidate className="stack gap-y-6">
        {/* Tells a password manager whose password it keeps. It has no name, so it is not sent. */}
        <input type="email" autoComplete="username" value={so.email} readOnly hidden />
        {!so.fixedName && (
          <TextField
            name="displayName"
            autoComplete="name"
            label={words('signUp.password.name')}
            error={mistakes.error('displayName')}
            defaultValue={mistakes.typed('displayName') ?? so.displayName}
          />
        )}
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
