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
import { PasskeyButton } from '#app/components/passkey-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { longestPasskeyAnswer } from '#app/people/passkey-answers.ts';
import { proveForRecovery, recoveringUser } from '#app/people/recovery.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { readCookie, setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { NothingLeft } from './_parts/nothing-left.tsx';
import { proofCookieOf, startAgain } from './_parts/proof-door.server.ts';

const schema = z.strictObject({
  code: z.string().max(60, 'errors.wrongProof').optional(),
  passkey: z.string().max(longestPasskeyAnswer).optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  const cookie = await proofCookieOf(args, '/recover');
  if (!(await recoveringUser(args.context.world, cookie))) throw startAgain('/recover');
  return null;
}

export async function action(args: ActionFunctionArgs) {
  await requireNobody(args);
  const { world, address } = args.context;
  const cookie = await proofCookieOf(args, '/recover');
  const form = await readForm(args, { schema, secret: ['code', 'passkey'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { code = '', passkey } = form.value;
  if (!passkey && code.trim() === '') return oneMistake('code', 'errors.required');
  const given = passkey
    ? { passkeyResponse: passkey, cookie: (await readCookie(world, args.request, 'passkey')) ?? '' }
    : { code };
  const step = await orBusy(proveForRecovery(world, { cookie, given, address }));
  switch (step.outcome) {
    case 'refused':
      return oneMistake('code', 'errors.wrongProof');
    case 'tooMany':
      return tooManyTries(step.wait);
    // The same form sent twice: the page after it knows whether this browser is further already.
    case 'startAgain':
      return redirect('/recover/password');
    case 'proved':
      return redirect('/recover/password', {
        headers: { 'Set-Cookie': await setCookie(world, 'proof', step.cookie) },
      });
  }
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.recover.secondTitle');

export default function RecoverSecondStep() {
  const words = useWords();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader title={words('signUp.recover.secondTitle')} lead={words('signUp.recover.secondLead')} />
        <Form method="post" noValidate className="stack">
          <TextField
            name="code"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            autoCorrect="off"
            spellCheck={false}
            label={words('signUp.recover.secondCode')}
            hint={words('signUp.recover.secondHint')}
            error={mistakes.error('code')}
          />
          <p>
            <Button>{words('signUp.continue')}</Button>
          </p>
        </Form>
        <PasskeyButton
          purpose="recover"
          action="/recover/second-step"
          label={words('signUp.recover.passkey')}
        />
      </div>
      <NothingLeft />
    </div>
  );
}
