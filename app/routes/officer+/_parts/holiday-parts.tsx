import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';

export interface HolidayRow {
  calendar: string;
  calendarName: string;
  on: string;
  date: string;
  name: string;
}

/** The holidays of a year; whoever may, takes one out with its button. */
export function HolidayTable({
  days,
  year,
  mayManage,
}: {
  days: readonly HolidayRow[];
  year: number;
  mayManage: boolean;
}) {
  const words = useWords();
  return (
    <DataTable
      caption={words('settings.holidays.year', { year: `${year}` })}
      captionHidden
      rows={days}
      rowKey={({ calendar, on }) => `${on} ${calendar}`}
      empty={
        <EmptyState title={words('settings.holidays.none', { year: `${year}` })} headingLevel={3}>
          {words('settings.holidays.noneWhy')}
        </EmptyState>
      }
      columns={[
        {
          key: 'date',
          header: words('settings.holidays.date'),
          rowHeader: true,
          cell: ({ on, date }) => <time dateTime={on}>{date}</time>,
        },
        { key: 'name', header: words('settings.holidays.name'), cell: ({ name }) => name },
        {
          key: 'calendar',
          header: words('settings.holidays.calendar'),
          cell: ({ calendarName }) => calendarName,
        },
        ...(mayManage
          ? [
              {
                key: 'remove',
                header: words('settings.holidays.remove'),
                headerHidden: true,
                cell: ({ calendar, on, date }: HolidayRow) => (
                  <Form method="post">
                    <input type="hidden" name="calendar" value={calendar} />
                    <input type="hidden" name="on" value={on} />
                    <Button variant="plain" name="intent" value="remove" className="-my-1.5 px-0">
                      {words('settings.holidays.remove')}
                      <span className="sr-only"> {date}</span>
                    </Button>
                  </Form>
                ),
              },
            ]
          : []),
      ]}
    />
  );
}

export function AddHoliday({
  calendars,
  mistakes,
}: {
  calendars: readonly { value: string; label: string }[];
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="flex flex-wrap items-end gap-4">
      <TextField
        name="on"
        type="date"
        width="date"
        label={words('settings.holidays.date')}
        error={mistakes.error('on')}
        defaultValue={mistakes.typed('on')}
      />
      <TextField
        name="name"
        label={words('settings.holidays.name')}
        error={mistakes.error('name')}
        defaultValue={mistakes.typed('name')}
        autoComplete="off"
      />
      <SelectField
        name="calendar"
        label={words('settings.holidays.calendar')}
        error={mistakes.error('calendar')}
        defaultValue={mistakes.typed('calendar')}
      >
        {calendars.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      <Button name="intent" value="add">
        {words('settings.holidays.addOne')}
      </Button>
    </Form>
  );
}
