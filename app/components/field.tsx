import {
  useState,
  type InputHTMLAttributes,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';
import { Button } from './button.tsx';
import { classNames } from './class-names.ts';
import { describedBy, FieldFrame, type FieldText } from './field-frame.tsx';
import { useScriptOnly } from './use-scripted.ts';
import { useWords } from './words.tsx';

export type { FieldText } from './field-frame.tsx';

const control =
  'border-line bg-bg text-text min-h-(--target) w-full rounded-sm border-2 px-3 py-1.5 aria-invalid:border-late';

/** How much a control expects; a box as long as its answer is a hint in itself. */
export type FieldWidth = 'full' | 'half' | 'date' | 'code';

const widths: Record<FieldWidth, string> = {
  full: 'max-w-full',
  half: 'max-w-md',
  date: 'max-w-52',
  code: 'max-w-44',
};

function split<Props extends FieldText>(props: Props) {
  const { name, id, label, hint, error, optional, labelIsHeading, ...rest } = props;
  return { field: { name, id, label, hint, error, optional, labelIsHeading }, rest };
}

type TextFieldProps = FieldText & { width?: FieldWidth } & Omit<
    InputHTMLAttributes<HTMLInputElement>,
    keyof FieldText | 'width'
  >;

/** One line of text, a date, a file. Takes every attribute of `<input>`; set `autoComplete` wherever it exists. */
export function TextField({ width = 'half', ...props }: TextFieldProps) {
  const { field, rest } = split(props);
  const { controlId, attributes } = describedBy(field);
  return (
    <FieldFrame field={field}>
      <input
        id={controlId}
        name={field.name}
        className={classNames(control, widths[width])}
        {...attributes}
        {...rest}
      />
    </FieldFrame>
  );
}

/**
 * A one-time code: one box, paste allowed, numbers on a phone's keyboard. The server ignores spaces.
 * @param props.alsoFromPaper codes from paper are longer, and have letters
 */
export function CodeField({
  alsoFromPaper = false,
  ...props
}: Omit<TextFieldProps, 'width' | 'type'> & { alsoFromPaper?: boolean }) {
  const { field, rest } = split(props);
  const { controlId, attributes } = describedBy(field);
  return (
    <FieldFrame field={field}>
      <input
        id={controlId}
        name={field.name}
        type="text"
        inputMode={alsoFromPaper ? 'text' : 'numeric'}
        autoComplete="one-time-code"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        className={classNames(
          control,
          alsoFromPaper ? widths.half : widths.code,
          'text-date py-2 tracking-[0.15em] tabular-nums',
        )}
        {...attributes}
        {...rest}
      />
    </FieldFrame>
  );
}

/** A password. With script it can be shown; paste and password managers always work. */
export function PasswordField({ width = 'half', ...props }: Omit<TextFieldProps, 'type'>) {
  const words = useWords();
  const { field, rest } = split(props);
  const { controlId, attributes } = describedBy(field);
  const scriptOnly = useScriptOnly();
  const [shown, setShown] = useState(false);
  return (
    <FieldFrame field={field}>
      <div className={classNames('flex flex-wrap gap-2', widths[width])}>
        <input
          id={controlId}
          name={field.name}
          type={shown ? 'text' : 'password'}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          className={classNames(control, 'min-w-48 flex-1 basis-0')}
          {...attributes}
          {...rest}
        />
        <Button
          type="button"
          variant="outline"
          className={scriptOnly}
          aria-controls={controlId}
          onClick={() => setShown(!shown)}
        >
          {shown ? words('site.field.hidePassword') : words('site.field.showPassword')}
        </Button>
      </div>
    </FieldFrame>
  );
}

export type TextAreaProps = FieldText & Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, keyof FieldText>;

export function TextArea({ rows = 5, ...props }: TextAreaProps) {
  const { field, rest } = split(props);
  const { controlId, attributes } = describedBy(field);
  return (
    <FieldFrame field={field}>
      <textarea id={controlId} name={field.name} rows={rows} className={control} {...attributes} {...rest} />
    </FieldFrame>
  );
}

type SelectFieldProps = FieldText & { width?: FieldWidth } & Omit<
    SelectHTMLAttributes<HTMLSelectElement>,
    keyof FieldText
  >;

/** A choice from a long list; `<option>`s are the children. For up to about seven choices use ChoiceGroup. */
export function SelectField({ width = 'half', children, ...props }: SelectFieldProps) {
  const { field, rest } = split(props);
  const { controlId, attributes } = describedBy(field);
  return (
    <FieldFrame field={field}>
      <select
        id={controlId}
        name={field.name}
        className={classNames(control, widths[width])}
        {...attributes}
        {...rest}
      >
        {children}
      </select>
    </FieldFrame>
  );
}
