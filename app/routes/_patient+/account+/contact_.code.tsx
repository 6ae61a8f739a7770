import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { changeEmail } from '#app/people/contact.server.ts';
import { tryProof } from '#app/people/mail-proofs.server.ts';
import { dropCookie, readCookie, setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({
  code: z.string('errors.mailedCode').trim().min(1, 'errors.mailedCode').max(40, 'errors.mailedCode'),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  return null;
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, session } = visit;
  const cookie = await readCookie(world, args.request, 'proof');
  const form = await readForm(args, { schema, secret: ['code'] });
  if (!form.ok) return formMistakes(form.mistakes);
  if (!cookie) return oneMistake('', 'errors.mailedCodeOver');
  const tried = await tryProof(world, {
    cookie,
    purpose: 'changeEmail',
    typed: form.value.code,
    address: args.context.address,
  });
  if (tried === 'wrong') return oneMistake('code', 'errors.mailedCodeWrong');
  if (tried === 'startAgain') return oneMistake('', 'errors.mailedCodeOver');
  const changed = await changeEmail(world, { person, session, cookie });
  if (!changed.ok && changed.refusal === 'sessionEnded')
    return redirect('/sign-in', { headers: { 'Set-Cookie': await dropCookie(world, 'session') } });
  if (!changed.ok) return oneMistake('', 'errors.mailedCodeOver', { status: 409 });
  const headers = new Headers();
  headers.append('Set-Cookie', await setCookie(world, 'session', changed.sessionId));
  headers.append('Set-Cookie', await dropCookie(world, 'proof'));
  return redirect('/account/contact?done=email', { headers });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.email.codeTitle');

export default function MailedCode() {
  const words = useWords();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/account/contact/email', label: words('account.email.title') }}
        title={words('account.email.codeTitle')}
        lead={words('account.email.codeLead')}
      />
      <Form method="post" noValidate className="stack">
        <TextField
          name="code"
          width="date"
          autoComplete="one-time-code"
          autoCapitalize="characters"
          spellCheck={false}
          label={words('account.email.code')}
          error={mistakes.error('code')}
        />
        <p>
          <Button>{words('account.email.save')}</Button>
        </p>
      </Form>
      <p>
        <Link to="/account/contact/email" className="reach">
          {words('account.email.again')}
        </Link>
      </p>
    </div>
  );
}
