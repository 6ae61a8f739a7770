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
import { homeOf } from '#app/people/can.ts';
import { longestPasskeyAnswer } from '#app/people/passkey-answers.ts';
import { passkeysOf } from '#app/people/passkeys.server.ts';
import { stepUp } from '#app/people/step-up.server.ts';
import { typedCode } from '#app/people/typed-code.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { dropCookie, readCookie, setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { safePath } from '#app/web/paths.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z
  .strictObject({
    code: z
      .string('errors.codeOrPaper')
      .max(60, 'errors.codeOrPaper')
      .regex(typedCode, 'errors.codeOrPaper')
      .optional(),
    passkey: z.string().max(longestPasskeyAnswer, 'errors.tooLong').optional(),
    next: z.string().optional(),
  })
  .refine(({ code, passkey }) => (code === undefined) !== (passkey === undefined), {
    path: ['code'],
    message: 'errors.codeOrPaper',
  });

export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'ownAccount.manage');
  return {
    next: safePath(new URL(args.request.url).searchParams.get('next'), homeOf(person.role)),
    hasPasskey: (await passkeysOf(world.db, person.id)).length > 0,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { request, context } = args;
  const { world, person, session } = await requirePerson(args, 'ownAccount.manage');
  const form = await readForm(args, { schema, secret: ['code', 'passkey'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { code, passkey, next } = form.value;
  const cookie = (await readCookie(world, request, 'passkey')) ?? '';
  const given = passkey === undefined ? { code: code ?? '' } : { passkeyResponse: passkey, cookie };
  const step = await orBusy(stepUp(world, { person, session, address: context.address }, given));
  switch (step.outcome) {
    case 'refused':
      return oneMistake(passkey === undefined ? 'code' : '', passkey ? 'errors.passkey' : 'errors.wrongCode');
    case 'tooMany':
      return tooManyTries(step.retryAfterSeconds);
    case 'ended':
      return redirect(`/sign-in?next=${encodeURIComponent(safePath(next, '/'))}`, {
        headers: { 'Set-Cookie': await dropCookie(world, 'session') },
      });
    case 'confirmed': {
      const headers = new Headers();
      headers.append('Set-Cookie', await setCookie(world, 'session', step.sessionId));
      headers.append('Set-Cookie', await dropCookie(world, 'passkey'));
      return redirect(safePath(next, homeOf(person.role)), { headers });
    }
  }
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'people.confirm.title');

export default function Confirm() {
  const words = useWords();
  const { next, hasPasskey } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader title={words('people.confirm.title')} lead={words('people.confirm.lead')} />
      {hasPasskey && (
        <PasskeyButton
          purpose="stepUp"
          action="/confirm"
          label={words('people.confirm.passkey')}
          fields={{ next }}
        />
      )}
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
          <Button>{words('people.confirm.send')}</Button>
        </p>
      </Form>
      <p className="text-muted">{words('people.signIn.help')}</p>
    </div>
  );
}
