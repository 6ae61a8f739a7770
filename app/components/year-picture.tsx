export interface YearPictureProps {
  /** The conclusion: "11 holidays in 2027". The days stand in the table below it. */
  title: string;
  months: { name: string; days: { kind: 'work' | 'weekend' | 'holiday' }[] }[];
  /** Names of the shapes. */
  legend: { weekend: string; holiday: string };
}

const cell = 26;
const labelWidth = 52;
const top = 26;
const looks = {
  work: 'fill-surface',
  weekend: 'fill-rule',
  holiday: 'fill-act',
} as const;

/** A year at one glance: a row a month, a square a day. A holiday is taller and marked, so that colour is not alone. */
export function YearPicture({ title, months, legend }: YearPictureProps) {
  const width = labelWidth + 31 * cell;
  return (
    <figure className="@container">
      <svg
        role="img"
        viewBox={`0 0 ${width} ${top + 12 * cell}`}
        className="hidden w-full max-w-4xl @min-[40rem]:block"
      >
        <title>{title}</title>
        {[1, 5, 10, 15, 20, 25, 31].map((day) => (
          <text
            key={day}
            x={labelWidth + (day - 0.5) * cell}
            y={16}
            textAnchor="middle"
            fontSize="14"
            className="fill-muted"
          >
            {day}
          </text>
        ))}
        {months.map(({ name, days }, month) => (
          <g key={name}>
            <text x={0} y={top + month * cell + 17} fontSize="14" className="fill-text">
              {name}
            </text>
            {days.map(({ kind }, day) => (
              <Day
                key={`${name} ${day + 1}`}
                kind={kind}
                x={labelWidth + day * cell}
                y={top + month * cell}
              />
            ))}
          </g>
        ))}
      </svg>
      <figcaption className="text-note mt-2 hidden flex-wrap gap-x-6 gap-y-1 @min-[40rem]:flex">
        {(['weekend', 'holiday'] as const).map((kind) => (
          <span key={kind} className="flex items-center gap-2">
            <svg width={cell} height={cell} aria-hidden="true">
              <Day kind={kind} x={0} y={0} />
            </svg>
            {legend[kind]}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function Day({ kind, x, y }: { kind: 'work' | 'weekend' | 'holiday'; x: number; y: number }) {
  return (
    <>
      <rect x={x + 1} y={y + 1} width={cell - 2} height={cell - 2} rx={2} className={looks[kind]} />
      {kind === 'holiday' && (
        <path
          d={`M${x + 8} ${y + 8}l10 10M${x + 18} ${y + 8}l-10 10`}
          strokeWidth="2"
          className="stroke-act-text"
        />
      )}
    </>
  );
}
