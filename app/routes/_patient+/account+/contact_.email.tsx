import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { askNewEmail } from '#app/people/contact.server.ts';
import { tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { setCookie } from '#app/web/cookies.server.ts';
import { emailField } from '#app/web/fields.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({ email: emailField });

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  return null;
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { email } = form.value;
  const asked = await askNewEmail(world, { person, email, locale, address: args.context.address });
  if (asked.ok)
    return redirect('/account/contact/code', {
      headers: { 'Set-Cookie': await setCookie(world, 'proof', asked.cookie) },
    });
  if ('wait' in asked) return tooManyTries(asked.wait, { email: [email] });
  return oneMistake('email', 'errors.emailSame', { typed: { email: [email] } });
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.email.title');

export default function NewEmail() {
  const words = useWords();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/account/contact', label: words('account.contact.title') }}
        title={words('account.email.title')}
        lead={words('account.email.lead')}
      />
      <Form method="post" noValidate className="stack">
        <TextField
          name="email"
          type="email"
          autoComplete="email"
          spellCheck={false}
          label={words('account.email.new')}
          error={mistakes.error('email')}
          defaultValue={mistakes.typed('email')}
        />
        <p>
          <Button>{words('account.email.send')}</Button>
        </p>
      </Form>
    </div>
  );
}
