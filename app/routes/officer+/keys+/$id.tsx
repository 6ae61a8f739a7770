import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { ShownOnce } from '#app/components/shown-once.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import {
  machineClients,
  revokeMachineClient,
  revokeMachineKey,
  rotateMachineKey,
} from '#app/people/machine-clients.server.ts';
import { mostKeySetLetters } from '#app/people/key-set.ts';
import { endKeySet, registerKeySet } from '#app/people/signing-keys.server.ts';
import { keyLife, keyOverlap } from '#app/people/machine-keys.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { tokenPath } from '#app/web/fhir/capability.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { typedNumber } from '#app/web/typed-number.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { KeyStateBadge } from '../_parts/key-state.tsx';
import { SigningKeys } from '../_parts/signing-keys.tsx';
import { programView } from '../_parts/keys-view.server.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('rotate'),
    overlap: typedNumber(0, keyOverlap.most, 'errors.keyOverlap'),
    days: typedNumber(1, keyLife.most, 'errors.keyDays'),
  }),
  z.strictObject({ intent: z.literal('revokeKey'), key: z.uuid('errors.formUnreadable') }),
  z.strictObject({ intent: z.literal('revoke') }),
  z.strictObject({
    intent: z.literal('registerKeySet'),
    keySet: z
      .string('errors.required')
      .trim()
      .min(1, 'errors.required')
      .max(mostKeySetLetters, 'errors.tooLong'),
    keySetDays: typedNumber(1, keyLife.most, 'errors.keyDays'),
  }),
  z.strictObject({ intent: z.literal('endKeySet') }),
]);

async function programOf(args: LoaderFunctionArgs, visit: Awaited<ReturnType<typeof requirePerson>>) {
  const id = rowId(args.params.id);
  const { world, locale, now } = visit;
  const [clients, { timeZone }] = await Promise.all([machineClients(world.db), theFacility(world.db)]);
  const client = clients.find((one) => one.id === id);
  if (!client) throw notFound();
  return { id, client, timeZone, program: programView(client, { now, timeZone, locale }) };
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'apiKeys.see');
  const mayManage = can(visit.person.role, 'apiKeys.manage');
  if (mayManage) requireFreshFactor(args, visit);
  const { program } = await programOf(args, visit);
  return {
    program,
    mayManage: mayManage && program.state !== 'revoked',
    usual: { days: keyLife.usual, overlap: keyOverlap.usual },
    most: { days: keyLife.most, overlap: keyOverlap.most },
    tokenAddress: `${visit.world.appOrigin}${tokenPath}`,
    done: new URL(args.request.url).searchParams.get('done'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'apiKeys.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor, locale, now } = visit;
  const { id, client, timeZone } = await programOf(args, visit);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'rotate') {
    const rotated = await rotateMachineKey(world.db, {
      client: { id },
      overlapDays: value.overlap,
      lifeDays: value.days,
      actor,
      now,
    });
    if (!rotated) return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
    return data({
      made: {
        key: rotated.key,
        until: dayOfInstantInWords(locale, rotated.expiresAt, timeZone),
        oldUntil: instantInWords(locale, rotated.overlapEndsAt, timeZone),
      },
    });
  }
  if (value.intent === 'registerKeySet') {
    const { keySet, keySetDays } = value;
    const registered = await registerKeySet(world.db, {
      clientId: id,
      text: keySet,
      lifeDays: keySetDays,
      actor,
      now,
    });
    if (registered.ok) return redirect(`/officer/keys/${id}?done=registered`);
    const { refusal } = registered;
    if (refusal === 'gone') return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
    // A private key is not sent back: pages are kept in more places than they should be.
    const typed = {
      ...(refusal === 'privateKey' ? {} : { keySet: [keySet] }),
      keySetDays: [`${keySetDays}`],
    };
    return oneMistake('keySet', `errors.keySet.${refusal}`, { typed });
  }
  if (value.intent === 'revokeKey' && !client.keys.some((key) => key.id === value.key)) throw notFound();
  const revoked =
    value.intent === 'revoke'
      ? await revokeMachineClient(world.db, { id, actor, now })
      : value.intent === 'endKeySet'
        ? await endKeySet(world.db, { clientId: id, actor, now })
        : await revokeMachineKey(world.db, { keyId: value.key, actor, now });
  if (!revoked) return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
  return redirect(`/officer/keys/${id}?done=revoked`);
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'crew.keys.titleOf', { values: { name: args.data?.program.name ?? '' } });

export default function Program() {
  const words = useWords();
  const { program, mayManage, usual, most, tokenAddress, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const made = answer && 'made' in answer ? answer.made : null;
  return (
    <div className="sections">
      <div className="stack">
        <Toast
          message={
            made
              ? null
              : done === 'revoked'
                ? words('crew.keys.revoked')
                : done === 'registered'
                  ? words('crew.keySet.saved')
                  : null
          }
        />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer/keys', label: words('crew.keys.title') }}
          title={program.name}
          status={<KeyStateBadge state={program.state} />}
        />
        {made && (
          <ShownOnce label={words('crew.keys.key')} secret={made.key}>
            {`${words('crew.keys.keep', { date: made.until })} ${words('crew.keys.oldUntil', { date: made.oldUntil })}`}
          </ShownOnce>
        )}
        <SummaryList
          rows={[
            { term: words('crew.keys.may'), value: program.scopes.join(' · ') },
            { term: words('crew.keys.vendor'), value: program.vendor ?? words('crew.keys.own') },
            {
              term: words('crew.keys.networks'),
              value: program.networks.join(' · ') || words('crew.keys.everywhere'),
            },
            ...(program.sources ? [{ term: words('crew.keys.reportsFor'), value: program.sources }] : []),
          ]}
        />
      </div>
      <section className="stack" aria-labelledby="keys">
        <h2 id="keys">{words('crew.keys.keys')}</h2>
        <DataTable
          caption={words('crew.keys.keys')}
          captionHidden
          rows={program.keys}
          rowKey={({ id }) => id}
          columns={[
            { key: 'made', header: words('crew.keys.madeAt'), rowHeader: true, cell: (key) => key.made },
            {
              key: 'state',
              header: words('crew.keys.state'),
              cell: ({ state }) => <KeyStateBadge state={state} />,
            },
            { key: 'ends', header: words('crew.keys.ends'), cell: ({ ends }) => ends ?? '–' },
            {
              key: 'lastUsed',
              header: words('crew.keys.lastUsed'),
              cell: ({ lastUsed }) => lastUsed ?? words('crew.keys.neverUsed'),
            },
            {
              key: 'revoke',
              header: words('crew.keys.revokeKey'),
              headerHidden: true,
              cell: (key) =>
                mayManage &&
                (key.state === 'inUse' || key.state === 'ending') && (
                  <Form method="post">
                    <input type="hidden" name="intent" value="revokeKey" />
                    <input type="hidden" name="key" value={key.id} />
                    <Button variant="plain" aria-label={words('crew.keys.revokeKeyOf', { made: key.made })}>
                      {words('crew.keys.revokeKey')}
                    </Button>
                  </Form>
                ),
            },
          ]}
        />
      </section>
      <SigningKeys
        program={program}
        tokenAddress={tokenAddress}
        mayManage={mayManage}
        mistakes={mistakes}
        usualDays={usual.days}
        mostDays={most.days}
      />
      {mayManage && (
        <>
          <section className="stack" aria-labelledby="renew">
            <h2 id="renew">{words('crew.keys.renew')}</h2>
            <p className="max-w-measure">{words('crew.keys.renewHint')}</p>
            <Form method="post" noValidate className="stack">
              <input type="hidden" name="intent" value="rotate" />
              <div className="flex flex-wrap gap-6">
                <TextField
                  name="overlap"
                  width="code"
                  inputMode="numeric"
                  label={words('crew.keys.overlap')}
                  hint={words('crew.keys.overlapHint', { most: most.overlap })}
                  error={mistakes.error('overlap')}
                  defaultValue={mistakes.typed('overlap') ?? `${usual.overlap}`}
                  autoComplete="off"
                />
                <TextField
                  name="days"
                  width="code"
                  inputMode="numeric"
                  label={words('crew.keys.days')}
                  hint={words('crew.keys.daysHint', { most: most.days })}
                  error={mistakes.error('days')}
                  defaultValue={mistakes.typed('days') ?? `${usual.days}`}
                  autoComplete="off"
                />
              </div>
              <p>
                <Button variant="outline">{words('crew.keys.makeNew')}</Button>
              </p>
            </Form>
          </section>
          <section className="stack" aria-labelledby="end">
            <h2 id="end">{words('crew.keys.end')}</h2>
            <p className="max-w-measure">{words('crew.keys.endHint')}</p>
            <Form method="post">
              <input type="hidden" name="intent" value="revoke" />
              <Button variant="danger">{words('crew.keys.revokeAll')}</Button>
            </Form>
          </section>
        </>
      )}
    </div>
  );
}
