import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { classNames } from '#app/components/class-names.ts';
import { DataTable, type Column } from '#app/components/data-table.tsx';
import { DeliveryState, type DeliveryLine } from '#app/components/delivery-list.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { FieldError } from '#app/components/field-frame.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import { noticeStates, type NoticeState } from '#app/notices/states.ts';
import type { NoticesView } from './notices-view.server.ts';

/** How many emails stand where; each number opens its list. */
export function MailCounts({ counts, state }: { counts: NoticesView['counts']; state: NoticeState | null }) {
  const words = useWords();
  const tile = (isCurrent: boolean, isBad: boolean) =>
    classNames(
      'grid min-h-(--target) content-center rounded-sm border-2 px-4 py-2 no-underline',
      isCurrent ? 'border-act bg-surface' : 'border-rule',
      isBad ? 'text-late visited:text-late' : 'text-text visited:text-text',
    );
  return (
    <nav aria-label={words('notices.counts')}>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-4">
        {noticeStates.map((one) => (
          <li key={one}>
            <Link
              to={`/officer/notices?state=${one}`}
              aria-current={one === state ? 'page' : undefined}
              className={tile(one === state, one === 'dead' && counts.dead > 0)}
            >
              <span className="text-h2 font-bold tabular-nums">{counts[one]}</span>
              <span className="underline">{words(`notices.state.${one}`)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {state && (
        <p className="mt-3">
          <Link to="/officer/notices" className="reach">
            {words('notices.all')}
          </Link>
        </p>
      )}
    </nav>
  );
}

/** How long the oldest waits. */
export function MailHealth({ oldest }: { oldest: NoticesView['oldest'] }) {
  const words = useWords();
  if (!oldest) return <p>{words('notices.health.nothing')}</p>;
  if (!oldest.isLate) return <p>{words('notices.health.waits', { span: oldest.span })}</p>;
  return (
    <Notice tone="late" heading={words('notices.health.late', { span: oldest.span })}>
      <p>{words('notices.health.lateWhy')}</p>
    </Notice>
  );
}

interface TableProps {
  lines: DeliveryLine[];
  shown: NoticeState | 'all';
  mayResend: boolean;
  error: string | undefined;
}

/** Emails as rows; those that were given up can be ticked and sent again. */
export function MailTable({ lines, shown, mayResend, error }: TableProps) {
  const words = useWords();
  const withBoxes = mayResend && lines.some((line) => line.mayResend);
  const table = (
    <DataTable
      caption={words(`notices.list.${shown}`)}
      captionHidden
      rows={lines}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title={words(`notices.none.${shown}`)} headingLevel={3}>
          {words(`notices.noneWhy.${shown}`)}
        </EmptyState>
      }
      columns={[
        ...columnsOf(words),
        ...(withBoxes ? [boxColumn(words, lines.find((line) => line.mayResend)?.id)] : []),
      ]}
    />
  );
  if (!withBoxes) return table;
  return (
    <Form method="post" className="stack">
      {error && <FieldError id="notice-error">{error}</FieldError>}
      {table}
      <p>
        <Button name="intent" value="chosen">
          {words('notices.again.chosen')}
        </Button>
      </p>
    </Form>
  );
}

type Words = ReturnType<typeof useWords>;

function columnsOf(words: Words): Column<DeliveryLine>[] {
  return [
    {
      key: 'what',
      header: words('notices.column.what'),
      rowHeader: true,
      cell: ({ what, request }) => (
        <>
          {what}
          {request && (
            <Link to={`/staff/requests/${request.id}`} className="text-note block font-normal">
              {request.reference}
            </Link>
          )}
        </>
      ),
    },
    {
      key: 'to',
      header: words('notices.column.to'),
      cell: ({ to, toPage, role, toNote }) => (
        <>
          {toPage ? <Link to={toPage}>{to}</Link> : to}
          {role && <span className="text-muted text-note block">{role}</span>}
          {toNote && <span className="text-muted text-note block">{toNote}</span>}
        </>
      ),
    },
    {
      key: 'state',
      header: words('notices.column.state'),
      cell: (line) => (
        <>
          <DeliveryState line={line} />
          {line.sent && <span className="text-muted text-note mt-1 block">{line.sent}</span>}
        </>
      ),
    },
    { key: 'owed', header: words('notices.column.owed'), cell: ({ owed }) => owed },
    {
      key: 'tried',
      header: words('notices.column.tried'),
      cell: ({ tried, tries, state }) =>
        tried ? (
          <>
            {tried}
            <span className="text-muted text-note block">{words('notices.tries', { count: tries })}</span>
          </>
        ) : (
          state !== 'sent' && <span className="text-muted">{words('notices.notTried')}</span>
        ),
    },
  ];
}

/** @param firstId the row whose box an error summary links to */
function boxColumn(words: Words, firstId: string | undefined): Column<DeliveryLine> {
  return {
    key: 'again',
    header: words('notices.column.again'),
    cell: ({ id, what, to, mayResend }) =>
      mayResend && (
        <input
          type="checkbox"
          id={id === firstId ? 'notice' : undefined}
          name="notice"
          value={id}
          aria-label={words('notices.again.choose', { what, to })}
          className="size-6 cursor-pointer"
        />
      ),
  };
}

/** Every email that was given up, also those of the other pages. */
export function ResendAll({ count }: { count: number }) {
  const words = useWords();
  return (
    <Form method="post">
      <Button name="intent" value="all" variant="outline">
        {words('notices.again.all', { count })}
      </Button>
    </Form>
  );
}
