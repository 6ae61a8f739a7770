import { Link } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { Icon } from '#app/components/icon.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { OptOutView } from '#app/web/present-opt-outs.server.ts';

/** What a "no" is about, in facts. */
export function ChoiceFacts({ choice }: { choice: OptOutView }) {
  const words = useWords();
  return (
    <SummaryList
      rows={[
        { term: words('optOuts.fact.stops'), value: <Lines lines={choice.purposes} /> },
        { term: words('optOuts.fact.companies'), value: choice.companies },
        { term: words('optOuts.fact.coverage'), value: choice.coverage },
        {
          term: words(choice.withdrawnAt ? 'optOuts.fact.counted' : 'optOuts.fact.since'),
          value: choice.since,
        },
        ...(choice.withdrawnAt
          ? [{ term: words('optOuts.fact.withdrawn'), value: choice.withdrawnAt }]
          : [{ term: words('optOuts.fact.effect'), value: choice.effect }]),
      ]}
    />
  );
}

export function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul>
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

/** A "no" with its facts, its receipt, and the way to take it back. */
export function ChoiceCard({ choice }: { choice: OptOutView }) {
  const words = useWords();
  const inForce = choice.withdrawnAt === null;
  return (
    <article className="grid gap-3" aria-labelledby={`choice-${choice.id}`}>
      <h3 id={`choice-${choice.id}`} className="flex gap-2.5">
        <Icon name={inForce ? 'stop' : 'ring'} className={inForce ? 'text-act mt-1' : 'text-muted mt-1'} />
        <span>
          {inForce
            ? words('optOuts.card.inForce', { date: choice.sinceDay })
            : words('optOuts.card.withdrawn')}
        </span>
      </h3>
      <ChoiceFacts choice={choice} />
      <p className="flex flex-wrap items-center gap-x-6 gap-y-2">
        {inForce && (
          <ButtonLink to={`/opt-outs/${choice.id}/withdraw`} variant="outline">
            {words('optOuts.withdraw.link')}
            <span className="sr-only"> {choice.reference}</span>
          </ButtonLink>
        )}
        <Link to={`/requests/${choice.requestId}`} className="inline-flex min-h-(--target) items-center">
          {words('optOuts.card.receipt', { reference: choice.reference })}
        </Link>
      </p>
    </article>
  );
}
