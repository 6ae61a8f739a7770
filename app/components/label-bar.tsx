import { useId } from 'react';
import { classNames } from './class-names.ts';

export type LabelBarKind = 'checked' | 'said' | 'expired' | 'notAnswered';

export interface LabelBarProps {
  /** The conclusion in a sentence. */
  title: string;
  of: number;
  words: readonly { kind: LabelBarKind; count: number; text: string }[];
}

/**
 * How complete a label is, by who says so: solid, hatched, dotted, an empty frame. Not a score: it says how much was answered, not how
 * well. The same words stand under it.
 */
export function LabelBar({ title, of, words }: LabelBarProps) {
  const pattern = useId();
  const starts = words.map((_, index) => words.slice(0, index).reduce((sum, { count }) => sum + count, 0));
  return (
    <figure className="grid gap-2">
      <svg role="img" width="100%" height="20" className="block">
        <title>{title}</title>
        <Patterns id={pattern} />
        {words.map(({ kind, count }, index) =>
          count === 0 ? null : (
            <svg
              key={kind}
              x={`${((starts[index] ?? 0) / of) * 100}%`}
              width={`${(count / of) * 100}%`}
              height="20"
            >
              <Segment kind={kind} pattern={pattern} />
            </svg>
          ),
        )}
      </svg>
      <figcaption>
        <ul className="text-note text-muted flex flex-wrap gap-x-5 gap-y-1">
          {words
            .filter(({ count }) => count > 0)
            .map(({ kind, text }) => (
              <li key={kind} className="flex items-center gap-2">
                <svg width="24" height="16" aria-hidden="true" className="shrink-0">
                  <Segment kind={kind} pattern={pattern} height={16} />
                </svg>
                {text}
              </li>
            ))}
        </ul>
      </figcaption>
    </figure>
  );
}

const edges: Record<LabelBarKind, string> = {
  checked: 'stroke-chart-law',
  said: 'stroke-chart-law',
  expired: 'stroke-chart-extra',
  notAnswered: 'stroke-muted',
};

/** A piece of the bar, with 2 px of ground behind it. */
function Segment({ kind, pattern, height = 20 }: { kind: LabelBarKind; pattern: string; height?: number }) {
  const box = { x: 1, y: 1, height: height - 2 };
  return (
    <rect
      {...box}
      strokeWidth="1.5"
      className={classNames('w-[calc(100%-3px)]', edges[kind])}
      strokeDasharray={kind === 'notAnswered' ? '4 3' : undefined}
      fill={kind === 'notAnswered' ? 'none' : `url(#${pattern}-${kind})`}
    />
  );
}

function Patterns({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={`${id}-checked`} width="4" height="4" patternUnits="userSpaceOnUse">
        <rect width="4" height="4" className="fill-chart-law" />
      </pattern>
      <pattern
        id={`${id}-said`}
        width="6"
        height="6"
        patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)"
      >
        <rect width="2.5" height="6" className="fill-chart-law" />
      </pattern>
      <pattern id={`${id}-expired`} width="6" height="6" patternUnits="userSpaceOnUse">
        <circle cx="3" cy="3" r="1.4" className="fill-chart-extra" />
      </pattern>
    </defs>
  );
}
