import { Link } from '@remix-run/react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { useWords } from './words.tsx';

/** `late`: something that should have come has not; `waits`: nothing is late yet; `none`: there was nothing to do. */
export type ChainStepState = 'done' | 'waits' | 'late' | 'none';

export interface ChainStep {
  key: string;
  title: string;
  state: ChainStepState;
  /** Day or fact, first. */
  lead: string | null;
  lines: string[];
}

/** What became of one choice at one company, in words. */
export interface ChainView {
  id: string;
  vendor: string;
  steps: ChainStep[];
  /** What the company says, newest last. */
  said: { id: string; deeds: string[]; text: string | null; withProof: boolean; at: string }[];
  /** Which images had gone out before. */
  before: string | null;
  seeBefore: string | null;
  ended: string | null;
}

export interface ChainsView {
  /** Those that have images, or said or did something. */
  shown: ChainView[];
  /** Those that were told and have nothing. */
  others: { id: string; vendor: string; told: string }[];
}

interface ChainsProps {
  chains: ChainsView;
  heading: string;
  headingLevel?: 2 | 4;
  /** Makes ids of this page's several pictures differ. */
  id: string;
}

/** The way of a choice at each company: recorded, told, confirmed, in force, last stopped. Steps in a row, below each other on a phone. */
export function VendorChains({ chains, heading, headingLevel = 4, id }: ChainsProps) {
  const words = useWords();
  const Heading = `h${headingLevel}` as const;
  const { shown, others } = chains;
  return (
    <section className="grid gap-5" aria-labelledby={`chain-${id}`}>
      <Heading id={`chain-${id}`} className={headingLevel === 4 ? 'font-semibold' : undefined}>
        {heading}
      </Heading>
      {shown.length === 0 && others.length === 0 && (
        <p className="text-muted">{words('vendorNotices.chain.none')}</p>
      )}
      {shown.map((chain) => (
        <Chain key={chain.id} chain={chain} />
      ))}
      {others.length > 0 && (
        <details>
          <summary className="text-link w-fit py-2.5 underline underline-offset-[0.17em]">
            {words('vendorNotices.chain.others', { count: others.length })}
          </summary>
          <ul className="border-rule max-w-measure border-t">
            {others.map((other) => (
              <li key={other.id} className="border-rule flex flex-wrap justify-between gap-x-6 border-b py-2">
                <span className="font-semibold">{other.vendor}</span>
                <span className="text-muted">{other.told}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Chain({ chain }: { chain: ChainView }) {
  const words = useWords();
  const { vendor, steps, said, before, seeBefore, ended } = chain;
  return (
    <div className="border-rule @container grid gap-4 rounded-sm border p-4 sm:p-5">
      <p className="font-bold">{vendor}</p>
      <ol
        aria-label={words('vendorNotices.chain.steps', { vendor })}
        className="grid @min-[44rem]:auto-cols-fr @min-[44rem]:grid-flow-col"
      >
        {steps.map((step, at) => (
          <Step key={step.key} step={step} isLast={at === steps.length - 1} />
        ))}
      </ol>
      {said.map(({ id, deeds, text, withProof, at }) => (
        <div key={id} className="bg-surface grid gap-1 rounded-sm px-4 py-3">
          <p className="text-note text-muted">
            {words('vendorNotices.chain.said')} · {at}
          </p>
          <ul className="list-disc ps-6">
            {deeds.map((deed) => (
              <li key={deed}>{deed}</li>
            ))}
          </ul>
          {text && <p className="max-w-measure wrap-anywhere whitespace-pre-line">“{text}”</p>}
          {withProof && <p>{words('vendorNotices.chain.withProof')}</p>}
        </div>
      ))}
      {before && (
        <p className="text-note">
          {before}{' '}
          {seeBefore && (
            <Link
              to={seeBefore}
              className="reach"
              aria-label={words('vendorNotices.chain.seeFrom', { vendor })}
            >
              {words('vendorNotices.chain.see')}
            </Link>
          )}
        </p>
      )}
      {ended && <p className="text-note">{ended}</p>}
    </div>
  );
}

const looks: Record<ChainStepState, { icon: IconName; tone: string; rail: string }> = {
  done: { icon: 'tick', tone: 'text-good', rail: 'border-solid border-good' },
  waits: { icon: 'ringDashed', tone: 'text-muted', rail: 'border-dashed border-line' },
  late: { icon: 'warning', tone: 'text-late', rail: 'border-dashed border-line' },
  none: { icon: 'ring', tone: 'text-muted', rail: 'border-solid border-line' },
};

function Step({ step, isLast }: { step: ChainStep; isLast: boolean }) {
  const words = useWords();
  const { icon, tone, rail } = looks[step.state];
  const word = { done: 'done', waits: 'waits', late: 'late', none: null } as const;
  const said = word[step.state];
  return (
    <li className="relative ps-9 pb-5 last:pb-0 @min-[44rem]:ps-0 @min-[44rem]:pe-4 @min-[44rem]:pt-9 @min-[44rem]:pb-0">
      {!isLast && (
        <span
          aria-hidden="true"
          className={classNames(
            'absolute start-[0.7rem] top-7 bottom-0 border-s-2 @min-[44rem]:start-8 @min-[44rem]:end-1 @min-[44rem]:top-[0.7rem] @min-[44rem]:bottom-auto @min-[44rem]:border-s-0 @min-[44rem]:border-t-2',
            rail,
          )}
        />
      )}
      <Icon name={icon} className={classNames('absolute start-0 top-0.5 size-6', tone)} />
      <p className="leading-snug font-semibold">
        {step.title}
        {said && <span className="sr-only">: {words(`vendorNotices.step.${said}`)}</span>}
      </p>
      {step.lead && (
        <p className={classNames('leading-snug', step.state === 'late' && 'text-late')}>{step.lead}</p>
      )}
      {step.lines.map((line) => (
        <p key={line} className="text-note text-muted">
          {line}
        </p>
      ))}
    </li>
  );
}
