import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

const lines = ['description', 'criteria', 'dataSent'] as const;
const parties = ['sponsor', 'researcher'] as const;
const contact = ['Name', 'Address', 'Phone'] as const;

/** A study on fifty people or more, with all that 45 CFR 164.528(b)(4) asks for. @param standing its newest version, by field name */
export function StudyForm({
  standing,
  version,
  vendors,
  mistakes,
}: {
  standing: Record<string, string>;
  version: number;
  vendors: readonly { id: string; name: string }[];
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  const field = (name: string) => ({
    name,
    error: mistakes.error(name),
    defaultValue: mistakes.any ? mistakes.typed(name) : standing[name],
    autoComplete: 'off',
  });
  return (
    <Form method="post" noValidate className="stack">
      <input type="hidden" name="version" value={version} />
      <TextField {...field('name')} label={words('ledger.studies.name')} />
      {lines.map((name) => (
        <TextArea key={name} {...field(name)} label={words(`ledger.studies.${name}`)} rows={3} />
      ))}
      <TextField {...field('firstOn')} type="date" width="date" label={words('ledger.studies.firstOn')} />
      <TextField
        {...field('lastOn')}
        type="date"
        width="date"
        label={words('ledger.studies.lastOn')}
        hint={words('ledger.studies.lastOnHint')}
      />
      <TextField
        {...field('people')}
        width="code"
        inputMode="numeric"
        label={words('ledger.studies.people')}
        hint={words('ledger.studies.peopleHint')}
      />
      <SelectField
        name="vendor"
        label={words('ledger.studies.vendor')}
        error={mistakes.error('vendor')}
        defaultValue={(mistakes.any ? mistakes.typed('vendor') : standing.vendor) ?? ''}
      >
        <option value="">{words('ledger.studies.noVendor')}</option>
        {vendors.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {parties.map((party) => (
        <fieldset key={party} className="stack">
          <legend className="font-semibold">{words(`ledger.studies.${party}`)}</legend>
          {contact.map((part) => (
            <TextField
              key={part}
              {...field(`${party}${part}`)}
              label={words(`ledger.studies.contact${part}`)}
            />
          ))}
        </fieldset>
      ))}
      {version > 0 && (
        <ChoiceGroup
          type="checkbox"
          name="withdrawn"
          legend={words('ledger.studies.listed')}
          choices={[{ value: 'yes', label: words('ledger.studies.withdrawn') }]}
          chosen={mistakes.any ? mistakes.typed('withdrawn') : standing.withdrawn}
        />
      )}
      <p>
        <Button>{words(version > 0 ? 'ledger.studies.save' : 'ledger.studies.new')}</Button>
      </p>
    </Form>
  );
}
