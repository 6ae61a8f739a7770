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
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { reportingSources } from '#app/disclosures/sources.server.ts';
import { machineScopes } from '#app/people/can.ts';
import { mayReport, typedSources } from '#app/people/key-sources.ts';
import { keyLife } from '#app/people/machine-keys.ts';
import { typedNetworks } from '#app/people/networks.ts';
import { hasSecondOfficer } from '#app/people/officer-orders-reading.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { typedNumber } from '#app/web/typed-number.ts';
import { wordsFor } from '#app/words/words.ts';
import { scopeInWords } from '../_parts/keys-view.server.ts';
import { OrderReason } from '../_parts/order-reason.tsx';
import { orderRefusals } from '../_parts/order-words.ts';

const schema = z.strictObject({
  name: z
    .string('errors.required')
    .trim()
    .min(1, 'errors.required')
    .max(100, 'errors.tooLong')
    .regex(/^[^\p{Cc}]*$/u, 'errors.required'),
  scopes: z.array(z.enum(machineScopes, 'errors.formUnreadable')).min(1, 'errors.chooseAtLeastOne'),
  vendor: z.union([z.literal(''), z.uuid()], 'errors.choose'),
  days: typedNumber(1, keyLife.most, 'errors.keyDays'),
  networks: z
    .string()
    .max(1_000, 'errors.tooLong')
    .default('')
    .refine((text) => typedNetworks(text) !== null, 'errors.keyNetworks'),
  reportsFor: z.enum(['any', 'only'], 'errors.choose').optional(),
  sources: z
    .string()
    .max(5_000, 'errors.tooLong')
    .default('')
    .refine((text) => typedSources(text) !== null, 'errors.keySources'),
  reason: z.string('errors.required').trim().min(3, 'errors.required').max(1_000, 'errors.tooLong'),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'apiKeys.manage');
  requireFreshFactor(args, visit);
  const words = wordsFor(visit.locale);
  return {
    vendors: (await allVendors(visit.world.db)).map(({ id, name }) => ({ id, name })),
    scopes: machineScopes.map((value) => ({ value, label: scopeInWords(value, words) })),
    sources: await sourcesOf(visit.world.db),
    isAlone: !(await hasSecondOfficer(visit.world.db, visit.person.id)),
    usualDays: keyLife.usual,
    mostDays: keyLife.most,
  };
}

/** What reported before, to be copied from: each as its reports name it. */
async function sourcesOf(db: Visit['world']['db']): Promise<string[]> {
  return (await reportingSources(db)).map(({ auditSourceId }) => inPlainSight(auditSourceId));
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'apiKeys.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const form = await readForm(args, { schema, lists: ['scopes'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { name, scopes, vendor, days, networks, reportsFor, sources, reason } = form.value;
  const typed = {
    name: [name],
    scopes,
    vendor: [vendor],
    days: [`${days}`],
    networks: [networks],
    ...(reportsFor ? { reportsFor: [reportsFor] } : {}),
    sources: [sources],
    reason: [reason],
  };
  // Whose reports a key may bring is chosen, and not left open by leaving a field empty.
  const named = typedSources(sources) ?? [];
  if (mayReport(scopes) && !reportsFor) return oneMistake('reportsFor', 'errors.choose', { typed });
  if (reportsFor === 'only' && named.length === 0)
    return oneMistake('sources', 'errors.keySources', { typed });
  if (reportsFor !== 'only' && named.length > 0)
    return oneMistake('reportsFor', 'errors.keySourcesNamed', { typed });
  const content = {
    kind: 'key' as const,
    name,
    scopes: [...new Set(scopes)],
    vendorId: vendor || null,
    days,
    networks: typedNetworks(networks) ?? [],
    sources: named,
  };
  const asked = await askOfficerOrder(world, { actor, content, reason });
  if (asked.ok) return redirect('/officer/orders?done=asked');
  if (asked.refusal === 'notFound') throw notFound();
  if (asked.refusal === 'nameTaken') return oneMistake('name', 'errors.keyNameTaken', { typed });
  if (asked.refusal === 'vendorScopes') return oneMistake('vendor', 'errors.keyVendorScopes', { typed });
  return oneMistake('', orderRefusals[asked.refusal], { typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.keys.new');

export default function NewKey() {
  const words = useWords();
  const { vendors, scopes, sources, isAlone, usualDays, mostDays } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const back = { to: '/officer/keys', label: words('crew.keys.title') };
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader back={back} title={words('crew.keys.new')} lead={words('crew.keys.newLead')} />
      <Form method="post" noValidate className="stack">
        <TextField
          name="name"
          label={words('crew.keys.name')}
          hint={words('crew.keys.nameHint')}
          error={mistakes.error('name')}
          defaultValue={mistakes.typed('name')}
          autoComplete="off"
        />
        <ChoiceGroup
          type="checkbox"
          name="scopes"
          legend={words('crew.keys.scopes')}
          error={mistakes.error('scopes')}
          choices={scopes}
          chosen={mistakes.chosen('scopes')}
        />
        <SelectField
          name="vendor"
          label={words('crew.keys.whose')}
          hint={words('crew.keys.whoseHint')}
          error={mistakes.error('vendor')}
          defaultValue={mistakes.typed('vendor') ?? ''}
        >
          <option value="">{words('crew.keys.own')}</option>
          {vendors.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <TextField
          name="days"
          width="code"
          inputMode="numeric"
          label={words('crew.keys.days')}
          hint={words('crew.keys.daysHint', { most: mostDays })}
          error={mistakes.error('days')}
          defaultValue={mistakes.typed('days') ?? `${usualDays}`}
          autoComplete="off"
        />
        <TextField
          name="networks"
          optional
          label={words('crew.keys.networks')}
          hint={words('crew.keys.networksHint')}
          error={mistakes.error('networks')}
          defaultValue={mistakes.typed('networks')}
          autoComplete="off"
          spellCheck={false}
        />
        <ChoiceGroup
          type="radio"
          name="reportsFor"
          legend={words('crew.keys.reportsFor')}
          hint={words('crew.keys.reportsForHint')}
          error={mistakes.error('reportsFor')}
          choices={[
            { value: 'only', label: words('crew.keys.onlySources') },
            { value: 'any', label: words('crew.keys.anySource') },
          ]}
          chosen={mistakes.chosen('reportsFor')}
        />
        <TextArea
          name="sources"
          optional
          label={words('crew.keys.sources')}
          hint={
            sources.length > 0
              ? words('crew.keys.sourcesHint', { names: sources.slice(0, 12).join(' · ') })
              : words('crew.keys.sourcesHintNone')
          }
          error={mistakes.error('sources')}
          defaultValue={mistakes.typed('sources')}
          rows={3}
          spellCheck={false}
        />
        <OrderReason mistakes={mistakes} isAlone={isAlone} />
        <p className="flex flex-wrap gap-4">
          <Button>{words('crew.orders.ask')}</Button>
          <ButtonLink to="/officer/keys" variant="outline">
            {words('crew.keys.cancel')}
          </ButtonLink>
        </p>
      </Form>
    </div>
  );
}
