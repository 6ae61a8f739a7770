import { Link } from '@remix-run/react';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import type { EmptyCalendarLine } from './empty-calendars-view.server.ts';

/** Which calendar of the law lacks which year, what follows, and where its days are entered. Nothing while there are some. */
export function EmptyCalendars({
  lines,
  mayManage,
}: {
  lines: readonly EmptyCalendarLine[];
  mayManage: boolean;
}) {
  const words = useWords();
  const [first] = lines;
  if (!first) return null;
  return (
    <Notice tone="soon" heading={words('settings.holidays.emptyHeading')}>
      <ul className="grid gap-1">
        {lines.map(({ id, says }) => (
          <li key={id}>{says}</li>
        ))}
      </ul>
      <p className="flex flex-wrap gap-x-8 gap-y-2">
        <Link to={`/officer/settings/holidays?year=${first.year}#year`} className="reach font-semibold">
          {words(mayManage ? 'settings.holidays.enter' : 'settings.holidays.title')}
        </Link>
        {mayManage && (
          <Link to="/officer/settings/holidays/import" className="reach font-semibold">
            {words('settings.import.title')}
          </Link>
        )}
      </p>
    </Notice>
  );
}
