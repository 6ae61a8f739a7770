import { useWords } from '#app/components/words.tsx';

export interface CompareCard {
  id: string;
  title: string;
  /** The same terms in the same order in each card. */
  rows: { term: string; value: string }[];
}

/** Records side by side; what differs says so in a word. */
export function CompareCards({ cards }: { cards: readonly CompareCard[] }) {
  const words = useWords();
  const differs = (at: number) => new Set(cards.map(({ rows }) => rows[at]?.value)).size > 1;
  return (
    <div className="grid gap-6 md:grid-cols-2">
      {cards.map((card) => (
        <section
          key={card.id}
          aria-labelledby={`card-${card.id}`}
          className="border-line rounded-sm border-2 p-4"
        >
          <h2 id={`card-${card.id}`} className="text-h3">
            {card.title}
          </h2>
          <dl className="mt-2">
            {card.rows.map((row, at) => (
              <div key={row.term} className="border-rule border-t py-2">
                <dt className="text-muted flex flex-wrap justify-between gap-x-3">
                  <span>{row.term}</span>
                  {differs(at) && <span className="text-soon font-semibold">{words('records.differs')}</span>}
                </dt>
                <dd className={differs(at) ? 'font-semibold' : undefined}>
                  {row.value || words('site.summary.notGiven')}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
