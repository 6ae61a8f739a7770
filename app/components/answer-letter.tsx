import type { ReactNode } from 'react';

export interface AnswerLetterProps {
  /** How the request is settled, in a sentence. */
  outcome: string;
  /** The facility's own words. */
  text: string | null;
  /** Of a denial: why, and the law that allows it. */
  ground: { reason: string; citation: string | null } | null;
  /** What the law makes the answer tell besides: what the patient can do now. */
  statements: readonly string[];
  headings: { ground: string; text: string; statements: string };
  /** What it is written in: the patient's language, whoever reads it. */
  lang: string;
  headingLevel?: 3 | 4;
  /** Files that come with it. */
  children?: ReactNode;
}

/** An answer in words, as the patient reads it and as staff see it before it is sent. */
export function AnswerLetter({
  outcome,
  text,
  ground,
  statements,
  headings,
  lang,
  headingLevel = 3,
  children,
}: AnswerLetterProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <div lang={lang} className="stack gap-y-6">
      <p className="text-h3 font-semibold">{outcome}</p>
      {ground && (
        <div className="max-w-measure">
          <Heading className="text-h3">{headings.ground}</Heading>
          <p className="mt-1">
            {ground.reason}
            {ground.citation && <span className="text-muted"> ({ground.citation})</span>}
          </p>
        </div>
      )}
      {text && (
        <div className="border-act max-w-measure border-s-4 ps-4">
          <Heading className="text-h3">{headings.text}</Heading>
          <p dir="auto" className="mt-1 wrap-anywhere whitespace-pre-line">
            {text}
          </p>
        </div>
      )}
      {children}
      {statements.length > 0 && (
        <div className="max-w-measure">
          <Heading className="text-h3">{headings.statements}</Heading>
          <ul className="mt-2 grid list-disc gap-2 ps-5">
            {statements.map((statement) => (
              <li key={statement}>{statement}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}
