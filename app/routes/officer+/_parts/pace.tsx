import { Form, Link } from '@remix-run/react';
import { scaleBand, scaleLinear } from 'd3-scale';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { SelectField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { CountLink } from './count-link.tsx';
import type { PaceMonth, PaceView } from './oversight-view.server.ts';

const top = 26;
const bottom = 150;
const height = bottom + 26;

/** The list of the answers of a kind, or of all, in a month, or from a month on. */
function answersOf(
  {
    kindId,
    basis,
    month,
    from,
  }: { kindId: string | null; basis: string; month: string | null; from?: string },
  which: 'any' | 'late' | 'inTime',
): string {
  const query = new URLSearchParams({ standing: 'ended', answered: which, basis });
  if (kindId) query.set('kind', kindId);
  const first = month ?? from;
  if (first) query.set('from', first);
  if (month) query.set('to', month);
  return `/staff?${query.toString()}`;
}

/** How answers kept their dates in the last 12 months: on time, and days used, as two charts and as one table. */
export function Pace({ pace }: { pace: PaceView }) {
  const words = useWords();
  if (pace.rows.length === 0) return <p>{words('oversight.pace.none')}</p>;
  const { newest } = pace;
  const rate = { onTime: pace.onTime, answered: pace.answered, basis: pace.basis };
  return (
    <>
      <Form method="get" action="/officer#pace" className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <SelectField name="kind" width="half" label={words('oversight.pace.kind')} defaultValue={pace.shown}>
          {pace.choices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <Button variant="outline">{words('oversight.pace.show')}</Button>
      </Form>
      <p>{words('oversight.pace.rateTitle', rate)}</p>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {(
          [
            ['any', 'oversight.pace.openAll', pace.answered],
            ['inTime', 'oversight.pace.openInTime', pace.onTime],
            ['late', 'oversight.pace.openLate', pace.answered - pace.onTime],
          ] as const
        ).map(
          ([which, label, count]) =>
            count > 0 && (
              <li key={which}>
                <Link to={answersOf({ ...pace.of, month: null }, which)} className="reach">
                  {words(label, { count })}
                </Link>
              </li>
            ),
        )}
      </ul>
      <div className="@container">
        <div className="hidden gap-8 @min-[30rem]:grid @min-[60rem]:grid-cols-2">
          <figure>
            <figcaption className="font-semibold">{words('oversight.pace.rate')}</figcaption>
            <Bars
              months={pace.months}
              title={words('oversight.pace.rateTitle', rate)}
              most={100}
              value={({ onTime, answered }) => Math.round((onTime / answered) * 100)}
              fill="fill-chart-met"
            />
          </figure>
          <figure>
            <figcaption className="font-semibold">{words('oversight.pace.days')}</figcaption>
            <Bars
              months={pace.months}
              title={
                newest
                  ? words('oversight.pace.daysTitle', {
                      month: newest.month,
                      median: newest.medianDays,
                      ninetieth: newest.ninetiethDays,
                    })
                  : words('oversight.pace.none')
              }
              most={Math.max(1, ...pace.months.map(({ ninetiethDays }) => ninetiethDays))}
              value={({ medianDays }) => medianDays}
              upTo={({ ninetiethDays }) => ninetiethDays}
              fill="fill-chart-law"
            />
            <ul className="text-note mt-1 flex flex-wrap gap-x-6 gap-y-1" aria-hidden="true">
              <li className="flex items-center gap-2">
                <svg width="16" height="14">
                  <rect width="16" height="14" className="fill-chart-law" />
                </svg>
                {words('oversight.pace.median')}
              </li>
              <li className="flex items-center gap-2">
                <svg width="16" height="14">
                  <rect
                    x="1"
                    y="1"
                    width="14"
                    height="12"
                    strokeWidth="2"
                    className="stroke-chart-law fill-transparent"
                  />
                </svg>
                {words('oversight.pace.ninetieth')}
              </li>
            </ul>
          </figure>
        </div>
      </div>
      <details>
        <summary className="min-h-(--target) py-1 font-semibold">{words('oversight.pace.table')}</summary>
        <DataTable
          caption={words('oversight.pace.heading')}
          captionHidden
          rows={pace.rows}
          rowKey={(row) => row.key}
          columns={[
            {
              key: 'month',
              header: words('oversight.pace.month'),
              rowHeader: true,
              cell: (row) => row.monthInWords,
            },
            { key: 'kind', header: words('oversight.pace.kind'), cell: (row) => row.kind },
            {
              key: 'basis',
              header: words('oversight.report.basis'),
              cell: (row) => words(`site.basis.${row.basis}`),
            },
            {
              key: 'answered',
              header: words('oversight.pace.answered'),
              align: 'end',
              cell: (row) => <CountLink to={answersOf(row, 'any')} count={row.answered} />,
            },
            {
              key: 'onTime',
              header: words('oversight.pace.onTime'),
              align: 'end',
              cell: (row) => (
                <CountLink
                  to={answersOf(row, 'inTime')}
                  count={row.onTime}
                  note={`(${Math.round((row.onTime / row.answered) * 100)} %)`}
                />
              ),
            },
            {
              key: 'late',
              header: words('oversight.pace.late'),
              align: 'end',
              cell: (row) => <CountLink to={answersOf(row, 'late')} count={row.answered - row.onTime} />,
            },
            {
              key: 'median',
              header: words('oversight.pace.median'),
              align: 'end',
              cell: (row) => row.medianDays,
            },
            {
              key: 'ninetieth',
              header: words('oversight.pace.ninetieth'),
              align: 'end',
              cell: (row) => row.ninetiethDays,
            },
          ]}
        />
      </details>
    </>
  );
}

/** A bar a month, from zero; `upTo` is an outline above it. A month without an answer stays empty. */
function Bars({
  months,
  title,
  most,
  value,
  upTo = value,
  fill,
}: {
  months: readonly PaceMonth[];
  title: string;
  most: number;
  value: (month: PaceMonth) => number;
  upTo?: (month: PaceMonth) => number;
  fill: string;
}) {
  const x = scaleBand<string>()
    .domain(months.map(({ month }) => month))
    .range([0, 100])
    .paddingInner(0.35)
    .paddingOuter(0.15);
  const y = scaleLinear().domain([0, most]).range([bottom, top]);
  const percent = (share: number) => `${Math.round(share * 1_000) / 1_000}%`;
  const left = (month: PaceMonth) => x(month.month) ?? 0;
  return (
    <svg role="img" width="100%" height={height} className="block overflow-visible">
      <title>{title}</title>
      {months.map((month) => (
        <g key={month.month}>
          {month.answered > 0 && (
            <>
              {upTo(month) > value(month) && (
                <rect
                  x={percent(left(month))}
                  width={percent(x.bandwidth())}
                  y={y(upTo(month))}
                  height={y(value(month)) - y(upTo(month))}
                  strokeWidth="2"
                  className="stroke-chart-law fill-transparent"
                />
              )}
              <rect
                x={percent(left(month))}
                width={percent(x.bandwidth())}
                y={y(value(month))}
                height={bottom - y(value(month))}
                className={fill}
              />
              <text
                x={percent(left(month) + x.bandwidth() / 2)}
                y={y(upTo(month)) - 6}
                textAnchor="middle"
                fontSize="14"
                fontWeight="600"
                className="fill-text"
              >
                {value(month) === upTo(month) ? value(month) : `${value(month)}–${upTo(month)}`}
              </text>
            </>
          )}
          <text
            x={percent(left(month) + x.bandwidth() / 2)}
            y={bottom + 19}
            textAnchor="middle"
            fontSize="14"
            className="fill-muted"
          >
            {month.short}
          </text>
        </g>
      ))}
      <line x1="0" x2="100%" y1={bottom} y2={bottom} className="stroke-line" />
    </svg>
  );
}
