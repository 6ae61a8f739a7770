import type { SerializeFrom } from '@remix-run/node';
import { ClockBar } from '#app/components/clock-bar.tsx';
import { LawTag } from '#app/components/law-tag.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import type { resultView } from './deadline-view.server.ts';

/** The answer: the last day, whose it is, its picture, what extra time would give, and the working. */
export function DeadlineResult({ result }: { result: SerializeFrom<ReturnType<typeof resultView>> }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="result">
      <h2 id="result" className="text-muted text-h3">
        {result.rule}
      </h2>
      <p className="text-date font-bold">
        <time dateTime={result.dueOn}>{result.by}</time>
      </p>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-2">
        {result.isToday ? <StatusBadge tone="soon">{result.distance}</StatusBadge> : result.distance}
        <span>
          <LawTag basis={result.basis} />
          {result.citation && <span className="text-muted"> · {result.citation}</span>}
        </span>
      </p>
      {result.stopped && <p className="font-semibold">{result.stopped}</p>}
      <ClockBar {...result.bar} />
      <p>{result.extension}</p>
      <h3>{words('deadlines.result.working')}</h3>
      <ol className="ms-6 grid list-decimal gap-2">
        {result.working.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
      <p className="text-note text-muted">{words('deadlines.result.keep')}</p>
    </section>
  );
}
