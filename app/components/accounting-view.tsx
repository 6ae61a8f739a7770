import type { Place } from '#app/clocks/jurisdictions.ts';
import { lawLayer, otherLayer, researchIntros } from '#app/disclosures/accounting-layers.ts';
import { DataTable } from './data-table.tsx';
import { Notice } from './notice.tsx';
import { SummaryList } from './summary-list.tsx';
import { useWords } from './words.tsx';

interface Ground {
  words: string;
  citation: string | null;
}

export interface AccountingTableRow {
  id: string;
  date: string;
  /** How often it was sent, and what was corrected. */
  beside: string[];
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
  /** Whose law it is given by. */
  place: Place;
  /** The whole list in a sentence or two. */
  short: string;
  window: { from: string; to: string };
  preparedOn: string;
  requiredByLaw: AccountingTableRow[];
  alsoShown: AccountingTableRow[];
  research: { id: string; name: string; facts: { term: string; value: string }[] }[];
  struck: string[];
  coverage: string[];
  notYetMatched: number;
  anchor: { sequence: string; hash: string; at: string | null } | null;
}

/** An accounting of disclosures in its layers, as patient and staff both see it and as its PDF says it. */
export function AccountingView({
  place,
  short,
  window,
  requiredByLaw,
  alsoShown,
  research,
  struck,
  coverage,
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
      <AccountingLayer which="law" place={place} rows={requiredByLaw} />
      {place === 'states' && <AccountingLayer which="also" place={place} rows={alsoShown} />}
      <Research place={place} research={research} />
      {struck.length > 0 && (
        <section className="stack" aria-labelledby="struck">
          <h3 id="struck">{words('disclosures.accounting.struck.heading')}</h3>
          <p className="text-muted max-w-measure">{words('disclosures.accounting.struck.intro')}</p>
          <ul className="list-disc ps-6">
            {struck.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      )}
      <section className="stack" aria-labelledby="coverage">
        <h3 id="coverage">{words('disclosures.accounting.coverage.heading')}</h3>
        {coverage.map((line) => (
          <p key={line} className="max-w-measure">
            {line}
          </p>
        ))}
      </section>
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
          {anchor.at && (
            <p className="text-muted mt-2">
              {words('disclosures.accounting.anchor.at')}: {anchor.at}
            </p>
          )}
        </details>
      )}
    </div>
  );
}

/** Studies on fifty people or more (45 CFR 164.528(b)(4)). */
export function Research({ place, research }: Pick<AccountingViewProps, 'place' | 'research'>) {
  const words = useWords();
  if (research.length === 0) return null;
  return (
    <section className="stack" aria-labelledby="research">
      <h3 id="research">{words('disclosures.accounting.research.heading')}</h3>
      <p className="text-muted max-w-measure">{words(researchIntros[place])}</p>
      {research.map(({ id, name, facts }) => (
        <div key={id} className="stack">
          <h4>{name}</h4>
          <SummaryList rows={facts} />
        </div>
      ))}
      <p className="max-w-measure">{words('disclosures.accounting.research.help')}</p>
    </section>
  );
}

export interface AccountingLayerProps {
  /** What the law lists, or everyone else. */
  which: 'law' | 'also';
  /** Whose law that is. */
  place: Place;
  rows: readonly AccountingTableRow[];
  headingLevel?: 2 | 3;
  /** Also what allowed each release, in the layer that says why the law does not list it. */
  withBasis?: boolean;
}

/** One of the two layers: heading, what it is, and its releases. */
export function AccountingLayer({ which, place, rows, headingLevel = 3, withBasis }: AccountingLayerProps) {
  const words = useWords();
  const ids = which === 'law' ? lawLayer[place] : otherLayer;
  const Heading = `h${headingLevel}` as const;
  return (
    <section className="stack" aria-labelledby={`layer-${which}`}>
      <Heading id={`layer-${which}`}>{words(ids.heading)}</Heading>
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
                cell: (row) => <When row={row} />,
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
                key: 'why',
                header: words('disclosures.accounting.column.purpose'),
                cell: (row) => (
                  <>
                    <span className="block">{row.purpose}</span>
                    {(which === 'law' || withBasis) && (
                      <Why term={words(lawLayer[place].ground)} ground={row.basis} />
                    )}
                    {which === 'also' && <Why term={words(otherLayer.ground)} ground={row.whyNotListed} />}
                  </>
                ),
              },
            ]}
          />
        </>
      )}
    </section>
  );
}

function When({ row }: { row: AccountingTableRow }) {
  return (
    <>
      <span className="block">{row.date}</span>
      {row.beside.map((line) => (
        <span key={line} className="text-note text-muted block font-normal">
          {line}
        </span>
      ))}
    </>
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
    <ul className="min-w-36 wrap-anywhere">
      {lines.map((line) => (
        <li key={line} className="wrap-anywhere">
          {line}
        </li>
      ))}
    </ul>
  );
}

function Why({ term, ground }: { term: string; ground: Ground | null }) {
  if (!ground) return null;
  return (
    <>
      <span className="text-note text-muted mt-2 block">{term}</span>
      <span className="block">{ground.words}</span>
      {ground.citation && <span className="text-muted text-note block">{ground.citation}</span>}
    </>
  );
}
