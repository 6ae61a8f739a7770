import type { MapPurpose } from './images-map-lines.ts';

export interface SentTimelineProps {
  /** The conclusion. The releases stand in the tables below it. */
  title: string;
  rows: { use: MapPurpose; label: string; marks: { /** From 0 to 1. */ x: number; count: number }[] }[];
  ticks: { x: number; label: string }[];
}

const width = 720;
const left = 190;
const right = 40;
const rowHeight = 44;

/** Uses differ by shape, not by colour alone. */
const looks: Record<MapPurpose, { path: string; fill: string }> = {
  care: { path: 'M-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0', fill: 'fill-chart-law' },
  ai: { path: 'M0 -9L9 0L0 9L-9 0z', fill: 'fill-chart-extra' },
  research: { path: 'M-7 -7h14v14h-14z', fill: 'fill-chart-promise' },
  other: { path: 'M0 -9L9 7H-9z', fill: 'fill-muted' },
};

/** When images were sent: a row a use, a mark a month with how many. Below 480 px of room the tables say it alone. */
export function SentTimeline({ title, rows, ticks }: SentTimelineProps) {
  const height = rows.length * rowHeight + 34;
  const place = (x: number) => left + x * (width - left - right);
  return (
    <figure className="@container max-w-4xl">
      <figcaption className="mb-2 font-semibold">{title}</figcaption>
      <svg role="img" viewBox={`0 0 ${width} ${height}`} className="hidden w-full @min-[45rem]:block">
        <title>{title}</title>
        {ticks.map(({ x, label }, at) => (
          <g key={label}>
            <line
              x1={place(x)}
              x2={place(x)}
              y1={6}
              y2={height - 28}
              strokeWidth="1"
              className="stroke-rule"
            />
            <text
              x={place(x)}
              y={height - 8}
              textAnchor={at === ticks.length - 1 ? 'end' : at === 0 ? 'start' : 'middle'}
              fontSize="16"
              className="fill-muted"
            >
              {label}
            </text>
          </g>
        ))}
        {rows.map(({ use, label, marks }, row) => (
          <g key={use} transform={`translate(0 ${row * rowHeight + rowHeight / 2})`}>
            <text x={0} y={5} fontSize="16" className="fill-text">
              {label}
            </text>
            <line x1={left} x2={width - right} y1={0} y2={0} strokeWidth="1" className="stroke-line" />
            {marks.map(({ x, count }) => (
              <g key={x} transform={`translate(${place(x)} 0)`}>
                <path d={looks[use].path} strokeWidth="2" className={`stroke-bg ${looks[use].fill}`} />
                {count > 1 && (
                  <text x={11} y={-8} fontSize="15" className="fill-text">
                    {count}
                  </text>
                )}
              </g>
            ))}
          </g>
        ))}
      </svg>
    </figure>
  );
}
