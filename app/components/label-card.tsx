import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { useWords } from './words.tsx';

/** How a company's label answers a question. Not answered is a state of its own, never a "no". */
export type LabelAnswer = 'yes' | 'no' | 'partly' | 'notApplicable' | 'notAnswered';

export interface LabelLine {
  question: string;
  /** Absent for lines that are answered in words only ("What for", "Who to ask"). */
  answer?: LabelAnswer;
  /** In place of the answer's own word. */
  answerWord?: string;
  /** One free sentence beside the fixed answer. */
  sentence?: ReactNode;
  /** The sentence is not in the page's language. */
  lang?: 'en';
}

export interface LabelCardProps {
  name: string;
  /** The company's own page. */
  to?: string;
  headingLevel?: 2 | 3;
  /** Five, in fixed order: what for, with your name or not, trains AI, can I say no, who to ask. */
  lines: readonly LabelLine[];
  /** "Answered 14 of 25 · as of May 3, 2027 · the company says". Never a score. */
  foot: ReactNode;
}

/** A company in five answers. */
export function LabelCard({ name, to, headingLevel = 2, lines, foot }: LabelCardProps) {
  const Heading = `h${headingLevel}` as const;
  return (
    <article className="border-rule grid content-start gap-4 rounded-sm border p-4 sm:p-6">
      <Heading className="text-h3">
        {to ? (
          <Link to={to} className="reach">
            {name}
          </Link>
        ) : (
          name
        )}
      </Heading>
      <LabelLines lines={lines} />
      <div className="text-note text-muted">{foot}</div>
    </article>
  );
}

/** The lines of a label: question, shape and word, sentence. */
export function LabelLines({ lines }: { lines: readonly LabelLine[] }) {
  return (
    <dl className="border-rule border-t">
      {lines.map((line) => (
        <div key={line.question} className="border-rule grid gap-x-6 border-b py-2.5 sm:grid-cols-[2fr_3fr]">
          <dt className="text-muted">{line.question}</dt>
          <dd>
            {line.answer && <AnswerWord answer={line.answer} word={line.answerWord} />}
            {line.sentence && (
              <span className="block" lang={line.lang}>
                {line.sentence}
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** An answer as shape and word. */
export function AnswerWord({
  answer,
  word: own,
}: {
  answer: LabelAnswer;
  /** In place of its own word. */
  word?: string | undefined;
}) {
  const words = useWords();
  const word = {
    yes: words('site.answer.yes'),
    no: words('site.answer.no'),
    partly: words('site.answer.partly'),
    notApplicable: words('site.answer.notApplicable'),
    notAnswered: words('site.answer.notAnswered'),
  }[answer];
  return (
    <span
      className={classNames(
        'inline-flex items-center gap-2 font-semibold',
        answer === 'notAnswered' && 'text-muted',
      )}
    >
      <AnswerShape answer={answer} />
      {own ?? word}
    </span>
  );
}

function AnswerShape({ answer }: { answer: LabelAnswer }) {
  const edge = { fill: 'none', stroke: 'currentColor', strokeWidth: 2 } as const;
  return (
    <svg viewBox="0 0 18 18" width="18" height="18" aria-hidden="true" className="shrink-0">
      {answer === 'yes' && <circle cx="9" cy="9" r="8" fill="currentColor" />}
      {answer === 'no' && <circle cx="9" cy="9" r="7" {...edge} />}
      {answer === 'partly' && (
        <>
          <circle cx="9" cy="9" r="7" {...edge} />
          <path d="M9 2a7 7 0 000 14z" fill="currentColor" />
        </>
      )}
      {answer === 'notApplicable' && <path d="M3 9h12" {...edge} />}
      {answer === 'notAnswered' && (
        <rect x="2" y="2" width="14" height="14" {...edge} strokeDasharray="3 2.6" />
      )}
    </svg>
  );
}
