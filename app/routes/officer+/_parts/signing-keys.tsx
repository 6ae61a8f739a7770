import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import { KeyStateBadge } from './key-state.tsx';
import type { ProgramView } from './keys-view.server.ts';

/** The public keys that a program signs with, and the form that registers others. */
export function SigningKeys({
  program,
  tokenAddress,
  mayManage,
  mistakes,
  usualDays,
  mostDays,
}: {
  program: ProgramView;
  tokenAddress: string;
  mayManage: boolean;
  mistakes: ReturnType<typeof useMistakes>;
  usualDays: number;
  mostDays: number;
}) {
  const words = useWords();
  const { signingKeys } = program;
  return (
    <section className="stack" aria-labelledby="signing">
      <h2 id="signing">{words('crew.keySet.title')}</h2>
      <p className="max-w-measure">{words('crew.keySet.lead')}</p>
      <SummaryList
        rows={[
          { term: words('crew.keySet.clientId'), value: <code className="break-all">{program.id}</code> },
          {
            term: words('crew.keySet.tokenAddress'),
            value: <code className="break-all">{tokenAddress}</code>,
          },
        ]}
      />
      <DataTable
        caption={words('crew.keySet.title')}
        captionHidden
        rows={signingKeys}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('crew.keySet.none')}>{words('crew.keySet.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'kid',
            header: words('crew.keySet.kid'),
            rowHeader: true,
            cell: ({ kid }) => <span className="break-all">{kid}</span>,
          },
          { key: 'algorithm', header: words('crew.keySet.algorithm'), cell: ({ algorithm }) => algorithm },
          {
            key: 'state',
            header: words('crew.keys.state'),
            cell: ({ state }) => <KeyStateBadge state={state} />,
          },
          { key: 'ends', header: words('crew.keys.ends'), cell: ({ ends }) => ends },
          {
            key: 'lastUsed',
            header: words('crew.keys.lastUsed'),
            cell: ({ lastUsed }) => lastUsed ?? words('crew.keys.neverUsed'),
          },
        ]}
      />
      {mayManage && (
        <>
          <h3>{words('crew.keySet.register')}</h3>
          <p className="max-w-measure">{words('crew.keySet.registerHint')}</p>
          <Form method="post" noValidate className="stack">
            <input type="hidden" name="intent" value="registerKeySet" />
            <TextArea
              name="keySet"
              label={words('crew.keySet.set')}
              hint={words('crew.keySet.setHint')}
              error={mistakes.error('keySet')}
              defaultValue={mistakes.typed('keySet')}
              rows={8}
              spellCheck={false}
              autoComplete="off"
            />
            <TextField
              name="keySetDays"
              width="code"
              inputMode="numeric"
              label={words('crew.keys.days')}
              hint={words('crew.keys.daysHint', { most: mostDays })}
              error={mistakes.error('keySetDays')}
              defaultValue={mistakes.typed('keySetDays') ?? `${usualDays}`}
              autoComplete="off"
            />
            <p>
              <Button variant="outline">{words('crew.keySet.save')}</Button>
            </p>
          </Form>
          {signingKeys.length > 0 && (
            <Form method="post">
              <input type="hidden" name="intent" value="endKeySet" />
              <Button variant="danger">{words('crew.keySet.end')}</Button>
            </Form>
          )}
        </>
      )}
    </section>
  );
}
