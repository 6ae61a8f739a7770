import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { LawTag, type DateBasis } from '#app/components/law-tag.tsx';
import { useWords } from '#app/components/words.tsx';

export interface RuleGroup {
  group: string;
  label: string;
  rules: {
    id: string;
    name: string;
    period: string;
    extension: string | null;
    basis: DateBasis;
    citation: string | null;
  }[];
}

/** Every rule with its time and its source. Each row has the rule's id, so that a date can link to it. */
export function DeadlineRules({ groups }: { groups: readonly RuleGroup[] }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="rules">
      <h2 id="rules">{words('deadlines.rules.heading')}</h2>
      <p>{words('deadlines.rules.lead')}</p>
      {groups.map(({ group, label, rules }) => (
        <DataTable
          key={group}
          caption={label}
          rows={rules}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'rule',
              header: words('deadlines.rules.rule'),
              rowHeader: true,
              cell: ({ id, name }) => (
                <Link id={id} to={`/deadlines?rule=${id}`}>
                  {name}
                </Link>
              ),
            },
            { key: 'period', header: words('deadlines.rules.period'), cell: ({ period }) => period },
            {
              key: 'extension',
              header: words('deadlines.rules.extension'),
              cell: ({ extension }) =>
                extension ?? <span className="text-muted">{words('deadlines.rules.none')}</span>,
            },
            {
              key: 'basis',
              header: words('deadlines.rules.basis'),
              cell: ({ basis, citation }) => (
                <>
                  <LawTag basis={basis} />
                  {citation && <span className="text-muted block">{citation}</span>}
                </>
              ),
            },
          ]}
        />
      ))}
    </section>
  );
}
