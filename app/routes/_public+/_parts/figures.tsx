import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import type { PublicFigures } from '#app/requests/reports-public.server.ts';

/** The public figures of a span, as tables. */
export function Figures({ figures }: { figures: PublicFigures & { period: string } }) {
  const words = useWords();
  const { received, answers, optOuts, period, from } = figures;
  const count = (value: number | null) => value ?? words('oversight.public.fewer');
  const sum = (value: number | null) => value ?? words('oversight.public.notShown');
  const howMany = {
    key: 'count',
    header: words('oversight.public.count'),
    align: 'end' as const,
    cell: (row: { count: number | string }) => row.count,
  };
  const id = `figures-${from}`;
  const shown = [
    ...received.kinds.map((one) => one.count),
    ...answers.flatMap(({ onTime, late, unanswered }) => [onTime, late, unanswered]),
    ...optOuts.flatMap(({ denied, withdrawn }) => [denied, withdrawn]),
  ].some((value) => value !== null);
  if (!shown) {
    return (
      <section className="stack" aria-labelledby={id}>
        <h2 id={id}>{period}</h2>
        <p>{words('oversight.public.allFew')}</p>
      </section>
    );
  }
  return (
    <section className="stack gap-8" aria-labelledby={id}>
      <h2 id={id}>{period}</h2>
      <DataTable
        caption={words('oversight.public.received')}
        rows={[
          ...received.kinds.map((one) => ({
            name: words(`requests.kind.${one.kind}`),
            count: count(one.count),
          })),
          { name: words('oversight.public.together'), count: sum(received.total) },
        ]}
        rowKey={({ name }) => name}
        columns={[
          {
            key: 'name',
            header: words('oversight.public.kind'),
            rowHeader: true,
            cell: ({ name }) => name,
          },
          howMany,
        ]}
      />
      {answers.map(({ basis, onTime, late, unanswered, total, days }) => (
        <div key={basis} className="stack">
          <DataTable
            caption={words('oversight.public.answers', { basis })}
            rows={[
              { name: words('oversight.public.onTime'), count: count(onTime) },
              { name: words('oversight.public.late'), count: count(late) },
              { name: words('oversight.public.unanswered'), count: count(unanswered) },
              { name: words('oversight.public.together'), count: sum(total) },
            ]}
            rowKey={({ name }) => name}
            columns={[
              {
                key: 'name',
                header: words('oversight.public.kept'),
                rowHeader: true,
                cell: ({ name }) => name,
              },
              howMany,
            ]}
          />
          {days && <p>{words('oversight.public.days', { ...days })}</p>}
        </div>
      ))}
      <div className="stack">
        <DataTable
          caption={words('oversight.public.choices')}
          rows={optOuts}
          rowKey={({ purpose }) => purpose}
          columns={[
            {
              key: 'purpose',
              header: words('oversight.report.purpose'),
              rowHeader: true,
              cell: ({ purpose }) => words(`optOuts.purpose.${purpose}`),
            },
            {
              key: 'denied',
              header: words('oversight.report.saidNo'),
              align: 'end',
              cell: ({ denied }) => count(denied),
            },
            {
              key: 'withdrawn',
              header: words('oversight.report.tookBack'),
              align: 'end',
              cell: ({ withdrawn }) => count(withdrawn),
            },
          ]}
        />
        <p className="text-muted">{words('oversight.public.choicesHow')}</p>
      </div>
    </section>
  );
}
