import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { CodeField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { QrCode } from '#app/components/qr-code.tsx';
import { useWords } from '#app/components/words.tsx';
import { contactOf } from '#app/people/contact.server.ts';
import {
  enrolTotp,
  newTotpEnrolment,
  removeTotp,
  sameTotpEnrolment,
} from '#app/people/totp-enrolment.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { afterChange, credentialRefusals } from '../_parts/credential-door.server.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('enrol'),
    sealed: z.string('errors.formUnreadable').min(1, 'errors.formUnreadable').max(2_000, 'errors.tooLong'),
    code: z
      .string('errors.code')
      .max(20, 'errors.code')
      .regex(/^\s*(\d\s*){6}$/, 'errors.code'),
  }),
  z.strictObject({ intent: z.literal('remove') }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const [{ email }, { totpSecretSealed }] = await Promise.all([
    contactOf(world.db, person.id),
    world.db.user.findUniqueOrThrow({ where: { id: person.id }, select: { totpSecretSealed: true } }),
  ]);
  return {
    hasApp: totpSecretSealed !== null,
    enrolment: newTotpEnrolment(world, { owner: person.id, account: email }),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, session } = visit;
  const form = await readForm(
    { ...args, request: args.request.clone() },
    { schema, secret: ['code', 'sealed'] },
  );
  if (!form.ok) {
    // The same picture again: the app has it already.
    const sealed = (await args.request.formData().catch(() => null))?.get('sealed');
    const { email } = await contactOf(world.db, person.id);
    const again =
      typeof sealed === 'string'
        ? sameTotpEnrolment(world, sealed, { owner: person.id, account: email })
        : null;
    return again ? data({ mistakes: form.mistakes, again }, { status: 400 }) : formMistakes(form.mistakes);
  }
  const { value } = form;
  if (value.intent === 'remove') {
    const removed = await afterChange(
      world,
      await removeTotp(world, { person, session }),
      '/account/security?done=appRemoved',
    );
    if (removed instanceof Response) throw removed;
    return oneMistake('', credentialRefusals[removed], { status: 409 });
  }
  const { sealed, code } = value;
  const after = await afterChange(
    world,
    await enrolTotp(world, { person, session, sealed, code }),
    '/account/security?done=app',
  );
  if (after instanceof Response) throw after;
  if (after !== 'wrongCode') return oneMistake('', credentialRefusals[after]);
  const { email } = await contactOf(world.db, person.id);
  return data(
    {
      mistakes: { errors: { code: credentialRefusals[after] }, typed: {} },
      again: sameTotpEnrolment(world, sealed, { owner: person.id, account: email }),
    },
    { status: 400 },
  );
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.app.title');

export default function AuthenticatorApp() {
  const words = useWords();
  const { hasApp, enrolment: fresh } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const enrolment = (answer && 'again' in answer && answer.again) || fresh;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/account/security', label: words('account.security.title') }}
          title={words(hasApp ? 'account.app.again' : 'account.app.title')}
          lead={words(hasApp ? 'account.app.againLead' : 'account.app.lead')}
        />
        <ol className="grid max-w-measure list-decimal gap-2 ps-6">
          <li>{words('account.app.step1')}</li>
          <li>{words('account.app.step2')}</li>
          <li>{words('account.app.step3')}</li>
        </ol>
        <div className="flex flex-wrap items-center gap-x-8 gap-y-4">
          <QrCode {...enrolment.svg} label={words('account.app.picture')} />
          <div>
            <p className="text-muted">{words('account.app.secret')}</p>
            <p>
              <code className="text-h3 wrap-anywhere select-all">{enrolment.secret}</code>
            </p>
          </div>
        </div>
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="enrol" />
          <input type="hidden" name="sealed" value={enrolment.sealed} />
          <CodeField
            name="code"
            label={words('account.app.code')}
            hint={words('account.app.codeHint')}
            error={mistakes.error('code')}
          />
          <p>
            <Button>{words('account.app.save')}</Button>
          </p>
        </Form>
      </div>
      {hasApp && (
        <section className="stack" aria-labelledby="remove">
          <h2 id="remove">{words('account.app.remove')}</h2>
          <p className="max-w-measure">{words('account.app.removeHint')}</p>
          <Form method="post">
            <input type="hidden" name="intent" value="remove" />
            <Button variant="outline">{words('account.app.removeNow')}</Button>
          </Form>
        </section>
      )}
    </div>
  );
}
