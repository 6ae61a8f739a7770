import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { FormField, RequestKind } from '#app/requests/kinds/kind.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { useMistakes } from '#app/web/mistakes.ts';

export interface IntakeProps {
  kind: RequestKind;
  companies: { slug: string; name: string }[];
  /** Of a taken-back "no": which there are. */
  inForce: { id: string; label: string }[];
  mistakes: ReturnType<typeof useMistakes>;
}

/** What the kind's own form asks, to be filled in from the paper or the call. */
export function IntakeFields(props: IntakeProps) {
  const { form } = kindDefinition(props.kind);
  if (form) return form.map((field) => <Asked key={field.name} {...props} field={field} />);
  switch (props.kind) {
    case 'accounting':
      return <Accounting {...props} />;
    case 'optOut':
      return <OptOut {...props} />;
    default:
      return <TakenBack {...props} />;
  }
}

function Asked({ field, mistakes, companies }: IntakeProps & { field: FormField }) {
  const words = useWords();
  const { name, input, label, hint, required, options = [] } = field;
  const common = {
    name,
    label: words(label),
    hint: hint && words(hint),
    error: mistakes.error(name),
    optional: !required,
    defaultValue: mistakes.typed(name),
  };
  if (input === 'words') return <TextArea {...common} />;
  if (input === 'choice')
    return (
      <ChoiceGroup
        type="radio"
        name={name}
        legend={words(label)}
        error={mistakes.error(name)}
        chosen={mistakes.chosen(name)}
        choices={options.map((option) => ({ value: option.value, label: words(option.label) }))}
      />
    );
  if (input === 'vendors')
    return (
      <Companies
        name={name}
        legend={words(label)}
        all={words('requests.recall.vendors.all')}
        companies={companies}
        mistakes={mistakes}
      />
    );
  return <TextField {...common} type={input === 'date' ? 'date' : 'text'} autoComplete="off" />;
}

function Companies({
  name,
  legend,
  all,
  companies,
  mistakes,
}: Pick<IntakeProps, 'companies' | 'mistakes'> & { name: string; legend: string; all: string }) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="radio"
        name={name}
        legend={legend}
        error={mistakes.error(name)}
        chosen={mistakes.chosen(name)}
        choices={[
          { value: 'all', label: all },
          { value: 'some', label: words('optOuts.ask.someCompanies') },
        ]}
      />
      <div className={mistakes.error('company') ? undefined : 'border-rule border-s-4 ps-4'}>
        <ChoiceGroup
          type="checkbox"
          name="company"
          legend={words('optOuts.ask.company')}
          error={mistakes.error('company')}
          chosen={mistakes.chosen('company')}
          choices={companies.map((company) => ({ value: company.slug, label: company.name }))}
        />
      </div>
    </>
  );
}

function Accounting({ mistakes }: IntakeProps) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="radio"
        name="window"
        legend={words('patient.accounting.window')}
        error={mistakes.error('window')}
        chosen={mistakes.chosen('window')}
        choices={[
          { value: 'sixYears', label: words('patient.accounting.sixYears') },
          { value: 'fromDate', label: words('patient.accounting.fromDate') },
        ]}
      />
      <TextField
        name="from"
        type="date"
        width="date"
        optional
        autoComplete="off"
        label={words('patient.accounting.from')}
        error={mistakes.error('from')}
        defaultValue={mistakes.typed('from')}
      />
    </>
  );
}

function OptOut({ companies, mistakes }: IntakeProps) {
  const words = useWords();
  return (
    <>
      <ChoiceGroup
        type="radio"
        name="everything"
        legend={words('optOuts.ask.everything')}
        error={mistakes.error('everything')}
        chosen={mistakes.chosen('everything')}
        choices={[
          { value: 'yes', label: words('optOuts.ask.yesAll') },
          { value: 'choose', label: words('intake.onlyThese') },
        ]}
      />
      <fieldset className="border-rule stack border-s-4 ps-4">
        <legend className="sr-only">{words('intake.onlyThese')}</legend>
        <ChoiceGroup
          type="checkbox"
          name="purpose"
          legend={words('optOuts.ask.purposes')}
          error={mistakes.error('purpose')}
          chosen={mistakes.chosen('purpose')}
          choices={[
            { value: 'aiTraining', label: words('optOuts.purpose.aiTraining') },
            { value: 'research', label: words('optOuts.purpose.research') },
            { value: 'commercialSharing', label: words('optOuts.purpose.commercialSharing') },
          ]}
        />
        <Companies
          name="companies"
          legend={words('optOuts.ask.companies')}
          all={words('optOuts.companies.all')}
          companies={companies}
          mistakes={mistakes}
        />
        <ChoiceGroup
          type="radio"
          name="withoutName"
          legend={words('optOuts.ask.name')}
          error={mistakes.error('withoutName')}
          chosen={mistakes.chosen('withoutName')}
          choices={[
            { value: 'stop', label: words('optOuts.ask.nameStop') },
            { value: 'allow', label: words('optOuts.ask.nameAllow') },
          ]}
        />
      </fieldset>
    </>
  );
}

function TakenBack({ inForce, mistakes }: IntakeProps) {
  const words = useWords();
  if (inForce.length === 0) return <p>{words('intake.nothingInForce')}</p>;
  return (
    <ChoiceGroup
      type="radio"
      name="optOut"
      legend={words('intake.whichNo')}
      error={mistakes.error('optOut')}
      chosen={mistakes.chosen('optOut')}
      choices={inForce.map(({ id, label }) => ({ value: id, label }))}
    />
  );
}
