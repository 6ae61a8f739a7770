import { AnswerWord } from './label-card.tsx';
import { Icon } from './icon.tsx';
import { useWords } from './words.tsx';
import type { LabelAnswer } from './label-card.tsx';

/** One answer in words, as app/web/present-label.server.ts makes it. */
export interface LabelAnswerShown {
  field: string;
  question: string;
  standing: 'current' | 'expired' | 'notAnswered';
  answer?: LabelAnswer;
  answerWord?: string;
  sentence: string;
  sentenceLang?: 'en';
  more?: string;
  moreLang?: 'en';
  source?: string;
  by?: 'facility' | 'vendor' | 'register';
  technical?: string;
  evidence?: { url: string; host: string };
  validUntil?: string;
}

export interface LabelPartShown {
  group: string;
  title: string;
  answered: number;
  of: number;
  answers: readonly LabelAnswerShown[];
  open: readonly LabelAnswerShown[];
}

/** A whole label, part by part. What nobody answered stands in each part, with its question. */
export function LabelParts({ parts }: { parts: readonly LabelPartShown[] }) {
  const words = useWords();
  return (
    <div className="sections">
      {parts.map(({ group, title, answered, of, answers, open }) => (
        <section key={group} aria-labelledby={`part-${group}`} className="stack">
          <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
            <h3 id={`part-${group}`}>{title}</h3>
            <p className="text-note text-muted">{words('labels.page.group', { answered, of })}</p>
          </div>
          <LabelAnswers answers={answers} />
          {open.length > 0 && (
            <ul className="stack gap-2">
              {open.map(({ field, question, sentence }) => (
                <li key={field} className="border-line rounded-sm border border-dashed px-4 py-2.5">
                  <span className="block font-semibold">{question}</span>
                  <span className="flex flex-wrap items-baseline gap-x-3">
                    <AnswerWord answer="notAnswered" />
                    <span className="text-muted">{sentence}</span>
                  </span>
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

/** Questions with their answers: the sentence first, who says so and since when, and what is behind it one click below. */
export function LabelAnswers({ answers }: { answers: readonly LabelAnswerShown[] }) {
  if (answers.length === 0) return null;
  return (
    <dl className="border-rule border-t">
      {answers.map((one) => (
        <div
          key={one.field}
          className="border-rule grid gap-x-6 gap-y-1 border-b py-3 sm:grid-cols-[2fr_3fr]"
        >
          <dt className="text-muted">{one.question}</dt>
          <dd className="grid gap-1">
            <LabelAnswerText {...one} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** An answer, as it stands under its question. */
function LabelAnswerText(one: LabelAnswerShown) {
  const words = useWords();
  const { standing, answer, answerWord, sentence, sentenceLang, more, moreLang, validUntil } = one;
  const isOver = standing === 'expired';
  return (
    <>
      {isOver && (
        <span className="text-soon flex items-start gap-2 font-semibold">
          <Icon name="clock" className="mt-1" />
          <span>{validUntil}</span>
        </span>
      )}
      {answer && !isOver && <AnswerWord answer={answer} word={answerWord} />}
      <span className={isOver ? 'text-muted' : undefined} lang={sentenceLang}>
        {sentence}
        {sentenceLang && <span className="text-muted"> ({words('labels.onlyEnglish')})</span>}
      </span>
      {more && <span lang={moreLang}>{more}</span>}
      <Source {...one} />
      <Behind {...one} />
    </>
  );
}

function Source({ standing, source, by, validUntil }: LabelAnswerShown) {
  if (!source) return null;
  return (
    <span className="text-note text-muted flex items-start gap-2">
      {by !== 'vendor' && <Icon name="tick" className="mt-1" />}
      <span>
        {source}
        {standing === 'current' && validUntil && ` · ${validUntil}`}
      </span>
    </span>
  );
}

function Behind({ question, technical, evidence }: LabelAnswerShown) {
  const words = useWords();
  if (!technical && !evidence) return null;
  return (
    <details>
      <summary className="text-note text-link reach w-fit underline underline-offset-[0.17em]">
        {words('labels.details')}
        <span className="sr-only">: {question}</span>
      </summary>
      <div className="bg-surface mt-2 grid gap-2 rounded-sm p-4">
        {technical && (
          <>
            <p className="text-note text-muted">{words('labels.asSaid')}</p>
            <p className="wrap-anywhere whitespace-pre-line" dir="auto">
              {technical}
            </p>
          </>
        )}
        {evidence && (
          <p>
            <a href={evidence.url} rel="noopener noreferrer external" className="reach wrap-anywhere">
              {words('labels.evidence', { host: evidence.host })}
            </a>
          </p>
        )}
      </div>
    </details>
  );
}
