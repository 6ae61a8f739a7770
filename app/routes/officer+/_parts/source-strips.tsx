import { Link } from '@remix-run/react';
import { useId, type ReactNode } from 'react';
import { useWords } from '#app/components/words.tsx';
import type { DayState } from '#app/disclosures/source-rules.ts';
import type { SourceStrips as Strips } from './sources-view.server.ts';

const height = 22;

/**
 * Which days messages of each source came, and which are missing: a strip a source, today at its end. The tables beside it hold the
 * same facts. @param named whether each strip has its source's name above it
 */
export function SourceStrips({
  strips: { strips, days, ticks, more },
  named,
}: {
  strips: Strips;
  named: boolean;
}) {
  const words = useWords();
  const hatch = `hatch${useId().replaceAll(':', '')}`;
  const at = (place: number) => `${Math.round((place * 100_000) / days) / 1_000}%`;
  return (
    <figure className="max-w-4xl">
      <ul className="grid gap-3">
        {strips.map(({ to, name, title, runs }) => (
          <li key={to} className="max-w-none">
            {named && (
              <Link to={to} className="reach mb-1 inline-block max-w-full truncate align-bottom">
                {name}
              </Link>
            )}
            <svg role="img" width="100%" height={height} className="block">
              <title>{title}</title>
              <Hatch id={hatch} />
              {runs.map(({ state, at: first, days: length }) => (
                <Stretch key={first} state={state} x={at(first)} width={at(length)} hatch={hatch} />
              ))}
            </svg>
          </li>
        ))}
      </ul>
      <svg aria-hidden="true" width="100%" height="26" className="block overflow-visible">
        {ticks.map(({ at: place, label }) => (
          <g key={place}>
            <line x1={at(place)} x2={at(place)} y1="2" y2="8" className="stroke-line" />
            <text x={at(place)} dx="4" y="20" fontSize="14" className="fill-muted">
              {label}
            </text>
          </g>
        ))}
      </svg>
      {more > 0 && <p className="text-muted">{words('sources.strip.more', { count: more })}</p>}
      <ul className="text-note mt-1 flex flex-wrap gap-x-6 gap-y-1" aria-hidden="true">
        {(['reported', 'quiet', 'silence', 'missing'] as const).map((state) => (
          <Key key={state} words={words(`sources.day.${state}`)}>
            <Stretch state={state} x="0" width="100%" hatch={hatch} />
          </Key>
        ))}
      </ul>
    </figure>
  );
}

/** States differ by fill and height: full, a line, hatched in a frame, half. */
function Stretch({ state, x, width, hatch }: { state: DayState; x: string; width: string; hatch: string }) {
  switch (state) {
    case 'before':
      return null;
    case 'reported':
      return <rect x={x} width={width} y="3" height={height - 6} className="fill-chart-law" />;
    case 'quiet':
      return <rect x={x} width={width} y={height - 5} height="2" className="fill-line" />;
    case 'silence':
      return (
        <rect
          x={x}
          width={width}
          y="2"
          height={height - 4}
          fill={`url(#${hatch})`}
          strokeWidth="2"
          className="stroke-chart-late"
        />
      );
    case 'missing':
      return <rect x={x} width={width} y={height / 2} height={height / 2 - 3} className="fill-chart-extra" />;
  }
}

function Hatch({ id }: { id: string }) {
  return (
    <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <rect width="6" height="6" className="fill-bg" />
      <rect width="2" height="6" className="fill-chart-late" />
    </pattern>
  );
}

function Key({ words, children }: { words: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-2">
      <svg width="18" height={height} className="shrink-0">
        {children}
      </svg>
      {words}
    </li>
  );
}
