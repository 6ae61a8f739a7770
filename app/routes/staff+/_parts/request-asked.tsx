import { Notice } from '#app/components/notice.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { Fact } from './request-view.server.ts';

/** What was asked, in the words of whoever asked. */
export function Asked({ rows }: { rows: Fact[] }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="asked">
      <h2 id="asked">{words('desk.asked')}</h2>
      <SummaryList
        rows={rows.map(({ term, value }) => ({
          term,
          value: value && <span className="wrap-anywhere whitespace-pre-line">{value}</span>,
        }))}
      />
    </section>
  );
}

export interface Change {
  id: string;
  what: string;
  at?: { iso: string; words: string };
  who?: string;
}

/** What others did to the request while somebody typed. What they typed is still in its form. */
export function Changes({ changes }: { changes: Change[] }) {
  const words = useWords();
  return (
    <Notice tone="soon" heading={words('desk.changed')}>
      <ul className="grid gap-1">
        {changes.map(({ id, what, who = '', at }) => (
          <li key={id}>{words('desk.changedBy', { what, who, at: at?.words ?? '' })}</li>
        ))}
      </ul>
      <p>{words('desk.changedKept')}</p>
    </Notice>
  );
}
