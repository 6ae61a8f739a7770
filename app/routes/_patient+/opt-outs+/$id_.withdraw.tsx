import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { stillCounts } from '#app/optouts/history.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { actingAs, actingField, isForAnother } from '#app/web/acting-field.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePatient, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { ChoiceFacts } from '../_parts/choice-list.tsx';
import { choosing } from '../_parts/choosing-view.server.ts';

const schema = z.strictObject({
  wordingVersion: z.literal(optOutWordingVersion, 'errors.formUnreadable'),
  submissionKey: z.uuid('errors.formUnreadable'),
  actingAs: actingField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { person, patientId, locale, now } = visit;
  const id = rowId(args.params.id);
  // Who may file but not see takes back only what they filed themselves.
  const { facility, history, register, studies, settings } = await choosing(visit);
  const optOut = history.find((one) => one.id === id);
  if (!optOut) throw notFound();
  // Taken back already: its receipt says so.
  if (optOut.withdrawnAt) throw redirect(`/requests/${optOut.requestId}`);
  const companies = new Map(register.map((vendor) => [vendor.id, vendor.name]));
  const names = new Map(studies.map(({ uid, name }) => [uid, name]));
  return {
    choice: optOutView(optOut, companies, { locale, timeZone: facility.timeZone, now, studies: names }),
    asksPermission: optOut.purposes.some((purpose) => settings.permission.includes(purpose)),
    // Filed under another number of the same person: were the records parted, it would count there again.
    elsewhere: optOut.patientId !== patientId,
    others: history.filter(
      (one) => one.id !== id && one.act === 'denied' && optOut.act === 'denied' && stillCounts(one, now),
    ).length,
    submissionKey: crypto.randomUUID(),
    actingAs: actingAs(person),
    wordingVersion: optOutWordingVersion,
  };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, locale } = await requirePatient(args, 'ownRequests.file');
  const optOutId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { submissionKey, wordingVersion } = form.value;
  if (isForAnother(form.value.actingAs, person))
    return oneMistake('', 'errors.otherPatient', { status: 409 });
  const submitted = await submitRequest(world, {
    actor: person,
    kind: 'optOutWithdrawal',
    details: { optOutId, wordingVersion },
    submissionKey,
    locale,
  });
  if (submitted.ok) return redirect(`/requests/${submitted.requestId}`);
  if (submitted.refusal === 'notFound') throw notFound();
  return oneMistake('', 'errors.alreadyWithdrawn', { status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, args.data?.choice.isYes ? 'optOuts.withdraw.yesTitle' : 'optOuts.withdraw.title');

export default function WithdrawOptOut() {
  const words = useWords();
  const {
    choice,
    others,
    submissionKey,
    wordingVersion,
    elsewhere,
    asksPermission,
    actingAs: forWhom,
  } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          title={words(choice.isYes ? 'optOuts.withdraw.yesTitle' : 'optOuts.withdraw.title')}
          lead={words('optOuts.withdraw.lead')}
          back={{ to: '/opt-outs', label: words('site.nav.optOuts') }}
        />
        <ChoiceFacts choice={choice} />
      </div>
      <section className="stack" aria-labelledby="again">
        <h2 id="again">{words('optOuts.withdraw.again')}</h2>
        <ul className="grid list-disc gap-2 ps-5">
          <li>{words(choice.isYes ? 'optOuts.withdraw.yesStops' : 'optOuts.withdraw.possible')}</li>
          {!choice.isYes && asksPermission && <li>{words('optOuts.withdraw.notPermitted')}</li>}
          {others > 0 && <li>{words('optOuts.withdraw.others', { count: others })}</li>}
          {elsewhere && !choice.isYes && <li>{words('optOuts.withdraw.elsewhere')}</li>}
          <li>{words('optOuts.withdraw.care')}</li>
          <li>{words('optOuts.withdraw.record')}</li>
          <li>{words(choice.isYes ? 'optOuts.withdraw.yesAnew' : 'optOuts.withdraw.anew')}</li>
        </ul>
        <p className="text-muted text-note">{words('optOuts.check.version', { version: wordingVersion })}</p>
        <Form method="post" noValidate className="mt-2 flex flex-wrap gap-4">
          <input type="hidden" name="wordingVersion" value={wordingVersion} />
          <input type="hidden" name="actingAs" value={forWhom} />
          <input type="hidden" name="submissionKey" value={submissionKey} />
          <Button>{words(choice.isYes ? 'optOuts.withdraw.yesSend' : 'optOuts.withdraw.send')}</Button>
          <ButtonLink to="/opt-outs" variant="outline">
            {words(choice.isYes ? 'optOuts.withdraw.yesKeep' : 'optOuts.withdraw.keep')}
          </ButtonLink>
        </Form>
      </section>
    </div>
  );
}
