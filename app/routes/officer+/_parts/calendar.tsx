import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';
import { LawTag } from '#app/components/law-tag.tsx';
import { useWords } from '#app/components/words.tsx';
import type { AgendaDay, CalendarView } from './calendar-view.server.ts';

/** A month as a table. A narrow screen has the agenda alone. */
export function MonthTable({ calendar }: { calendar: CalendarView }) {
  const words = useWords();
  return (
    <table className="border-rule hidden w-full table-fixed border-collapse border sm:table">
      <caption className="sr-only">{calendar.title}</caption>
      <thead>
        <tr>
          {calendar.weekdays.map(({ short, long }) => (
            <th
              key={long}
              scope="col"
              abbr={long}
              className="border-rule border p-1.5 text-start font-semibold"
            >
              {short}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {calendar.weeks.map((week, index) => (
          <tr key={index}>
            {week.map((day, weekday) => (
              <td
                key={weekday}
                className={`border-rule h-20 border p-1.5 align-top ${day ? '' : 'bg-surface'}`}
              >
                {day && (
                  <>
                    <span className={day.isToday ? 'font-bold' : 'text-muted'}>
                      {day.number}
                      {day.isToday && <span className="ms-1.5">{words('officer.horizon.today')}</span>}
                    </span>
                    <ul>
                      {day.items.map(({ id, reference, what }) => (
                        <li key={`${what}${id}`}>
                          <Link to={`/staff/requests/${id}`} className="reach whitespace-nowrap">
                            {reference}
                          </Link>
                        </li>
                      ))}
                      {day.more > 0 && (
                        <li>
                          <a href={`#day-${day.on}`} className="reach">
                            {words('officer.horizon.more', { count: day.more })}
                          </a>
                        </li>
                      )}
                    </ul>
                  </>
                )}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same days as a list, with kind, and law or promise. */
export function Agenda({ days }: { days: AgendaDay[] }) {
  const words = useWords();
  if (days.length === 0) return <p>{words('oversight.calendar.none')}</p>;
  return (
    <ol className="border-rule border-t">
      {days.map(({ on, day, standing, items }) => (
        <li
          key={on}
          id={`day-${on}`}
          className="border-rule grid max-w-full gap-x-6 gap-y-1 border-b py-3 sm:grid-cols-[minmax(14rem,1fr)_3fr]"
        >
          <h3 className="text-body">
            <time dateTime={on}>{day}</time>
            {standing !== 'mixed' && <Standing standing={standing} />}
          </h3>
          <ul className="grid gap-1">
            {items.map(({ id, reference, kind, what, basis, standing: own }) => (
              <li key={`${what}${id}`}>
                <Link to={`/staff/requests/${id}`} className="reach">
                  {reference}
                </Link>{' '}
                {kind} · {what === 'confirmation' && `${words('queue.next.confirmation')} · `}
                <LawTag basis={basis} />
                {standing === 'mixed' && <Standing standing={own} />}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

function Standing({ standing }: { standing: 'late' | 'today' | null }) {
  const words = useWords();
  if (!standing) return null;
  return (
    <span
      className={`${standing === 'late' ? 'text-late' : 'text-soon'} ms-2 inline-flex items-center gap-1.5 font-normal`}
    >
      <Icon name={standing === 'late' ? 'warning' : 'flag'} />
      {words(standing === 'late' ? 'officer.horizon.late' : 'officer.horizon.dueToday')}
    </span>
  );
}
