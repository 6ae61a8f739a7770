import { Link } from '@remix-run/react';
import { Icon } from '#app/components/icon.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { DeadlineCounts } from '#app/requests/oversight.server.ts';
import type { MessageId } from '#app/words/words.ts';
import type { BeatView } from './oversight-view.server.ts';

const numbers = [
  { count: 'overdue', to: '/staff?due=overdue', label: 'oversight.glance.overdue', tone: 'text-late' },
  { count: 'today', to: '/staff?due=today', label: 'oversight.glance.today', tone: 'text-soon' },
  { count: 'week', to: '/staff?due=week', label: 'oversight.glance.week', tone: '' },
  { count: 'atRisk', to: '/staff?risk=atRisk', label: 'oversight.glance.atRisk', tone: '' },
  {
    count: 'waitingOnPatient',
    to: '/staff?time=patient',
    label: 'oversight.glance.waiting',
    tone: '',
  },
] as const satisfies { count: keyof DeadlineCounts; to: string; label: MessageId; tone: string }[];

const others = [
  { count: 'open', to: '/staff', label: 'oversight.glance.open' },
  { count: 'extended', to: '/staff?time=extended', label: 'oversight.glance.extended' },
  { count: 'unconfirmed', to: '/staff?time=unconfirmed', label: 'oversight.glance.unconfirmed' },
  { count: 'still', to: '/staff?time=still', label: 'oversight.glance.still' },
] as const satisfies { count: keyof DeadlineCounts; to: string; label: MessageId }[];

/** The numbers, each of which opens its list. */
export function Glance({ counts }: { counts: DeadlineCounts }) {
  const words = useWords();
  return (
    <>
      <ul className="border-rule grid border-t sm:grid-cols-5 sm:gap-x-6 sm:border-t-0">
        {numbers.map(({ count, to, label, tone }) => (
          <li key={count} className="border-rule border-b sm:border-b-0 sm:border-s-2 sm:ps-4">
            <Link
              to={to}
              className="text-text visited:text-text flex min-h-(--target) flex-row-reverse items-center justify-between gap-x-4 py-1 no-underline hover:underline sm:flex-col sm:items-start sm:justify-start"
            >
              <span
                className={`text-h1 flex items-center gap-2 font-bold tabular-nums ${counts[count] > 0 ? tone : 'text-muted'}`}
              >
                {counts[count]}
                {count === 'overdue' && counts.overdue > 0 && <Icon name="warning" className="size-6" />}
              </span>
              <span className="underline">{words(label)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {others.map(({ count, to, label }) => (
          <li key={count}>
            <Link to={to} className="reach">
              {words(label, { count: counts[count] })}
            </Link>
          </li>
        ))}
      </ul>
      <p className="text-muted text-note">{words('oversight.glance.note')}</p>
      <p className="flex flex-wrap gap-x-6 gap-y-2">
        <Link to="/officer/calendar" className="reach">
          {words('oversight.calendar.open')}
        </Link>
        <Link to="/officer/reports" className="reach">
          {words('oversight.report.open')}
        </Link>
      </p>
    </>
  );
}

/** When Plainview's worker was last seen. Quiet while it runs. */
export function Beat({ beat }: { beat: BeatView }) {
  const words = useWords();
  const values = { ago: beat.worker, reminded: beat.remind };
  if (!beat.stands) return <p className="text-muted text-note">{words('oversight.beat.seen', values)}</p>;
  const [heading, why] =
    beat.stands === 'worker'
      ? (['oversight.beat.stale', 'oversight.beat.staleWhy'] as const)
      : (['oversight.beat.remindStale', 'oversight.beat.remindStaleWhy'] as const);
  return (
    <Notice tone="late" heading={words(heading)}>
      <p>{words(why, values)}</p>
    </Notice>
  );
}
