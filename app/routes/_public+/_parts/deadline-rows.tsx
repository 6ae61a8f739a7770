import { SelectField, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { DeadlineForm } from './deadline-form.ts';

export interface RowFields {
  form: DeadlineForm;
  events: readonly { value: string; label: string }[];
  pauses: readonly { value: string; label: string }[];
  error: (name: string) => string | undefined;
}

/** When somebody was waited for: what for, from which day, until which. */
export function PauseRows({ form, pauses, error }: Pick<RowFields, 'form' | 'pauses' | 'error'>) {
  const words = useWords();
  return (
    <fieldset className="min-w-0">
      <legend className="font-semibold">{words('deadlines.form.pauses')}</legend>
      <p className="text-note text-muted max-w-measure">{words('deadlines.form.pausesHint')}</p>
      <ol className="mt-3 grid gap-5">
        {form.pauses.map((row, at) => {
          const n = at + 1;
          return (
            <li key={n} className="border-rule grid gap-3 border-t pt-3">
              <SelectField
                name={`pause${n}`}
                width="full"
                label={words('deadlines.form.pause', { n })}
                error={error(`pause${n}`)}
                defaultValue={row.reason}
              >
                <option value="">{words('deadlines.form.nothing')}</option>
                {pauses.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </SelectField>
              <div className="flex flex-wrap gap-x-6 gap-y-3">
                <TextField
                  name={`from${n}`}
                  type="date"
                  width="date"
                  label={words('deadlines.form.pauseFrom', { n })}
                  error={error(`from${n}`)}
                  defaultValue={row.from}
                />
                <TextField
                  name={`to${n}`}
                  type="date"
                  width="date"
                  optional
                  label={words('deadlines.form.pauseTo', { n })}
                  hint={words('deadlines.form.pauseToHint')}
                  error={error(`to${n}`)}
                  defaultValue={row.to}
                />
              </div>
            </li>
          );
        })}
      </ol>
    </fieldset>
  );
}

/** What happened since, a line for each. */
export function EventRows({ form, events, error }: Pick<RowFields, 'form' | 'events' | 'error'>) {
  const words = useWords();
  return (
    <fieldset className="min-w-0">
      <legend className="font-semibold">{words('deadlines.form.events')}</legend>
      <p className="text-note text-muted max-w-measure">{words('deadlines.form.eventsHint')}</p>
      <ol className="mt-3 grid gap-5">
        {form.rows.map((row, at) => {
          const n = at + 1;
          return (
            <li key={n} className="border-rule grid gap-3 border-t pt-3">
              <SelectField
                name={`event${n}`}
                width="full"
                label={words('deadlines.form.event', { n })}
                error={error(`event${n}`)}
                defaultValue={row.type}
              >
                <option value="">{words('deadlines.form.nothing')}</option>
                {events.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
              </SelectField>
              <div className="flex flex-wrap gap-x-6 gap-y-3">
                <TextField
                  name={`on${n}`}
                  type="date"
                  width="date"
                  label={words('deadlines.form.eventOn', { n })}
                  error={error(`on${n}`)}
                  defaultValue={row.on}
                />
                <TextField
                  name={`until${n}`}
                  type="date"
                  width="date"
                  optional
                  label={words('deadlines.form.eventUntil', { n })}
                  hint={words('deadlines.form.eventUntilHint')}
                  error={error(`until${n}`)}
                  defaultValue={row.until}
                />
              </div>
            </li>
          );
        })}
      </ol>
    </fieldset>
  );
}
