import type { Place } from '#app/clocks/jurisdictions.ts';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { optOutPurposes, type OptOutPurpose } from '#app/optouts/purposes.ts';
import type { StudyView } from '#app/web/present-studies.server.ts';
import { formIn } from '#app/requests/kinds/asked-form.ts';
import type { FormField } from '#app/requests/kinds/kind.ts';
import { kindDefinition, type RequestKind } from '#app/requests/kinds/registry.ts';
import type { useMistakes } from '#app/web/mistakes.ts';

export interface IntakeProps {
  kind: RequestKind;
  /** Whose law the facility's patients have their rights by. */
  place: Place;
  companies: { slug: string; name: string }[];
  /** The patient's, as far as the ledger knows them. */
  studies: readonly StudyView[];
  /** What the facility asks a "yes" for. */
  permission: readonly OptOutPurpose[];
  /** Of a taken-back "no": which there are. */
  inForce: { id: string; label: string }[];
  mistakes: ReturnType<typeof useMistakes>;
}

/** What the kind's own form asks, to be filled in from the paper or the call. */
export function IntakeFields(props: IntakeProps) {
  const { form } = kindDefinition(props.kind);
  if (form)
    return formIn(props.place, form).map((field) => <Asked key={field.name} {...props} field={field} />);
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

function OptOut({ companies, studies, permission, mistakes }: IntakeProps) {
  const words = useWords();
  return (
    <>
      {permission.length > 0 && (
        <ChoiceGroup
          type="radio"
          name="say"
          legend={words('intake.say')}
          hint={words('intake.sayHint', {
            uses: permission.map((one) => words(`optOuts.purpose.${one}`)).join(', '),
          })}
          error={mistakes.error('say')}
          chosen={mistakes.chosen('say')}
          choices={[
            { value: 'no', label: words('intake.say.no') },
            { value: 'yes', label: words('intake.say.yes') },
          ]}
        />
      )}
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
          choices={optOutPurposes.map((value) => ({ value, label: words(`optOuts.purpose.${value}`) }))}
        />
        <Companies
          name="companies"
          legend={words('optOuts.ask.companies')}
          all={words('optOuts.companies.all')}
          companies={companies}
          mistakes={mistakes}
        />
        {studies.length > 0 && (
          <>
            <ChoiceGroup
              type="radio"
              name="studies"
              legend={words('optOuts.fact.studies')}
              error={mistakes.error('studies')}
              chosen={mistakes.chosen('studies')}
              choices={[
                { value: 'all', label: words('intake.allStudies') },
                { value: 'some', label: words('intake.someStudies') },
              ]}
            />
            <ChoiceGroup
              type="checkbox"
              name="study"
              legend={words('optOuts.ask.study')}
              error={mistakes.error('study')}
              chosen={mistakes.chosen('study')}
              choices={studies.map(({ uid, name }) => ({ value: uid, label: name }))}
            />
          </>
        )}
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
