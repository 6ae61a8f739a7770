import { useId } from 'react';
import { clockBarGeometry, type ClockDays, type ClockMark, type ClockSegment } from './clock-bar-geometry.ts';

/** A label: what the place is ("First date") and its date in words. */
export interface ClockLabel {
  word: string;
  date: string;
}

export interface ClockBarProps {
  /** The conclusion as one sentence: "We must answer by May 14, 2027. 5 days are left." */
  title: string;
  days: ClockDays;
  /** One for each mark that `days` names. */
  labels: Partial<Record<ClockMark['kind'], ClockLabel>>;
  /** Names of segments that need one: "extra time, 30 days", "clock stopped, 4 days". Listed under the bar. */
  legend?: Partial<Record<ClockSegment['kind'], string>>;
}

const barTop = 44;
const barHeight = 18;
const rowHeight = 46;

const fills: Record<ClockSegment['kind'], string> = {
  base: 'fill-chart-law',
  extra: '',
  pause: 'fill-none stroke-muted',
  late: 'fill-late-tint stroke-chart-late',
};

/** One bar from receipt to the last day. Dates are given in words; nothing here reads a clock or a time zone. */
export function ClockBar({ title, days, labels, legend }: ClockBarProps) {
  const hatch = `hatch${useId().replaceAll(':', '')}`;
  const { segments, marks, rows } = clockBarGeometry(days);
  const labelTop = barTop + barHeight + 26;
  const shown = (['base', 'extra', 'pause', 'late'] as const).filter((kind) => legend?.[kind]);
  return (
    <figure className="@container relative max-w-4xl">
      <Hatch id={hatch} />
      <svg
        role="img"
        width="100%"
        height={labelTop + rows * rowHeight - 18}
        className="hidden overflow-visible @min-[30rem]:block"
      >
        <title>{title}</title>
        <Bar segments={segments} hatch={hatch} top={barTop} />
        {marks.map((mark) => (
          <Mark key={mark.kind} mark={mark} label={labels[mark.kind]} labelTop={labelTop} />
        ))}
      </svg>
      <svg
        role="img"
        width="100%"
        height={barHeight + 16}
        className="block overflow-visible @min-[30rem]:hidden"
      >
        <title>{title}</title>
        <Bar segments={segments} hatch={hatch} top={14} />
        {marks.filter(isAbove).map((mark) => (
          <Pointer key={mark.kind} at={mark.at} y={2} />
        ))}
      </svg>
      <figcaption>
        <dl className="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 @min-[30rem]:hidden">
          {marks.map((mark) => {
            const label = labels[mark.kind];
            return label ? (
              <div key={mark.kind} className="contents">
                <dt className="text-muted">{label.word}</dt>
                <dd className="font-semibold">{label.date}</dd>
              </div>
            ) : null;
          })}
        </dl>
        {shown.length > 0 && (
          <ul className="text-note mt-3 flex flex-wrap gap-x-6 gap-y-1">
            {shown.map((kind) => (
              <li key={kind} className="flex items-center gap-2">
                <svg width="28" height="14" aria-hidden="true" className="shrink-0">
                  <Segment kind={kind} x="1" width="26" y={1} height={12} hatch={hatch} />
                </svg>
                {legend?.[kind]}
              </li>
            ))}
          </ul>
        )}
      </figcaption>
    </figure>
  );
}

function isAbove(mark: ClockMark) {
  return mark.kind === 'today' || mark.kind === 'answered';
}

/** In a picture of its own: a pattern inside a hidden picture paints nothing. */
function Hatch({ id }: { id: string }) {
  return (
    <svg width="0" height="0" aria-hidden="true" className="absolute">
      <pattern id={id} width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="7" height="7" className="fill-bg" />
        <rect width="3" height="7" className="fill-chart-extra" />
      </pattern>
    </svg>
  );
}

interface SegmentShape {
  kind: ClockSegment['kind'];
  x: string;
  width: string;
  y: number;
  height: number;
  hatch: string;
}

function Segment({ kind, x, width, y, height, hatch }: SegmentShape) {
  const outlined = kind === 'pause' || kind === 'late';
  return (
    <rect
      x={x}
      width={width}
      y={outlined ? y + 1 : y}
      height={outlined ? height - 2 : height}
      fill={kind === 'extra' ? `url(#${hatch})` : undefined}
      strokeWidth={outlined ? 2 : undefined}
      strokeDasharray={kind === 'pause' ? '2 4' : undefined}
      className={fills[kind]}
    />
  );
}

/** Neighbours are parted by 2 px of ground: their colours differ too little in lightness to part themselves. */
function Bar({ segments, hatch, top }: { segments: ClockSegment[]; hatch: string; top: number }) {
  return (
    <g>
      {segments.map((segment) => (
        <Segment
          key={`${segment.kind} ${segment.from}`}
          kind={segment.kind}
          x={`${segment.from}%`}
          width={`${Math.round((segment.to - segment.from) * 100) / 100}%`}
          y={top}
          height={barHeight}
          hatch={hatch}
        />
      ))}
      {segments.slice(1).map((segment) => (
        <line
          key={segment.from}
          x1={`${segment.from}%`}
          x2={`${segment.from}%`}
          y1={top - 1}
          y2={top + barHeight + 1}
          strokeWidth="3"
          className="stroke-bg"
        />
      ))}
    </g>
  );
}

function Pointer({ at, y }: { at: number; y: number }) {
  return (
    <svg x={`${at}%`} y={y} overflow="visible" width="1" height="1">
      <path d="M-7 0h14l-7 10z" className="fill-text" />
    </svg>
  );
}

function Mark({ mark, label, labelTop }: { mark: ClockMark; label?: ClockLabel; labelTop: number }) {
  const x = `${mark.at}%`;
  if (isAbove(mark)) {
    return (
      <g>
        <Pointer at={mark.at} y={barTop - 13} />
        {label && (
          <text x={x} y={barTop - 22} textAnchor={mark.anchor} fontSize="15" className="fill-text">
            <tspan fontWeight="600">{label.word}</tspan>
            <tspan dx="6" className="fill-muted">
              {label.date}
            </tspan>
          </text>
        )}
      </g>
    );
  }
  const y = labelTop + mark.row * rowHeight;
  return (
    <g>
      <line x1={x} x2={x} y1={barTop + barHeight + 2} y2={y - 16} strokeWidth="2" className="stroke-line" />
      {label && (
        <>
          <text x={x} y={y} textAnchor={mark.anchor} fontSize="15" className="fill-muted">
            {label.word}
          </text>
          <text
            x={x}
            y={y + 20}
            textAnchor={mark.anchor}
            fontSize="15"
            fontWeight="600"
            className="fill-text"
          >
            {label.date}
          </text>
        </>
      )}
    </g>
  );
}
