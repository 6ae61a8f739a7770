import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { calendarChoices } from './deadline-form.ts';
import { EventRows, PauseRows, type RowFields } from './deadline-rows.tsx';
import type { RuleGroup } from './deadline-rules.tsx';

interface Fields extends RowFields {
  /** Something behind the fold was filled in, or is wrong. */
  isOpen: boolean;
  groups: readonly RuleGroup[];
}

/** What to count. It is sent with the address, so that the address repeats the count. */
export function DeadlineFields({ form, isOpen, groups, events, pauses, error }: Fields) {
  const words = useWords();
  return (
    <Form method="get" action="/deadlines" noValidate className="stack">
      <SelectField
        name="rule"
        width="full"
        label={words('deadlines.form.rule')}
        error={error('rule')}
        defaultValue={form.rule}
      >
        <option value="">{words('deadlines.form.choose')}</option>
        {groups.map(({ group, label, rules }) => (
          <optgroup key={group} label={label}>
            {rules.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </optgroup>
        ))}
      </SelectField>
      <TextField
        name="receivedOn"
        type="date"
        width="date"
        label={words('deadlines.form.receivedOn')}
        hint={words('deadlines.form.receivedOnHint')}
        error={error('receivedOn')}
        defaultValue={form.receivedOn}
        min="1900-01-01"
        max="2199-12-31"
      />
      <details open={isOpen}>
        <summary className="min-h-(--target) cursor-pointer py-2 font-semibold">
          {words('deadlines.form.more')}
        </summary>
        <div className="stack border-rule mt-2 border-s-2 ps-4 sm:ps-6">
          <TextField
            name="time"
            type="time"
            width="code"
            optional
            label={words('deadlines.form.receivedTime')}
            hint={words('deadlines.form.receivedTimeHint')}
            error={error('time')}
            defaultValue={form.time}
          />
          <TextField
            name="timeZone"
            label={words('deadlines.form.timeZone')}
            hint={words('deadlines.form.timeZoneHint')}
            error={error('timeZone')}
            defaultValue={form.timeZone}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
          />
          <ChoiceGroup
            type="radio"
            name="calendar"
            legend={words('deadlines.form.holidays')}
            error={error('calendar')}
            chosen={form.calendar}
            choices={calendarChoices.map((value) => ({
              value,
              label: words(`deadlines.form.holidays.${value}`),
            }))}
          />
          <TextArea
            name="days"
            rows={3}
            optional
            label={words('deadlines.form.days')}
            hint={words('deadlines.form.daysHint')}
            error={error('days')}
            defaultValue={form.days}
          />
          <PauseRows form={form} pauses={pauses} error={error} />
          <EventRows form={form} events={events} error={error} />
        </div>
      </details>
      <p>
        <Button>{words('deadlines.form.show')}</Button>
      </p>
    </Form>
  );
}
