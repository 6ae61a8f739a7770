import { Link } from '@remix-run/react';
import { useWords } from './words.tsx';

/** Who set a date: the law, or the facility by its own promise. */
export type DateBasis = 'law' | 'promise';

/** The word "law" or "facility promise" that stands with every date we owe. `to` links to the rule. */
export function LawTag({ basis, to }: { basis: DateBasis; to?: string }) {
  const words = useWords();
  const word = basis === 'law' ? words('site.basis.law') : words('site.basis.promise');
  if (!to) return <span className="whitespace-nowrap max-sm:whitespace-normal">{word}</span>;
  return (
    <Link
      to={to}
      className="reach whitespace-nowrap max-sm:whitespace-normal text-current visited:text-current"
    >
      {word}
    </Link>
  );
}
