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
import { CodeField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PasskeyButton } from '#app/components/passkey-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { checkCode } from '#app/people/sign-in.server.ts';
import { typedCode } from '#app/people/typed-code.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { dropCookie, readCookie } from '#app/web/cookies.server.ts';
import { enter, fromOf } from '#app/web/enter.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { safePath } from '#app/web/paths.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({
  code: z.string('errors.codeOrPaper').max(60, 'errors.codeOrPaper').regex(typedCode, 'errors.codeOrPaper'),
  next: z.string().optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  if (!(await readCookie(args.context.world, args.request, 'pending'))) throw redirect('/sign-in');
  return { next: safePath(new URL(args.request.url).searchParams.get('next'), '') };
}

export async function action(args: ActionFunctionArgs) {
  const { request, context } = args;
  const { world } = context;
  const pendingSecret = await readCookie(world, request, 'pending');
  if (!pendingSecret) return redirect('/sign-in');
  const form = await readForm(args, { schema, secret: ['code'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const step = await orBusy(checkCode(world, pendingSecret, form.value.code, await fromOf(args)));
  switch (step.outcome) {
    case 'refused':
      return oneMistake('code', 'errors.wrongCode');
    case 'tooMany':
      return tooManyTries(step.retryAfterSeconds);
    case 'startAgain':
      return redirect('/sign-in', { headers: { 'Set-Cookie': await dropCookie(world, 'pending') } });
    case 'signedIn':
      return enter(args, step, form.value.next);
  }
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'people.twoFactor.title');

export default function TwoFactor() {
  const words = useWords();
  const { next } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        title={words('people.twoFactor.title')}
        lead={words('people.twoFactor.lead')}
        back={{ to: '/sign-in', label: words('people.twoFactor.back') }}
      />
      <Form method="post" noValidate className="stack">
        <input type="hidden" name="next" value={next} />
        <CodeField
          name="code"
          alsoFromPaper
          label={words('people.twoFactor.code')}
          hint={words('people.twoFactor.hint')}
          error={mistakes.error('code')}
        />
        <p>
          <Button>{words('people.twoFactor.send')}</Button>
        </p>
      </Form>
      <PasskeyButton
        purpose="signIn"
        action="/sign-in/passkey"
        label={words('people.twoFactor.passkey')}
        fields={{ next }}
      />
      <p className="text-muted">{words('people.signIn.help')}</p>
    </div>
  );
}
