import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { useWords } from '#app/components/words.tsx';
import { homeOf } from '#app/people/can.ts';
import { codesLeft } from '#app/people/one-time-codes.server.ts';
import { makeRecoveryCodes } from '#app/people/recovery-codes.server.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({
  intent: z.enum(['show', 'kept'], 'errors.formUnreadable'),
  kept: z.literal('yes', 'errors.choose').optional(),
});

/** Patients without a record say who they are next. */
const nextOf = ({ role, patientId }: Person) =>
  role === 'patient' && !patientId ? '/welcome' : homeOf(role);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { recovery } = await codesLeft(visit.world.db, visit.person.id);
  // They were shown: once.
  if (recovery !== null && new URL(args.request.url).searchParams.get('again') !== 'yes')
    throw redirect(nextOf(visit.person));
  return { next: nextOf(visit.person) };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { world, person, session } = visit;
  if (form.value.intent === 'kept') {
    if (form.value.kept !== 'yes') return oneMistake('', 'signUp.codes.notKept');
    return redirect(nextOf(person));
  }
  return data({ codes: await orBusy(makeRecoveryCodes(world, { person, session })) });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'signUp.codes.title');

export default function SignUpCodes() {
  const words = useWords();
  const { next } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  if (answer && 'codes' in answer) return <Codes codes={answer.codes} />;
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <p role="status">{words('signUp.codes.opened')}</p>
      <PageHeader title={words('signUp.codes.title')} lead={words('signUp.codes.lead')} />
      <Form method="post" action="/sign-up/codes?again=yes">
        <Button name="intent" value="show">
          {words('signUp.codes.show')}
        </Button>
      </Form>
      <p>
        <Link to={next} className="inline-flex min-h-(--target) items-center">
          {words('signUp.codes.later')}
        </Link>
      </p>
    </div>
  );
}

function Codes({ codes }: { codes: string[] }) {
  const words = useWords();
  return (
    <div className="stack">
      <PageHeader title={words('signUp.codes.title')} lead={words('signUp.codes.how')} />
      <h2 className="text-h3">{words('signUp.codes.list')}</h2>
      <ol className="grid list-decimal gap-x-8 gap-y-1 ps-8 sm:max-w-xl sm:grid-cols-2">
        {codes.map((code) => (
          <li key={code}>
            <code className="text-[1.1em] font-semibold whitespace-nowrap">{code}</code>
          </li>
        ))}
      </ol>
      <p className="no-print">
        <PrintButton variant="outline">{words('signUp.codes.print')}</PrintButton>
      </p>
      {/* Here the browser asks for the tick: once the form is sent, the codes are gone from the page. */}
      <Form method="post" action="/sign-up/codes?again=yes" className="stack">
        <ChoiceGroup
          type="checkbox"
          name="kept"
          legend={words('signUp.codes.tick')}
          choices={[{ value: 'yes', label: words('signUp.codes.kept'), required: true }]}
        />
        <p>
          <Button name="intent" value="kept">
            {words('signUp.continue')}
          </Button>
        </p>
      </Form>
    </div>
  );
}
