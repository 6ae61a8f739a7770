import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { askOrder, helpedPerson } from '#app/people/credential-orders.server.ts';
import { accountOrderKinds } from '#app/people/credential-orders.ts';
import { recordAccountRead } from '#app/people/people-admin.server.ts';
import { emailField } from '#app/web/fields.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';

const told = z.string('errors.required').trim().min(3, 'errors.required').max(1_000, 'errors.tooLong');

const schema = z.discriminatedUnion('intent', [
  z.strictObject({ intent: z.literal('find'), email: emailField }),
  z.strictObject({
    intent: z.literal('ask'),
    person: z.uuid('errors.formUnreadable'),
    kind: z.enum(accountOrderKinds, 'errors.choose'),
    identityCheck: told,
    reason: told,
    newEmail: z.union([z.literal(''), emailField], 'errors.email'),
  }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'signInHelp.ask');
  requireFreshFactor(args, visit);
  const asked = new URL(args.request.url).searchParams.get('person');
  if (asked === null) return { person: null };
  const person = await helpedPerson(visit.world.db, { id: rowId(asked) });
  if (!person) throw notFound();
  await recordAccountRead(visit.world, { actor: visit.person, userId: person.id });
  const { id, displayName, email: address, role, disabledAt } = person;
  return {
    person: {
      id,
      displayName,
      email: address,
      role,
      isOpen: disabledAt === null,
      isOneself: id === visit.person.id,
    },
  };
}

const refusals: Record<
  Exclude<Extract<Awaited<ReturnType<typeof askOrder>>, { ok: false }>['refusal'], 'notFound'>,
  [field: string, message: MessageId]
> = {
  self: ['', 'errors.helpSubject'],
  subjectDisabled: ['', 'errors.helpAccountShut'],
  waitingAlready: ['', 'errors.helpWaitingAlready'],
  emailTaken: ['newEmail', 'errors.emailTaken'],
  sameEmail: ['newEmail', 'errors.emailSame'],
  emailNeedsReset: ['newEmail', 'errors.emailNeedsReset'],
};

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'signInHelp.ask');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'find') {
    const found = await helpedPerson(world.db, { email: value.email });
    // The address stays out of the address bar: the account's id goes there.
    if (found) return redirect(`/staff/sign-in-help/new?person=${found.id}`);
    return oneMistake('email', 'errors.noSuchAccount', { typed: { email: [value.email] } });
  }
  const { person: userId, kind, identityCheck, reason, newEmail } = value;
  const asked = await askOrder(world, {
    actor,
    userId,
    kind,
    identityCheck,
    reason,
    ...(newEmail ? { newEmail } : {}),
  });
  if (asked.ok) return redirect('/staff/sign-in-help?done=asked');
  if (asked.refusal === 'notFound') throw notFound();
  const [field, message] = refusals[asked.refusal];
  return oneMistake(field, message, {
    typed: { kind: [kind], identityCheck: [identityCheck], reason: [reason], newEmail: [newEmail] },
    status: field ? 400 : 409,
  });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.help.ask');

export default function AskForHelp() {
  const words = useWords();
  const { person } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const back = { to: '/staff/sign-in-help', label: words('crew.help.title') };
  if (!person) {
    return (
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader back={back} title={words('crew.help.ask')} lead={words('crew.help.findLead')} />
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="find" />
          <TextField
            name="email"
            type="email"
            autoComplete="off"
            spellCheck={false}
            label={words('crew.help.email')}
            error={mistakes.error('email')}
            defaultValue={mistakes.typed('email')}
          />
          <p>
            <Button>{words('crew.help.find')}</Button>
          </p>
        </Form>
      </div>
    );
  }
  const shut = person.isOneself
    ? words('errors.helpSubject')
    : person.isOpen
      ? null
      : words('errors.helpAccountShut');
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader back={back} title={words('crew.help.askFor', { name: person.displayName })} />
      <SummaryList
        rows={[
          { term: words('crew.people.name'), value: person.displayName },
          { term: words('crew.people.email'), value: person.email },
          { term: words('crew.people.role'), value: words(`officer.role.${person.role}`) },
        ]}
      />
      {shut ? (
        <p>{shut}</p>
      ) : (
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="ask" />
          <input type="hidden" name="person" value={person.id} />
          <ChoiceGroup
            type="radio"
            name="kind"
            legend={words('crew.help.kind')}
            error={mistakes.error('kind')}
            choices={accountOrderKinds.map((value) => ({
              value,
              label: words(`crew.help.kind.${value}`),
              hint: words(`crew.help.kindHint.${value}`),
            }))}
            chosen={mistakes.typed('kind')}
          />
          <TextArea
            name="identityCheck"
            rows={3}
            label={words('crew.help.identityCheck')}
            hint={words('crew.help.identityHint')}
            error={mistakes.error('identityCheck')}
            defaultValue={mistakes.typed('identityCheck')}
          />
          <TextArea
            name="reason"
            rows={3}
            label={words('crew.help.reason')}
            hint={words('crew.help.reasonHint')}
            error={mistakes.error('reason')}
            defaultValue={mistakes.typed('reason')}
          />
          <TextField
            name="newEmail"
            type="email"
            autoComplete="off"
            spellCheck={false}
            optional
            label={words('crew.help.newEmail')}
            hint={words('crew.help.newEmailHint')}
            error={mistakes.error('newEmail')}
            defaultValue={mistakes.typed('newEmail')}
          />
          <p className="flex flex-wrap gap-4">
            <Button>{words('crew.help.send')}</Button>
            <ButtonLink to="/staff/sign-in-help/new" variant="outline">
              {words('crew.help.another')}
            </ButtonLink>
          </p>
        </Form>
      )}
    </div>
  );
}
