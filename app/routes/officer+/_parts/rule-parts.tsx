import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { previewView, RuleInWords, VersionView } from './rules-view.server.ts';

/** What a rule says, in the words of an accounting. */
export function RuleLines({ rule }: { rule: RuleInWords }) {
  return (
    <ul className="grid gap-1">
      <li>{rule.purpose}</li>
      <li>{rule.basis}</li>
      <li>{rule.list}</li>
    </ul>
  );
}

const tones = { inForce: 'good', planned: 'soon', ended: 'none' } as const;

/** Every version there was, none of them changed. */
export function RuleVersions({ versions, caption }: { versions: readonly VersionView[]; caption: string }) {
  const words = useWords();
  return (
    <DataTable
      caption={caption}
      captionHidden
      rows={versions}
      rowKey={({ id }) => id}
      empty={<p className="text-muted">{words('releases.noVersion')}</p>}
      columns={[
        {
          key: 'version',
          header: words('releases.version'),
          rowHeader: true,
          cell: ({ version, standing }) => (
            <span className="flex flex-wrap gap-2">
              {version}{' '}
              <StatusBadge tone={tones[standing]}>{words(`releases.standing.${standing}`)}</StatusBadge>
            </span>
          ),
        },
        { key: 'says', header: words('releases.says'), cell: (rule) => <RuleLines rule={rule} /> },
        {
          key: 'when',
          header: words('releases.when'),
          cell: ({ from, until }) => (
            <>
              <span className="block">{words('releases.from', { at: from })}</span>
              {until && <span className="block">{words('releases.until', { at: until })}</span>}
            </>
          ),
        },
        {
          key: 'made',
          header: words('releases.by'),
          cell: ({ made }) => made ?? words('releases.withRegister'),
        },
      ]}
    />
  );
}

export interface RuleChoices {
  purposes: { value: string; label: string }[];
  bases: { value: string; label: string }[];
  lists: { value: string; label: string }[];
}

/** A new version of a rule: nothing is made before its effect was shown. */
export function RuleForm({
  expected,
  choices,
  isShown,
  mistakes,
}: {
  expected: string;
  choices: RuleChoices;
  /** The effect of what it holds stands above, with the button that makes it. */
  isShown: boolean;
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  const select = (name: 'purpose' | 'basis' | 'list', options: RuleChoices['lists']) => (
    <SelectField
      name={name}
      width="full"
      label={words(`releases.field.${name}`)}
      error={mistakes.error(name)}
      defaultValue={mistakes.typed(name) ?? ''}
    >
      <option value="" />
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </SelectField>
  );
  return (
    <Form method="post" noValidate className="stack max-w-2xl">
      <input type="hidden" name="expected" value={expected} />
      {select('purpose', choices.purposes)}
      {select('basis', choices.bases)}
      {select('list', choices.lists)}
      <TextField
        name="validFrom"
        type="date"
        width="date"
        optional
        label={words('releases.field.validFrom')}
        hint={words('releases.field.validFromHint')}
        error={mistakes.error('validFrom')}
        defaultValue={mistakes.typed('validFrom')}
        autoComplete="off"
      />
      <TextArea
        name="reason"
        rows={3}
        label={words('records.reason.label')}
        error={mistakes.error('reason')}
        defaultValue={mistakes.typed('reason')}
      />
      <p>
        <Button name="intent" value="show" variant={isShown ? 'outline' : 'act'}>
          {words('matching.show')}
        </Button>
      </p>
    </Form>
  );
}

/** What the version would have said otherwise, and the button that makes it. */
export function RuleEffect({
  effect,
  fields,
}: {
  effect: ReturnType<typeof previewView>;
  fields: Record<string, string>;
}) {
  const words = useWords();
  const { rows, otherwise, intoLaw, outOfLaw, lines } = effect;
  return (
    <Form method="post" className="stack">
      <p>{words('releases.effect', { otherwise, rows })}</p>
      {otherwise > 0 && <p>{words('releases.effectList', { intoLaw, outOfLaw })}</p>}
      {lines.length > 0 && (
        <DataTable
          caption={words('releases.effectHeading')}
          captionHidden
          rows={lines}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'count',
              header: words('releases.rows'),
              rowHeader: true,
              cell: ({ count }) => words('releases.rowsCount', { count }),
            },
            { key: 'was', header: words('releases.was'), cell: ({ was }) => <Lines lines={was} /> },
            { key: 'would', header: words('releases.would'), cell: ({ would }) => <Lines lines={would} /> },
          ]}
        />
      )}
      <p className="text-muted">{words('releases.effectStays')}</p>
      {Object.entries(fields).map(([name, value]) =>
        name === 'intent' ? null : <input key={name} type="hidden" name={name} value={value} />,
      )}
      <p>
        <Button name="intent" value="make">
          {words('releases.make')}
        </Button>
      </p>
    </Form>
  );
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <ul className="grid gap-1">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
