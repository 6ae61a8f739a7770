import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, useActionData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PasswordField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { changePassword } from '#app/people/change-password.server.ts';
import { contactOf } from '#app/people/contact.server.ts';
import { orBusy, tooManyTries, waitingHeaders } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { afterChange, credentialRefusals } from '../_parts/credential-door.server.ts';

// Longer than any password that is taken, so that the room can say how long one may be.
const mostTyped = 4_000;

const schema = z.strictObject({
  current: z.string('errors.required').min(1, 'errors.required').max(mostTyped, 'errors.tooLong'),
  password: z.string('errors.required').min(1, 'errors.required').max(mostTyped, 'errors.tooLong'),
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
  const form = await readForm(args, { schema, secret: ['current', 'password'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const [{ email, displayName }, { name: facilityName }] = await Promise.all([
    contactOf(world.db, person.id),
    theFacility(world.db),
  ]);
  const change = await orBusy(
    changePassword(world, {
      person,
      session,
      current: form.value.current,
      next: form.value.password,
      about: { email, displayName, facilityName },
      address: args.context.address,
    }),
  );
  if ('wait' in change) return tooManyTries(change.wait);
  if (!change.ok && change.refusal === 'mistake') return oneMistake('password', change.mistake);
  const after = await afterChange(world, change, '/account/security?done=password');
  if (after instanceof Response) throw after;
  return oneMistake(after === 'wrongPassword' ? 'current' : '', credentialRefusals[after]);
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.password.title');

export default function ChangePassword() {
  const words = useWords();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/account/security', label: words('account.security.title') }}
        title={words('account.password.title')}
        lead={words('account.password.lead')}
      />
      <Form method="post" noValidate className="stack">
        <PasswordField
          name="current"
          autoComplete="current-password"
          label={words('account.password.current')}
          error={mistakes.error('current')}
        />
        <PasswordField
          name="password"
          autoComplete="new-password"
          label={words('account.password.new')}
          hint={words('account.password.rules')}
          error={mistakes.error('password')}
        />
        <p>
          <Button>{words('account.password.save')}</Button>
        </p>
      </Form>
    </div>
  );
}
