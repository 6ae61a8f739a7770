import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { CodeList } from '#app/components/shown-once.tsx';
import { useWords } from '#app/components/words.tsx';
import { codesLeft } from '#app/people/one-time-codes.server.ts';
import { makeRecoveryCodes } from '#app/people/recovery-codes.server.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';

const schema = z.strictObject({ intent: z.literal('make', 'errors.formUnreadable') });

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  return { left: (await codesLeft(visit.world.db, visit.person.id)).recovery };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'ownAccount.manage');
  requireFreshFactor(args, visit);
  const { world, person, session } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const codes = await orBusy(makeRecoveryCodes(world, { person, session }));
  return data({ codes, name: person.name });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'account.codes.title');

export default function RecoveryCodes() {
  const words = useWords();
  const { left } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const made = answer && 'codes' in answer ? answer : null;
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/account/security', label: words('account.security.title') }}
        title={words('account.codes.title')}
        lead={words('account.codes.lead')}
      />
      {made ? (
        <>
          <div className="no-print">
            <Notice tone="soon" icon="lock" heading={words('account.codes.once')}>
              <p>{words('account.codes.onceText')}</p>
              <p>
                <PrintButton>{words('account.codes.print')}</PrintButton>
              </p>
            </Notice>
          </div>
          <h2>{words('account.codes.of', { name: made.name })}</h2>
          <CodeList codes={made.codes} />
          <p className="no-print">
            <ButtonLink to="/account/security" variant="outline">
              {words('account.codes.kept')}
            </ButtonLink>
          </p>
        </>
      ) : (
        <>
          <p>{left === null ? words('account.codes.none') : words('account.codes.left', { count: left })}</p>
          {left !== null && <p>{words('account.codes.replaces')}</p>}
          <Form method="post">
            <input type="hidden" name="intent" value="make" />
            <Button>{words('account.codes.make')}</Button>
          </Form>
        </>
      )}
    </div>
  );
}
