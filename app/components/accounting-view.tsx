import { DataTable } from './data-table.tsx';
import { Notice } from './notice.tsx';
import { useWords } from './words.tsx';

interface Ground {
  words: string;
  citation: string | null;
}

export interface AccountingTableRow {
  id: string;
  date: string;
  recipient: string;
  address: string | null;
  sent: string[];
  purpose: string;
  basis: Ground;
  /** Why the law does not list it; null in the law's own list. */
  whyNotListed: Ground | null;
  /** Elements that the law asks for and nobody knows. */
  missing: readonly string[];
}

export interface AccountingViewProps {
  /** The whole list in a sentence or two. */
  short: string;
  window: { from: string; to: string };
  preparedOn: string;
  requiredByLaw: AccountingTableRow[];
  alsoShown: AccountingTableRow[];
  notYetMatched: number;
  anchor: { sequence: string; hash: string } | null;
}

/** An accounting of disclosures in its two layers, as patient and staff both see it and as its PDF says it. */
export function AccountingView({
  short,
  window,
  requiredByLaw,
  alsoShown,
  notYetMatched,
  anchor,
}: AccountingViewProps) {
  const words = useWords();
  return (
    <div className="sections">
      <div className="stack max-w-measure">
        <p className="font-semibold">{short}</p>
        <p>
          {words('disclosures.accounting.fact.window')}:{' '}
          {words('disclosures.accounting.fact.windowDates', window)}
        </p>
        <p className="text-muted">{words('disclosures.accounting.limit')}</p>
      </div>
      <Layer which="law" rows={requiredByLaw} />
      <Layer which="also" rows={alsoShown} />
      <Notice tone="info" headingLevel={3} heading={words('disclosures.accounting.unmatched.heading')}>
        <p>{words('disclosures.accounting.unmatched.body', { count: notYetMatched })}</p>
      </Notice>
      {anchor && (
        <details>
          <summary>{words('disclosures.accounting.anchor.heading')}</summary>
          <p className="mt-2 max-w-measure">{words('disclosures.accounting.anchor.body')}</p>
          <p className="mt-2">
            {words('disclosures.accounting.anchor.sequence')} {anchor.sequence}:{' '}
            <code className="text-note break-all">{anchor.hash}</code>
          </p>
        </details>
      )}
    </div>
  );
}

const layers = {
  law: {
    heading: 'disclosures.accounting.law.heading',
    intro: 'disclosures.accounting.law.intro',
    none: 'disclosures.accounting.law.none',
    ground: 'disclosures.accounting.column.basis',
  },
  also: {
    heading: 'disclosures.accounting.also.heading',
    intro: 'disclosures.accounting.also.intro',
    none: 'disclosures.accounting.also.none',
    ground: 'disclosures.accounting.column.exclusion',
  },
} as const;

function Layer({ which, rows }: { which: keyof typeof layers; rows: AccountingTableRow[] }) {
  const words = useWords();
  const ids = layers[which];
  return (
    <section className="stack" aria-labelledby={`layer-${which}`}>
      <h3 id={`layer-${which}`}>{words(ids.heading)}</h3>
      {rows.length === 0 ? (
        <p>{words(ids.none)}</p>
      ) : (
        <>
          <p className="text-muted max-w-measure">{words(ids.intro)}</p>
          <DataTable
            caption={words(ids.heading)}
            captionHidden
            rows={rows}
            rowKey={(row) => row.id}
            columns={[
              {
                key: 'date',
                header: words('disclosures.accounting.column.date'),
                rowHeader: true,
                cell: (row) => row.date,
              },
              {
                key: 'recipient',
                header: words('disclosures.accounting.column.recipient'),
                cell: (row) => <Recipient row={row} />,
              },
              {
                key: 'sent',
                header: words('disclosures.accounting.column.sent'),
                cell: (row) => <Lines lines={row.sent} />,
              },
              {
                key: 'purpose',
                header: words('disclosures.accounting.column.purpose'),
                cell: (row) => row.purpose,
              },
              {
                key: 'ground',
                header: words(ids.ground),
                cell: (row) => <Why ground={which === 'law' ? row.basis : row.whyNotListed} />,
              },
            ]}
          />
        </>
      )}
    </section>
  );
}

function Recipient({ row }: { row: AccountingTableRow }) {
  const words = useWords();
  return (
    <>
      <span className="block font-semibold">
        {row.recipient || words('disclosures.accounting.row.noRecipient')}
      </span>
      <span className="text-muted block">{row.address ?? words('disclosures.accounting.row.noAddress')}</span>
    </>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

function Why({ ground }: { ground: Ground | null }) {
  if (!ground) return null;
  return (
    <>
      <span className="block">{ground.words}</span>
      {ground.citation && <span className="text-muted text-note block">{ground.citation}</span>}
    </>
  );
}
