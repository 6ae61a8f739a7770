import { Link } from '@remix-run/react';
import { useId } from 'react';
import { DataTable } from '#app/components/data-table.tsx';
import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import { bases } from '#app/requests/reports.ts';
import { CountLink } from './count-link.tsx';
import type { HorizonRow, HorizonView } from './horizon-view.server.ts';

const top = 34;
const barsHeight = 130;
const bottom = top + barsHeight;
const height = bottom + 30;

/** When open requests fall due: late ones as a number, the next weeks as bars, and the same facts as a table. */
export function Horizon({ horizon }: { horizon: HorizonView }) {
  const words = useWords();
  return (
    <div className="stack">
      <figure className="@container">
        <div className="hidden gap-6 @min-[30rem]:grid @min-[30rem]:grid-cols-[auto_minmax(0,1fr)]">
          <p className={horizon.late > 0 ? 'text-late' : 'text-muted'}>
            <span className="block">{words('officer.horizon.late')}</span>
            <span className="text-h1 block font-bold">
              <CountLink to="/staff?due=overdue" count={horizon.late} />
            </span>
          </p>
          <Bars horizon={horizon} />
        </div>
      </figure>
      <DataTable
        caption={words('officer.horizon.tableCaption')}
        captionHidden
        rows={horizon.rows}
        rowKey={(row) => row.on}
        empty={<p>{words('officer.horizon.none')}</p>}
        columns={[
          {
            key: 'day',
            header: words('officer.horizon.day'),
            rowHeader: true,
            cell: (row) => <Day row={row} />,
          },
          ...bases.map((basis) => ({
            key: basis,
            header: words(`officer.horizon.${basis}`),
            align: 'end' as const,
            cell: (row: HorizonRow) => (
              <CountLink to={`/staff?basis=${basis}&dueOn=${row.on}`} count={row[basis]} />
            ),
          })),
          {
            key: 'requests',
            header: words('officer.horizon.requests'),
            cell: (row) => <Requests row={row} />,
          },
        ]}
      />
    </div>
  );
}

const standingWords = {
  late: { whole: 'officer.horizon.late', some: 'officer.horizon.lateSome' },
  today: { whole: 'officer.horizon.dueToday', some: 'officer.horizon.dueTodaySome' },
} as const;

function Day({ row }: { row: HorizonRow }) {
  const words = useWords();
  return (
    <>
      <span className="block">{row.day}</span>
      {row.standing.map(({ what, count, whole }) => (
        <span
          key={what}
          className={`${what === 'late' ? 'text-late' : 'text-soon'} flex items-center gap-1.5`}
        >
          <Icon name={what === 'late' ? 'warning' : 'flag'} />
          {words(standingWords[what][whole ? 'whole' : 'some'], { count })}
        </span>
      ))}
      {row.off && <span className="text-muted block font-normal">{row.off}</span>}
    </>
  );
}

function Requests({ row }: { row: HorizonRow }) {
  const words = useWords();
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1">
      {row.requests.map(({ id, reference }) => (
        <li key={id}>
          <Link to={`/staff/requests/${id}`} className="reach whitespace-nowrap">
            {reference}
          </Link>
        </li>
      ))}
      {row.more > 0 && (
        <li>
          <Link to={`/staff?dueOn=${row.on}`} className="reach">
            {words('officer.horizon.more', { count: row.more })}
          </Link>
        </li>
      )}
    </ul>
  );
}

function Bars({ horizon }: { horizon: HorizonView }) {
  const words = useWords();
  const dots = `dots${useId().replaceAll(':', '')}`;
  const { days, ticks, late, near, total } = horizon;
  const slot = 100 / days.length;
  const most = Math.max(1, ...days.map(({ law, promise }) => law + promise));
  const unit = Math.min(26, barsHeight / most);
  const x = (index: number) => `${Math.round(index * slot * 1_000) / 1_000}%`;
  return (
    <div>
      <svg role="img" width="100%" height={height} className="block overflow-visible">
        <title>{words('officer.horizon.title', { late, near, total })}</title>
        <Dots id={dots} />
        {days.map(({ on, off }, index) =>
          off ? (
            <rect
              key={on}
              x={x(index)}
              y={top}
              width={x(1)}
              height={barsHeight}
              className="fill-quiet-tint"
            />
          ) : null,
        )}
        {days.map(({ on, law, promise }, index) => (
          <g key={on}>
            {law > 0 && (
              <rect
                x={x(index + 0.14)}
                width={x(0.72)}
                y={bottom - law * unit}
                height={law * unit}
                className="fill-chart-law"
              />
            )}
            {promise > 0 && (
              <rect
                x={x(index + 0.14)}
                width={x(0.72)}
                y={bottom - (law + promise) * unit + 1}
                height={promise * unit - 2 - (law > 0 ? 1 : 0)}
                fill={`url(#${dots})`}
                strokeWidth="2"
                className="stroke-chart-promise"
              />
            )}
            {law + promise > 0 && (
              <text
                x={x(index + 0.5)}
                y={bottom - (law + promise) * unit - 7}
                textAnchor="middle"
                fontSize="14"
                fontWeight="600"
                className="fill-text"
              >
                {law + promise}
              </text>
            )}
          </g>
        ))}
        <line x1="0" x2="100%" y1={bottom} y2={bottom} className="stroke-line" />
        <line x1="0" x2="0" y1={top - 14} y2={bottom + 6} strokeWidth="2" className="stroke-text" />
        <text x="6" y={top - 6} fontSize="14" fontWeight="600" className="fill-text">
          {words('officer.horizon.today')}
        </text>
        {ticks.map(({ index, label }) => (
          <g key={index}>
            <line x1={x(index)} x2={x(index)} y1={bottom} y2={bottom + 6} className="stroke-line" />
            <text x={x(index)} y={bottom + 22} fontSize="14" className="fill-muted">
              {label}
            </text>
          </g>
        ))}
      </svg>
      <ul className="text-note mt-2 flex flex-wrap gap-x-6 gap-y-1" aria-hidden="true">
        <Key words={words('officer.horizon.law')}>
          <rect width="16" height="14" className="fill-chart-law" />
        </Key>
        <Key words={words('officer.horizon.promise')}>
          <rect
            x="1"
            y="1"
            width="14"
            height="12"
            fill={`url(#${dots})`}
            strokeWidth="2"
            className="stroke-chart-promise"
          />
        </Key>
        <Key words={words('officer.horizon.off')}>
          <rect width="16" height="14" className="fill-quiet-tint" />
        </Key>
      </ul>
    </div>
  );
}

function Key({ words, children }: { words: string; children: React.ReactNode }) {
  return (
    <li className="flex items-center gap-2">
      <svg width="16" height="14" className="shrink-0">
        {children}
      </svg>
      {words}
    </li>
  );
}

function Dots({ id }: { id: string }) {
  return (
    <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse">
      <rect width="5" height="5" className="fill-bg" />
      <circle cx="2.5" cy="2.5" r="1.3" className="fill-chart-promise" />
    </pattern>
  );
}
