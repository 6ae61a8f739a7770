import { Link, useRevalidator } from '@remix-run/react';
import { useEffect } from 'react';
import { StatusBadge } from '#app/components/status-badge.tsx';
import type { Tone } from '#app/components/tones.ts';
import { useWords } from '#app/components/words.tsx';
import type { ImportState } from '#app/disclosures/imports/imports.ts';
import type { ImportView } from './import-view.server.ts';

const tones: Record<ImportState, Tone> = {
  waiting: 'soon',
  running: 'info',
  cutOff: 'late',
  done: 'good',
  stopped: 'late',
  thrownAway: 'none',
  lapsed: 'none',
};

export function ImportBadge({ state }: { state: ImportState }) {
  const words = useWords();
  return <StatusBadge tone={tones[state]}>{words(`imports.state.${state}`)}</StatusBadge>;
}

/** Milliseconds between two looks at a file that is being taken in. */
const lookEvery = 2_000;

/** How far a file is, and what became of its rows so far. With script it looks again by itself, while somebody sees it. */
export function ImportProgress({ file }: { file: ImportView }) {
  const words = useWords();
  const { revalidate } = useRevalidator();
  const isRunning = file.state === 'running';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') revalidate();
    }, lookEvery);
    return () => clearInterval(timer);
  }, [isRunning, revalidate]);
  if (!isRunning && file.taken === 0) return null;
  return (
    <section className="stack" aria-labelledby="progress">
      <h2 id="progress">{words(isRunning ? 'imports.running.heading' : 'imports.result')}</h2>
      {isRunning && (
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          {file.rowCount !== null && (
            <progress
              className="accent-act h-4 w-72 max-w-full"
              value={file.taken}
              max={file.rowCount}
              aria-label={words('imports.running.heading')}
            />
          )}
          <span className="tabular-nums">{file.progress}</span>
          <Link to={`/staff/imports/${file.id}`} className="reach">
            {words('imports.running.refresh')}
          </Link>
        </div>
      )}
      <p>
        {!isRunning && file.progress && <strong>{file.progress}: </strong>}
        {words('imports.counts', file.counts)}
      </p>
    </section>
  );
}
