import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { DecisionKind, GroupKind } from '#app/disclosures/matching.ts';
import type { useMistakes } from '#app/web/mistakes.ts';

interface DecideFormProps {
  group: {
    kind: GroupKind;
    count: number;
    choices: DecisionKind[];
    vendors: { id: string; name: string }[];
    validFrom: string;
    issuer: string;
  };
  mistakes: ReturnType<typeof useMistakes>;
}

/** What a group is: nothing is decided before its effect was shown. */
export function DecideForm({ group, mistakes }: DecideFormProps) {
  const words = useWords();
  const offers = (kind: DecisionKind) => group.choices.includes(kind);
  const labelOf = (kind: DecisionKind) =>
    kind === 'setAside' && group.kind === 'quarantined'
      ? words('matching.choice.setAsideNow')
      : kind === 'patientIdentifier' && group.kind === 'patientContradicted'
        ? words('matching.choice.samePatient')
        : words(`matching.choice.${kind}`);
  return (
    <Form method="post" noValidate className="stack gap-y-6" aria-labelledby="decide">
      <h2 id="decide">{words('matching.decide', { count: group.count })}</h2>
      <ChoiceGroup
        type="radio"
        name="kind"
        legend={words('matching.choice')}
        error={mistakes.error('kind')}
        chosen={mistakes.chosen('kind')}
        choices={group.choices.map((value) => ({ value, label: labelOf(value) }))}
      />
      {offers('vendorEndpoint') ? (
        <>
          <SelectField
            name="vendor"
            label={words('matching.vendor')}
            error={mistakes.error('vendor')}
            defaultValue={mistakes.typed('vendor') ?? ''}
          >
            <option value="">{words('matching.vendorNone')}</option>
            {group.vendors.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            name="validFrom"
            type="date"
            width="date"
            label={words('matching.validFrom')}
            hint={words('matching.validFromHint')}
            error={mistakes.error('validFrom')}
            defaultValue={mistakes.typed('validFrom') ?? group.validFrom}
          />
        </>
      ) : (
        <>
          <input type="hidden" name="vendor" value="" />
          <input type="hidden" name="validFrom" value="" />
        </>
      )}
      {offers('patientIdentifier') ? (
        <TextField
          name="number"
          label={words('matching.patientNumber')}
          hint={words('matching.patientNumberHint', { issuer: group.issuer })}
          error={mistakes.error('number')}
          defaultValue={mistakes.typed('number')}
          autoComplete="off"
        />
      ) : (
        <input type="hidden" name="number" value="" />
      )}
      {offers('sourceIssuer') ? (
        <TextField
          name="issuer"
          label={words('matching.issuer')}
          hint={words('matching.issuerHint')}
          error={mistakes.error('issuer')}
          defaultValue={mistakes.typed('issuer') ?? group.issuer}
          autoComplete="off"
        />
      ) : (
        <input type="hidden" name="issuer" value="" />
      )}
      <TextArea
        name="reason"
        rows={3}
        label={words('records.reason.label')}
        error={mistakes.error('reason')}
        defaultValue={mistakes.typed('reason')}
      />
      <div>
        <Button name="intent" value="show">
          {words('matching.show')}
        </Button>
      </div>
    </Form>
  );
}

/** For what was put right elsewhere. */
export function TryAgainForm() {
  const words = useWords();
  return (
    <Form method="post" className="stack" aria-labelledby="again">
      <h2 id="again">{words('matching.again')}</h2>
      <p>{words('matching.againWhy')}</p>
      <div>
        <Button variant="outline" name="intent" value="tryAgain">
          {words('matching.tryAgain')}
        </Button>
      </div>
    </Form>
  );
}

interface EffectFormProps {
  effect: {
    waiting: number;
    tried: number;
    settled: number;
    added: number;
    fields: Record<string, string>;
  };
}

/** What a decision does, found by trying it, and the button that makes it. */
export function EffectForm({ effect }: EffectFormProps) {
  const words = useWords();
  const { waiting, tried, settled, added, fields } = effect;
  return (
    <Form method="post" className="stack">
      <p>{words('matching.effectCount', { settled, tried, added })}</p>
      {settled === 0 && <p className="font-semibold">{words('matching.effectNothing')}</p>}
      {waiting > tried && <p>{words('matching.effectMore', { tried, waiting })}</p>}
      <p className="text-muted">{words('matching.effectUndo')}</p>
      {Object.entries(fields).map(([name, value]) =>
        name === 'intent' ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
      <div>
        <Button name="intent" value="decide">
          {words('matching.confirm')}
        </Button>
      </div>
    </Form>
  );
}
