import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { basisInWords, legalBases } from '#app/disclosures/accounting-words.ts';
import { can } from '#app/people/can.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { wordsFor } from '#app/words/words.ts';
import { FoundEntries } from '../_parts/ledger-entries.tsx';
import { searchedLedger } from '../_parts/ledger-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'disclosures.see');
  const words = wordsFor(locale);
  return {
    vendors: (await allVendors(world.db)).map(({ id, name }) => ({ id, name })),
    mayEnter: can(person.role, 'disclosures.enter'),
    seesImports: can(person.role, 'imports.see'),
    bases: legalBases.map((value) => ({ value, label: basisInWords(words, value) })),
  };
}

export async function action(args: ActionFunctionArgs) {
  return searchedLedger(args, await requirePerson(args, 'disclosures.see'));
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.list.title');

export default function Ledger() {
  const words = useWords();
  const { vendors, bases, mayEnter, seesImports } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const found = answer && 'entries' in answer ? answer : null;
  const typed = (name: 'number' | 'vendor' | 'study' | 'from' | 'to' | 'basis' | 'layer') =>
    found ? found.typed[name] : mistakes.typed(name);
  const field = (name: 'number' | 'study' | 'from' | 'to') => ({
    name,
    error: mistakes.error(name),
    defaultValue: typed(name),
    autoComplete: 'off',
    spellCheck: false,
  });
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        title={words('ledger.list.title')}
        lead={words('ledger.list.lead')}
        action={
          <div className="flex flex-wrap gap-3">
            {mayEnter && <ButtonLink to="/staff/disclosures/new">{words('entries.new.title')}</ButtonLink>}
            {seesImports && (
              <ButtonLink to="/staff/imports" variant="outline">
                {words('imports.title')}
              </ButtonLink>
            )}
            <ButtonLink to="/staff/disclosures/studies" variant="outline">
              {words('ledger.studies.title')}
            </ButtonLink>
          </div>
        }
      />
      <Form method="post" role="search" noValidate className="grid gap-4">
        <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
          <TextField {...field('number')} width="date" label={words('ledger.list.number')} />
          <SelectField
            name="vendor"
            label={words('ledger.list.vendor')}
            error={mistakes.error('vendor')}
            defaultValue={typed('vendor') ?? ''}
          >
            <option value="">{words('ledger.list.anyVendor')}</option>
            {vendors.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField {...field('study')} label={words('ledger.list.study')} />
          <TextField {...field('from')} type="date" width="date" label={words('ledger.list.from')} />
          <TextField {...field('to')} type="date" width="date" label={words('ledger.list.to')} />
          <SelectField
            name="basis"
            label={words('ledger.list.basis')}
            error={mistakes.error('basis')}
            defaultValue={typed('basis') ?? ''}
          >
            <option value="">{words('ledger.list.anyBasis')}</option>
            {bases.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
            <option value="none">{words('ledger.list.noBasis')}</option>
          </SelectField>
          <SelectField
            name="layer"
            label={words('ledger.list.which')}
            error={mistakes.error('layer')}
            defaultValue={typed('layer') ?? 'both'}
          >
            <option value="both">{words('ledger.list.bothLists')}</option>
            <option value="law">{words('ledger.list.law')}</option>
            <option value="also">{words('ledger.list.also')}</option>
          </SelectField>
        </div>
        <p>
          <Button>{words('ledger.list.search')}</Button>
        </p>
      </Form>
      {found && <FoundEntries found={found} />}
    </div>
  );
}
