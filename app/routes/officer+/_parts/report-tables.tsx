import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import type { ReportView } from './report-view.server.ts';

/** The three tables of a report. */
export function ReportTables({ report }: { report: ReportView }) {
  const words = useWords();
  return (
    <>
      <section className="stack" aria-labelledby="by-kind">
        <h2 id="by-kind">{words('oversight.report.byKind')}</h2>
        {report.lines.length === 0 ? (
          <p>{words('oversight.report.none')}</p>
        ) : (
          <>
            <DataTable
              caption={words('oversight.report.byKind')}
              captionHidden
              rows={report.lines}
              rowKey={({ key }) => key}
              columns={[
                {
                  key: 'kind',
                  header: words('oversight.pace.kind'),
                  rowHeader: true,
                  cell: ({ kind }) => kind,
                },
                {
                  key: 'basis',
                  header: words('oversight.report.basis'),
                  cell: ({ basis }) => words(`site.basis.${basis}`),
                },
                ...report.measures.map((measure, index) => ({
                  key: measure,
                  header: measure,
                  align: 'end' as const,
                  cell: ({ numbers }: ReportView['lines'][number]) => numbers[index] ?? '–',
                })),
              ]}
            />
            <p className="text-muted text-note">{words('oversight.report.how')}</p>
          </>
        )}
      </section>
      <section className="stack" aria-labelledby="denials">
        <h2 id="denials">{words('oversight.report.denials')}</h2>
        <DataTable
          caption={words('oversight.report.denials')}
          captionHidden
          rows={report.denials}
          rowKey={({ kind, ground }) => `${kind} ${ground}`}
          empty={<p>{words('oversight.report.noDenials')}</p>}
          columns={[
            {
              key: 'ground',
              header: words('oversight.report.ground'),
              rowHeader: true,
              cell: ({ ground }) => ground,
            },
            {
              key: 'kind',
              header: words('oversight.pace.kind'),
              cell: ({ kind }) => kind,
            },
            {
              key: 'count',
              header: words('oversight.report.count'),
              align: 'end',
              cell: ({ count }) => count,
            },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="opt-outs">
        <h2 id="opt-outs">{words('oversight.report.optOuts')}</h2>
        <DataTable
          caption={words('oversight.report.optOuts')}
          captionHidden
          rows={report.optOuts}
          rowKey={({ purpose }) => purpose}
          columns={[
            {
              key: 'purpose',
              header: words('oversight.report.purpose'),
              rowHeader: true,
              cell: ({ purpose }) => purpose,
            },
            {
              key: 'denied',
              header: words('oversight.report.saidNo'),
              align: 'end',
              cell: ({ denied }) => denied,
            },
            {
              key: 'withdrawn',
              header: words('oversight.report.tookBack'),
              align: 'end',
              cell: ({ withdrawn }) => withdrawn,
            },
          ]}
        />
        <p className="text-muted text-note">{words('oversight.report.optOutsHow')}</p>
      </section>
    </>
  );
}
