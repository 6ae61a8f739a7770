import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import type { Chip, QueueView, SelectChoice } from './queue-view.server.ts';

/** A search is a form that is sent, not an address: names stay out of addresses and logs. */
export function SearchBox({ error, typed }: { error?: string; typed?: string }) {
  const words = useWords();
  return (
    <Form
      method="post"
      action="/staff?index"
      role="search"
      noValidate
      className="flex flex-wrap items-end gap-x-4 gap-y-2"
    >
      <input type="hidden" name="intent" value="search" />
      <div className="min-w-64 flex-1 sm:max-w-md">
        <TextField
          name="text"
          type="search"
          width="full"
          label={words('queue.search')}
          error={error}
          defaultValue={typed}
          autoComplete="off"
          spellCheck={false}
        />
      </div>
      <Button variant="outline">{words('queue.searchAct')}</Button>
    </Form>
  );
}

/** By when, and whose: each with how many requests it leads to. */
export function DueChips({ chips }: { chips: Chip[] }) {
  const words = useWords();
  return (
    <nav aria-label={words('staff.queue.tabs')} className="border-rule border-b">
      <ul className="flex flex-wrap gap-x-6">
        {chips.map(({ label, count, to, current }) => (
          <li key={label}>
            <Link to={to} aria-current={current ? 'page' : undefined} className="nav-link">
              {label}
              {count !== null && (
                <span className={count === 0 ? 'text-muted' : 'font-semibold tabular-nums'}>{count}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

/** The other filters: lists in a form whose address is the filter. */
export function Filters({ page }: { page: QueueView }) {
  const words = useWords();
  const { filter, choices, colleagues } = page;
  const { standing, due, risk, sort, dueOn, from, to } = filter;
  const kept = { standing, due, risk, sort, dueOn, from, to };
  const person = filter.assignee === 'me' || filter.assignee === 'nobody' ? filter.assignee : null;
  const isSet =
    filter.kind ??
    filter.status ??
    filter.channel ??
    filter.time ??
    filter.basis ??
    filter.answered ??
    (person ? null : filter.assignee);
  return (
    <details open={Boolean(isSet)} key={page.query}>
      <summary className="min-h-(--target) py-1 font-semibold">{words('queue.more')}</summary>
      <Form
        method="get"
        action="/staff"
        className="mt-2 grid items-end gap-x-4 gap-y-3 sm:grid-cols-2 lg:grid-cols-[repeat(4,minmax(0,1fr))_auto]"
      >
        {Object.entries(kept).map(
          ([name, value]) => value && <input key={name} type="hidden" name={name} value={value} />,
        )}
        <Select name="kind" label={words('queue.kind')} chosen={filter.kind} choices={choices.kind} />
        <Select name="status" label={words('queue.status')} chosen={filter.status} choices={choices.status} />
        <Select
          name="assignee"
          label={words('staff.column.owner')}
          chosen={filter.assignee}
          choices={[
            ...(person
              ? [{ value: person, label: words(person === 'me' ? 'queue.mine' : 'queue.nobodys') }]
              : []),
            ...colleagues.map(({ id, name }) => ({ value: id, label: name })),
          ]}
        />
        <Select
          name="channel"
          label={words('staff.fact.channel')}
          chosen={filter.channel}
          choices={choices.channel}
        />
        {standing === 'open' ? (
          <Select name="time" label={words('queue.time')} chosen={filter.time} choices={choices.time} />
        ) : (
          <Select
            name="answered"
            label={words('queue.answered')}
            chosen={filter.answered}
            choices={choices.answered}
          />
        )}
        {(standing === 'open' || filter.answered) && (
          <Select name="basis" label={words('queue.basis')} chosen={filter.basis} choices={choices.basis} />
        )}
        <Button variant="outline">{words('queue.show')}</Button>
      </Form>
    </details>
  );
}

function Select({
  name,
  label,
  chosen,
  choices,
}: {
  name: string;
  label: string;
  chosen: string | null;
  choices: SelectChoice[];
}) {
  const words = useWords();
  return (
    <SelectField
      name={name}
      id={`filter-${name}`}
      label={label}
      width="full"
      autoComplete="off"
      defaultValue={chosen ?? ''}
    >
      <option value="">{words('queue.any')}</option>
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </SelectField>
  );
}

/** What narrows the queue and has no list of its own. */
export function OnlyThese({ only }: Pick<QueueView, 'only'>) {
  const words = useWords();
  if (only.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-2">
      {only.map(({ what, without }) => (
        <li key={what}>
          {what}{' '}
          <Link to={without} className="reach">
            {words('queue.only.all')}
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Filters that somebody keeps under a name. */
export function KeptViews({
  views,
  query,
  error,
  typed,
}: Pick<QueueView, 'views' | 'query'> & { error?: string; typed?: string }) {
  const words = useWords();
  const formTo = `/staff?index${query ? `&${query}` : ''}`;
  return (
    <section aria-labelledby="views" className="border-rule stack border-t pt-4">
      <h3 id="views">{words('queue.views')}</h3>
      {views.length > 0 && (
        <ul className="flex flex-wrap gap-x-8 gap-y-2">
          {views.map((view) => (
            <li key={view.id} className="flex items-center gap-2 wrap-anywhere">
              <Link
                to={`/staff${view.query ? `?${view.query}` : ''}`}
                aria-current={view.current ? 'page' : undefined}
                className="reach"
              >
                {view.name}
              </Link>
              <Form method="post" action={formTo}>
                <input type="hidden" name="intent" value="dropView" />
                <Button
                  name="view"
                  value={view.id}
                  variant="plain"
                  aria-label={words('queue.dropOne', { name: view.name })}
                >
                  {words('queue.drop')}
                </Button>
              </Form>
            </li>
          ))}
        </ul>
      )}
      <Form method="post" action={formTo} noValidate className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <input type="hidden" name="intent" value="saveView" />
        <TextField
          name="name"
          label={words('queue.viewName')}
          hint={words('queue.viewHint')}
          error={error}
          defaultValue={typed}
          autoComplete="off"
          maxLength={60}
        />
        <Button variant="outline">{words('queue.keep')}</Button>
      </Form>
    </section>
  );
}
