import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import type { LedgerEntryView, SearchedLedger } from './ledger-view.server.ts';

/** A page of the ledger, and the way to the next one. */
export function FoundEntries({ found }: { found: SearchedLedger }) {
  const words = useWords();
  const { entries, next, typed } = found;
  return (
    <section className="stack" aria-labelledby="found">
      <div role="status">
        <h2 id="found">{words('ledger.list.found', { count: entries.length })}</h2>
      </div>
      {entries.length === 0 ? (
        <p>{words('ledger.list.noneWhy')}</p>
      ) : (
        <DataTable
          caption={words('ledger.list.caption')}
          captionHidden
          rows={entries}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'sent',
              header: words('ledger.list.sent'),
              rowHeader: true,
              cell: (entry) => <Sent entry={entry} />,
            },
            {
              key: 'patient',
              header: words('staff.column.patient'),
              cell: ({ patient }) => <Link to={`/staff/patients/${patient.id}`}>{patient.name}</Link>,
            },
            {
              key: 'vendor',
              header: words('ledger.list.vendor'),
              cell: ({ vendor, destination }) => (
                <>
                  <span className="block">{vendor}</span>
                  <span className="text-note text-muted block wrap-anywhere">{destination}</span>
                </>
              ),
            },
            { key: 'what', header: words('ledger.list.what'), cell: ({ what }) => <Lines lines={what} /> },
            { key: 'why', header: words('ledger.list.why'), cell: ({ why }) => <Lines lines={why} /> },
            {
              key: 'evidence',
              header: words('ledger.list.evidence'),
              cell: (entry) => <Evidence entry={entry} />,
            },
          ]}
        />
      )}
      {next && (
        <Form method="post">
          {Object.entries(typed).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <input type="hidden" name="after" value={next} />
          <Button variant="outline">{words('ledger.list.more')}</Button>
        </Form>
      )}
    </section>
  );
}

function Sent({ entry }: { entry: LedgerEntryView }) {
  const [sentAt, ...restsOn] = entry.sent;
  return (
    <>
      <Link to={`/staff/disclosures/${entry.id}`} className="block">
        {entry.isCorrected ? <s>{sentAt}</s> : sentAt}
      </Link>
      {restsOn.map((line) => (
        <span key={line} className="text-note text-muted block font-normal">
          {line}
        </span>
      ))}
      <span className="text-note text-muted block font-normal">{entry.recorded}</span>
      {entry.marks.map((mark) => (
        <span key={mark} className="text-note block">
          {mark}
        </span>
      ))}
    </>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="min-w-36 wrap-anywhere">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Evidence({ entry: { evidence, evidenceCount } }: { entry: LedgerEntryView }) {
  if (evidence.length === 0) return <>{evidenceCount}</>;
  return (
    <details>
      <summary>{evidenceCount}</summary>
      <ul className="text-note mt-1 grid gap-2">
        {evidence.map(({ hash, text }) => (
          <li key={hash}>
            <span className="block">{text}</span>
            <code className="break-all">{hash}</code>
          </li>
        ))}
      </ul>
    </details>
  );
}
