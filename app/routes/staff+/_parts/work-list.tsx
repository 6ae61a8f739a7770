import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import type { WaitingLine, WorkLine } from './queue-view.server.ts';

/** What there is to do, a verb a line, each with how much of it and its earliest last day. */
export function WorkList({
  work,
  unmatched,
  people,
}: {
  work: WorkLine[];
  unmatched: number;
  people: { identity: WaitingLine; representatives: WaitingLine; mayDecide: boolean };
}) {
  const words = useWords();
  return (
    <section aria-labelledby="to-do">
      <h2 id="to-do" className="sr-only">
        {words('staff.work.heading')}
      </h2>
      <ul className="grid gap-x-8 gap-y-4 sm:grid-cols-2 lg:grid-cols-4">
        {work.map(({ kind, open, late, earliestDue }) => (
          <li key={kind} className="border-rule border-t pt-3">
            <h3>
              <Link to={`/staff?kind=${kind}`} className="reach">
                {words(`staff.work.${kind}`, { count: open })}
              </Link>
            </h3>
            <p className="text-muted">
              {earliestDue
                ? words('staff.work.earliest', { date: earliestDue })
                : words('staff.work.stopped', { count: open })}
            </p>
            {late > 0 && (
              <p className="text-late flex items-center gap-1.5 font-semibold">
                <Icon name="warning" />
                {words('staff.work.late', { count: late })}
              </p>
            )}
          </li>
        ))}
        <li className="border-rule border-t pt-3">
          <h3>{words('staff.work.sortOut', { count: unmatched })}</h3>
          <p className="text-muted">{words('staff.work.sortOutWhy', { count: unmatched })}</p>
        </li>
        {people.mayDecide && (
          <>
            <People to="/staff/identity" heading="staff.work.identity" waiting={people.identity} />
            <People
              to="/staff/representatives"
              heading="staff.work.representatives"
              waiting={people.representatives}
            />
          </>
        )}
        <li className="border-rule border-t pt-3">
          <h3>
            <Link to="/staff/patients" className="reach">
              {words('staff.work.findPatient')}
            </Link>
          </h3>
          <p className="text-muted">{words('staff.work.findPatientWhy')}</p>
        </li>
      </ul>
    </section>
  );
}

/** Decisions about people that wait. */
function People({
  to,
  heading,
  waiting,
}: {
  to: string;
  heading: 'staff.work.identity' | 'staff.work.representatives';
  waiting: WaitingLine;
}) {
  const words = useWords();
  return (
    <li className="border-rule border-t pt-3">
      <h3>
        <Link to={to} className="reach">
          {words(heading, { count: waiting.count })}
        </Link>
      </h3>
      <p className="text-muted">
        {waiting.oldest
          ? words('staff.work.waitsSince', { date: waiting.oldest })
          : words('staff.work.nobodyWaits')}
      </p>
    </li>
  );
}
