import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useWords } from './words.tsx';

export interface SummaryRow {
  /** The question or name, in few words. Plain text: the change link repeats it for screen readers. */
  term: string;
  /** Absent or empty says "Not given". */
  value?: ReactNode;
  /** Where the answer can be changed. */
  changeTo?: string;
}

/** Names and values: "check your answers", the facts of a request. */
export function SummaryList({ rows }: { rows: readonly SummaryRow[] }) {
  const words = useWords();
  const changeable = rows.some((row) => row.changeTo);
  return (
    <dl className="border-rule border-t">
      {rows.map((row) => {
        const missing = row.value === undefined || row.value === null || row.value === '';
        return (
          <div
            key={row.term}
            className="border-rule grid gap-x-6 gap-y-0.5 border-b py-3 sm:grid-cols-[minmax(8rem,1fr)_2fr_auto]"
          >
            <dt className="text-muted">{row.term}</dt>
            <dd className={classNames('wrap-anywhere', missing && 'text-muted')}>
              {missing ? words('site.summary.notGiven') : row.value}
            </dd>
            {changeable && (
              <dd>
                {row.changeTo && (
                  <Link to={row.changeTo} className="-my-2 inline-flex min-h-(--target) items-center">
                    {words('site.summary.change')}
                    <span className="sr-only"> {row.term}</span>
                  </Link>
                )}
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}
