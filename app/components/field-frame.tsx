import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useFieldLabel } from './field-labels.tsx';
import { Icon } from './icon.tsx';
import { useWords } from './words.tsx';

export interface FieldText {
  /** The name the form sends. */
  name: string;
  /** Element id; `name` when absent. An error summary links to it. */
  id?: string;
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and how to mend it, in the same words as in the error summary. */
  error?: string;
  /** Says "(optional)" after the label. Fields that must be filled carry no mark. */
  optional?: boolean;
  /** The label is the page's h1 (a page that asks one question). */
  labelIsHeading?: boolean;
}

/** The ids that tie a control to its hint and error, and the attributes that do it. */
export function describedBy({ id, name, hint, error }: Pick<FieldText, 'id' | 'name' | 'hint' | 'error'>) {
  const controlId = id ?? name;
  const hintId = hint ? `${controlId}-hint` : undefined;
  const errorId = error ? `${controlId}-error` : undefined;
  return {
    controlId,
    hintId,
    errorId,
    attributes: {
      'aria-describedby': [hintId, errorId].filter(Boolean).join(' ') || undefined,
      'aria-invalid': error ? (true as const) : undefined,
    },
  };
}

export function Hint({ id, children }: { id?: string; children: ReactNode }) {
  return (
    <div id={id} className="text-note text-muted max-w-measure wrap-anywhere">
      {children}
    </div>
  );
}

export function FieldError({ id, children }: { id?: string; children: ReactNode }) {
  const words = useWords();
  return (
    <p id={id} className="text-late flex gap-2 font-semibold">
      <Icon name="warning" className="mt-[0.2em]" />
      <span>
        <span className="sr-only">{words('site.field.error')} </span>
        {children}
      </span>
    </p>
  );
}

/** Label, hint and error around one control. */
export function FieldFrame({ field, children }: { field: FieldText; children: ReactNode }) {
  const words = useWords();
  const { controlId, hintId, errorId } = describedBy(field);
  useFieldLabel([controlId], field.label);
  const label = (
    <label
      htmlFor={controlId}
      className={classNames('block wrap-anywhere', !field.labelIsHeading && 'font-semibold')}
    >
      {field.label}
      {field.optional && <span className="text-muted font-normal"> {words('site.field.optional')}</span>}
    </label>
  );
  return (
    <div className={classNames('grid gap-1.5', field.error && 'border-late border-s-4 ps-4')}>
      {field.labelIsHeading ? <h1 className="mb-2">{label}</h1> : label}
      {field.hint && <Hint id={hintId}>{field.hint}</Hint>}
      {field.error && <FieldError id={errorId}>{field.error}</FieldError>}
      {children}
    </div>
  );
}
