import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { describedBy, FieldError, Hint } from './field-frame.tsx';
import { useFieldLabel } from './field-labels.tsx';

export interface Choice {
  value: string;
  label: ReactNode;
  hint?: ReactNode;
  disabled?: boolean;
  /** The browser does not send the form without it. */
  required?: boolean;
}

export interface ChoiceGroupProps {
  type: 'radio' | 'checkbox';
  name: string;
  /** Id of the first choice, which an error summary links to; `name` when absent. */
  id?: string;
  legend: ReactNode;
  /** The legend is the page's h1 (a page that asks one question). */
  legendIsHeading?: boolean;
  hint?: ReactNode;
  error?: string;
  choices: readonly Choice[];
  /** Chosen before. Leave it out on a first visit: nothing is ticked for the reader. */
  chosen?: string | readonly string[];
  /** Side by side: for two short choices of equal weight. */
  inline?: boolean;
  /** Checkboxes only: each choice sends this name instead of the shared one. */
  nameOf?: (value: string) => string;
}

/** A question with a few answers: radios (one answer) or checkboxes (any number). */
export function ChoiceGroup(props: ChoiceGroupProps) {
  const { type, name, legend, legendIsHeading, hint, error, choices, chosen, inline, nameOf } = props;
  const { controlId, hintId, errorId, attributes } = describedBy(props);
  const idAt = (index: number) => (index === 0 ? controlId : `${controlId}-${index + 1}`);
  useFieldLabel(
    choices.map((_, index) => idAt(index)),
    legend,
  );
  const ticked = typeof chosen === 'string' ? [chosen] : (chosen ?? []);
  return (
    // The mark of an error is on a box around it: a fieldset draws its own border from the middle of its legend.
    <div className={error && 'border-late border-s-4 ps-4'}>
      <fieldset aria-describedby={attributes['aria-describedby']} className="min-w-0">
        <legend className={classNames('mb-1.5', !legendIsHeading && 'font-semibold')}>
          {legendIsHeading ? <h1 className="mb-2">{legend}</h1> : legend}
        </legend>
        {hint && <Hint id={hintId}>{hint}</Hint>}
        {error && <FieldError id={errorId}>{error}</FieldError>}
        <div className={classNames('mt-1.5 flex', inline ? 'flex-wrap gap-x-8 gap-y-1' : 'flex-col gap-1')}>
          {choices.map((choice, index) => {
            const id = idAt(index);
            const choiceHintId = choice.hint ? `${id}-choice-hint` : undefined;
            return (
              <div key={choice.value} className="grid grid-cols-[auto_1fr] gap-x-3">
                <input
                  type={type}
                  id={id}
                  name={nameOf ? nameOf(choice.value) : name}
                  value={choice.value}
                  defaultChecked={ticked.includes(choice.value)}
                  disabled={choice.disabled}
                  required={choice.required}
                  aria-describedby={choiceHintId}
                  className="mt-[calc((var(--target)-1.5rem)/2)] size-6 cursor-pointer"
                />
                <label
                  htmlFor={id}
                  className="flex min-h-(--target) cursor-pointer items-center py-1 leading-snug"
                >
                  <span>{choice.label}</span>
                </label>
                {choice.hint && (
                  <div
                    id={choiceHintId}
                    className="text-note text-muted col-start-2 -mt-1 max-w-measure pb-2"
                  >
                    {choice.hint}
                  </div>
                )}
              </div>
            );
          })}
        </div>
      </fieldset>
    </div>
  );
}
