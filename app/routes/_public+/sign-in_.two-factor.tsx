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
import { useWords } from '#app/components/words.tsx';
import { homeOf } from '#app/people/can.ts';
import { checkCode } from '#app/people/sign-in.server.ts';
import { dropCookie, readCookie, setCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireNobody } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { safePath } from '#app/web/paths.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({
  code: z
    .string('errors.code')
    .max(20, 'errors.code')
    .regex(/^\s*(\d\s*){6}$/, 'errors.code'),
  next: z.string().optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  await requireNobody(args);
  if (!(await readCookie(args.context.world, args.request, 'pending'))) throw redirect('/sign-in');
  return { next: safePath(new URL(args.request.url).searchParams.get('next'), '') };
}

export async function action({ request, context }: ActionFunctionArgs) {
  const { world } = context;
  const pendingSecret = await readCookie(world, request, 'pending');
  if (!pendingSecret) return redirect('/sign-in');
  const form = await readForm(request, { schema, secret: ['code'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const from = { address: context.address, userAgent: request.headers.get('User-Agent') ?? '' };
  const step = await checkCode(world, pendingSecret, form.value.code, from);
  switch (step.outcome) {
    case 'refused':
      return oneMistake('code', 'errors.wrongCode');
    case 'tooMany':
      return oneMistake('', 'errors.tooManyTries', {
        values: { minutes: Math.ceil(step.retryAfterSeconds / 60) },
        status: 429,
      });
    case 'startAgain':
      return redirect('/sign-in', { headers: { 'Set-Cookie': await dropCookie(world, 'pending') } });
    case 'signedIn': {
      const headers = new Headers();
      headers.append('Set-Cookie', await dropCookie(world, 'pending'));
      headers.append('Set-Cookie', await setCookie(world, 'session', step.sessionId));
      return redirect(safePath(form.value.next, homeOf(step.person.role)), { headers });
    }
  }
}

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
          label={words('people.twoFactor.code')}
          hint={words('people.twoFactor.hint')}
          error={mistakes.error('code')}
        />
        <p>
          <Button>{words('people.twoFactor.send')}</Button>
        </p>
      </Form>
      <p className="text-muted">{words('people.signIn.help')}</p>
    </div>
  );
}
