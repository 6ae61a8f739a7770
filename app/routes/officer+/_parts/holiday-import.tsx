import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

export interface Preview {
  calendar: string;
  calendarName: string;
  fresh: { on: string; name: string; date: string }[];
  known: number;
  leftOut: { name: string; why: string }[];
  leftOutMore: number;
}

/** What a file would add, before it does. */
export function ImportPreview({ preview }: { preview: Preview }) {
  const words = useWords();
  const { fresh, known, leftOut, leftOutMore, calendar, calendarName } = preview;
  return (
    <section className="stack" aria-labelledby="preview">
      <h2 id="preview">{words('settings.import.found', { fresh: fresh.length, known })}</h2>
      <p>{words('settings.import.into', { calendar: calendarName })}</p>
      {fresh.length > 0 && (
        <ul className="columns-1 gap-8 sm:columns-2">
          {fresh.map(({ on, name, date }) => (
            <li key={on} className="border-rule break-inside-avoid border-t py-2">
              <time dateTime={on} className="font-semibold">
                {date}
              </time>{' '}
              <span className="block">{name}</span>
            </li>
          ))}
        </ul>
      )}
      {leftOut.length > 0 && (
        <>
          <h3>{words('settings.import.leftOut', { count: leftOut.length + leftOutMore })}</h3>
          <ul className="grid gap-1">
            {leftOut.map(({ name, why }, at) => (
              <li key={`${at} ${name}`}>
                <b>{name || words('settings.import.noName')}</b>: {why}
              </li>
            ))}
            {leftOutMore > 0 && <li>{words('settings.import.leftOutMore', { count: leftOutMore })}</li>}
          </ul>
        </>
      )}
      {fresh.length > 0 && (
        <Form method="post" encType="multipart/form-data">
          <input type="hidden" name="calendar" value={calendar} />
          {fresh.map(({ on, name }) => (
            <input key={on} type="hidden" name="days" value={`${on} ${name}`} />
          ))}
          <Button name="intent" value="save">
            {words('settings.import.save', { count: fresh.length })}
          </Button>
        </Form>
      )}
    </section>
  );
}

export function ChooseFile({
  calendars,
  mistakes,
  again,
}: {
  calendars: readonly { value: string; label: string }[];
  mistakes: ReturnType<typeof useMistakes>;
  /** Another file than the one that is shown. */
  again: boolean;
}) {
  const words = useWords();
  return (
    <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-2xl">
      <TextField
        name="file"
        type="file"
        accept=".ics,text/calendar"
        label={words(again ? 'settings.import.otherFile' : 'settings.import.file')}
        hint={words('settings.import.fileHint')}
        error={mistakes.error('file')}
      />
      <SelectField
        name="calendar"
        label={words('settings.import.calendar')}
        hint={words('settings.import.calendarHint')}
        error={mistakes.error('calendar')}
        defaultValue={mistakes.typed('calendar')}
        autoComplete="off"
      >
        {calendars.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <p>
        <Button name="intent" value="look" variant={again ? 'outline' : 'act'}>
          {words('settings.import.look')}
        </Button>
      </p>
    </Form>
  );
}
