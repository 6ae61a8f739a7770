import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PasskeyButton } from '#app/components/passkey-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { longestPasskeyAnswer } from '#app/people/passkey-answers.ts';
import { addPasskey, passkeysOf, removePasskey, renamePasskey } from '#app/people/passkeys.server.ts';
import { readCookie } from '#app/web/cookies.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { afterChange, credentialRefusals } from '../_parts/credential-door.server.ts';

const name = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(60, 'errors.tooLong')
  // Something that can be seen, and nothing that turns the words around it.
  .regex(
    /^[^\p{Cc}\p{Bidi_Control}]*[^\p{Z}\p{C}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}][^\p{Cc}\p{Bidi_Control}]*$/u,
    'errors.required',
  );
const passkeyId = z.uuid('errors.formUnreadable');

const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('add'),
    name,
    passkey: z.string('errors.formUnreadable').max(longestPasskeyAnswer, 'errors.tooLong'),
  }),
  z.strictObject({ intent: z.literal('rename'), id: passkeyId, name }),
  z.strictObject({ intent: z.literal('remove'), id: passkeyId }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const [passkeys, { timeZone }] = await Promise.all([
    passkeysOf(world.db, person.id),
    theFacility(world.db),
  ]);
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  return {
    passkeys: passkeys.map((one) => ({
      id: one.id,
      name: one.name,
      added: day(one.createdAt),
      used: one.lastUsedAt && day(one.lastUsedAt),
    })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, session } = visit;
  const form = await readForm(args, { schema, secret: ['passkey'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  const who = { person, session };
  const change = async () => {
    switch (value.intent) {
      case 'add': {
        const cookie = (await readCookie(world, args.request, 'passkey')) ?? '';
        return addPasskey(world, { ...who, cookie, response: value.passkey, name: value.name });
      }
      case 'rename':
        return renamePasskey(world, { ...who, passkeyId: value.id, name: value.name });
      case 'remove':
        return removePasskey(world, { ...who, passkeyId: value.id });
    }
  };
  const said = { add: 'passkey', rename: 'passkeyRenamed', remove: 'passkeyRemoved' }[value.intent];
  const after = await afterChange(world, await change(), `/account/security?done=${said}`);
  if (after instanceof Response) throw after;
  return oneMistake('', credentialRefusals[after], { status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.passkeys.title');

export default function Passkeys() {
  const words = useWords();
  const { passkeys } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/account/security', label: words('account.security.title') }}
          title={words('account.passkeys.title')}
          lead={words('account.passkeys.lead')}
        />
        <p className="noscript:block hidden">{words('account.passkeys.script')}</p>
        <PasskeyButton
          purpose="enrol"
          action="/account/security/passkeys"
          label={words('account.passkeys.add')}
          variant="act"
          fields={{ intent: 'add' }}
        >
          <TextField
            name="name"
            label={words('account.passkeys.name')}
            hint={words('account.passkeys.nameHint')}
            error={mistakes.error('name')}
            defaultValue={mistakes.typed('name') ?? words('account.passkeys.usualName')}
            autoComplete="off"
          />
        </PasskeyButton>
      </div>
      {passkeys.length > 0 && (
        <section className="stack" aria-labelledby="yours">
          <h2 id="yours">{words('account.passkeys.yours')}</h2>
          <ul className="border-rule border-t">
            {passkeys.map((one) => (
              <li key={one.id} className="border-rule grid gap-2 border-b py-4">
                <p className="font-semibold">{one.name}</p>
                <p className="text-muted text-note">
                  {words('account.passkeys.added', { date: one.added })}{' '}
                  {one.used
                    ? words('account.passkeys.used', { date: one.used })
                    : words('account.passkeys.unused')}
                </p>
                <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
                  <Form method="post" noValidate className="flex flex-wrap items-end gap-3">
                    <input type="hidden" name="intent" value="rename" />
                    <input type="hidden" name="id" value={one.id} />
                    <TextField
                      name="name"
                      id={`name-${one.id}`}
                      width="date"
                      label={words('account.passkeys.newName')}
                      defaultValue={one.name}
                      autoComplete="off"
                    />
                    <Button
                      variant="outline"
                      aria-label={words('account.passkeys.renameOf', { name: one.name })}
                    >
                      {words('account.passkeys.rename')}
                    </Button>
                  </Form>
                  <Form method="post">
                    <input type="hidden" name="intent" value="remove" />
                    <input type="hidden" name="id" value={one.id} />
                    <Button
                      variant="plain"
                      aria-label={words('account.passkeys.removeOf', { name: one.name })}
                    >
                      {words('account.passkeys.remove')}
                    </Button>
                  </Form>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}
