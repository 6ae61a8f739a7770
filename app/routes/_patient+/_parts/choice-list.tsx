import { Link } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { Icon } from '#app/components/icon.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { VendorChains, type ChainsView } from '#app/components/vendor-chain.tsx';
import { useWords } from '#app/components/words.tsx';
import type { OptOutView } from '#app/web/present-opt-outs.server.ts';

const endTerms = {
  takenBack: 'optOuts.fact.withdrawn',
  replaced: 'optOuts.fact.replaced',
  ended: 'optOuts.fact.ended',
} as const;

/** What a choice is about, in facts. */
export function ChoiceFacts({ choice }: { choice: OptOutView }) {
  const words = useWords();
  const { withdrawnAt, endedBy } = choice;
  return (
    <SummaryList
      rows={[
        {
          term: words(choice.isYes ? 'optOuts.fact.allows' : 'optOuts.fact.stops'),
          value: <Lines lines={choice.purposes} />,
        },
        { term: words('optOuts.fact.companies'), value: choice.companies },
        { term: words('optOuts.fact.studies'), value: <Lines lines={choice.studies} /> },
        { term: words('optOuts.fact.coverage'), value: choice.coverage },
        { term: words(withdrawnAt ? 'optOuts.fact.counted' : 'optOuts.fact.since'), value: choice.since },
        ...(withdrawnAt && endedBy
          ? [{ term: words(endTerms[endedBy]), value: withdrawnAt }]
          : [{ term: words('optOuts.fact.until'), value: choice.until }]),
        ...(choice.replacedBy
          ? [
              {
                term: words('optOuts.fact.replacedBy'),
                value: (
                  <Link to={`/requests/${choice.replacedBy.requestId}`}>{choice.replacedBy.reference}</Link>
                ),
              },
            ]
          : []),
        ...(choice.effect && !withdrawnAt
          ? [{ term: words('optOuts.fact.effect'), value: choice.effect }]
          : []),
        {
          term: words('optOuts.fact.version'),
          value: words('optOuts.fact.versionIs', { version: choice.version }),
        },
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

/** A choice with its facts, its receipt, what companies did about it, and the ways to keep it, change it and take it back. */
export function ChoiceCard({
  choice,
  mayFile,
  chains,
}: {
  choice: OptOutView;
  mayFile: boolean;
  chains: ChainsView;
}) {
  const words = useWords();
  const { id, isYes, endedBy, reference } = choice;
  const heading =
    endedBy === null
      ? words(isYes ? 'optOuts.card.yesInForce' : 'optOuts.card.inForce', { date: choice.sinceDay })
      : words(`optOuts.card.${endedBy}`, { answer: isYes ? 'yes' : 'no' });
  return (
    <article className="grid gap-3" aria-labelledby={`choice-${id}`}>
      <h3 id={`choice-${id}`} className="flex gap-2.5">
        <Icon
          name={endedBy !== null ? 'ring' : isYes ? 'tick' : 'stop'}
          className={endedBy === null ? 'text-act mt-1' : 'text-muted mt-1'}
        />
        <span>{heading}</span>
      </h3>
      {choice.isAskedAbout && (
        <p className="font-semibold">
          {words(choice.willEnd ? 'optOuts.card.askedAbout' : 'optOuts.card.mayEnd')}
        </p>
      )}
      <ChoiceFacts choice={choice} />
      <VendorChains id={choice.id} chains={chains} heading={words('vendorNotices.chain.heading')} />
      <p className="flex flex-wrap items-center gap-x-6 gap-y-2">
        {mayFile && endedBy === null && <ChoiceActs choice={choice} />}
        <Link to={`/requests/${choice.requestId}`} className="inline-flex min-h-(--target) items-center">
          {words('optOuts.card.receipt', { reference })}
        </Link>
      </p>
    </article>
  );
}

/** What can be done about a choice in force. */
export function ChoiceActs({ choice }: { choice: OptOutView }) {
  const words = useWords();
  const { id, isYes, reference } = choice;
  return (
    <>
      <ButtonLink to={`/opt-outs/${id}/change`} variant={choice.isAskedAbout ? undefined : 'outline'}>
        {words('optOuts.card.change')}
        <span className="sr-only"> {reference}</span>
      </ButtonLink>
      <ButtonLink to={`/opt-outs/${id}/withdraw`} variant="outline">
        {words(isYes ? 'optOuts.withdraw.yesLink' : 'optOuts.withdraw.link')}
        <span className="sr-only"> {reference}</span>
      </ButtonLink>
    </>
  );
}
