import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { Notice } from '#app/components/notice.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ActedOn, FoundView } from './queue-acts.server.ts';
import { useColumns } from './queue.tsx';

/** What became of each ticked request: how many were done, and which were not and why. */
export function Acted({ acted }: { acted: ActedOn }) {
  const words = useWords();
  const { done, refused } = acted;
  return (
    <div className="stack">
      {done && <Toast message={done} />}
      {refused.length > 0 && (
        <div role="status">
          <Notice tone="soon" heading={words('queue.notDone', { count: refused.length })}>
            <ul className="grid gap-1">
              {refused.map(({ id, reference, why }) => (
                <li key={id}>
                  <Link to={`/staff/requests/${id}`}>{reference}</Link> {why}
                </li>
              ))}
            </ul>
          </Notice>
        </div>
      )}
    </div>
  );
}

/** What a search found, in place of the queue. */
export function FoundRequests({ found }: { found: FoundView }) {
  const words = useWords();
  const columns = useColumns();
  const { rows, text, after, isFirst } = found;
  return (
    <section className="stack" aria-labelledby="found">
      <h2 id="found" role="status">
        {words(isFirst ? 'queue.found' : 'queue.foundMore', { count: rows.length })}
      </h2>
      <p>
        <Link to="/staff" className="reach">
          {words('queue.backToQueue')}
        </Link>
      </p>
      <DataTable
        caption={words('queue.foundCaption')}
        captionHidden
        rows={rows}
        rowKey={(row) => row.id}
        columns={columns}
        empty={
          <EmptyState headingLevel={3} title={words('queue.foundNone')}>
            {words('queue.foundNoneWhy')}
          </EmptyState>
        }
      />
      {after && (
        <Form method="post" action="/staff?index">
          <input type="hidden" name="intent" value="search" />
          <input type="hidden" name="text" value={text} />
          <input type="hidden" name="after" value={after} />
          <Button variant="outline">{words('site.pagination.next')}</Button>
        </Form>
      )}
    </section>
  );
}
