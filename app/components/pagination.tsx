import { Link } from '@remix-run/react';
import { Icon } from './icon.tsx';
import { useWords } from './words.tsx';

export interface PaginationProps {
  /** Names the list, when a page has two: "Requests, pages". */
  label?: string;
  previousTo?: string;
  nextTo?: string;
  /** Where we are: "16 to 30 of 42". */
  position?: string;
}

/** To the page before and the page after. Renders nothing when there is only one. */
export function Pagination({ label, previousTo, nextTo, position }: PaginationProps) {
  const words = useWords();
  if (!previousTo && !nextTo) return null;
  const look = 'inline-flex min-h-(--target) items-center gap-2 font-semibold';
  return (
    <nav
      aria-label={label ?? words('site.pagination.label')}
      className="flex flex-wrap items-center gap-x-8 gap-y-2"
    >
      {previousTo && (
        <Link to={previousTo} rel="prev" className={look}>
          <Icon name="arrowLeft" />
          {words('site.pagination.previous')}
        </Link>
      )}
      {position && <span className="text-muted tabular-nums">{position}</span>}
      {nextTo && (
        <Link to={nextTo} rel="next" className={look}>
          {words('site.pagination.next')}
          <Icon name="arrowRight" />
        </Link>
      )}
    </nav>
  );
}
