import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable, type Column } from '#app/components/data-table.tsx';
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import { agreementKinds, endpointKinds, vendorRelationships } from '#app/vendors/register.ts';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { AgreementView, EndpointView, Standing } from './vendors-view.server.ts';

type Mistakes = ReturnType<typeof useMistakes>;

const tones = { valid: 'good', planned: 'soon', ended: 'none' } as const;

interface Lasting {
  id: string;
  from: string;
  until: string | null;
  standing: Standing;
}

/** When something of the register is valid, and the way to end it. */
function useLasting<Row extends Lasting>(endAt: string | null, nameOf: (row: Row) => string): Column<Row>[] {
  const words = useWords();
  return [
    { key: 'from', header: words('vendors.from'), cell: ({ from }) => from },
    { key: 'until', header: words('vendors.until'), cell: ({ until }) => until ?? '–' },
    {
      key: 'state',
      header: words('vendors.state'),
      cell: (row) => (
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <StatusBadge tone={tones[row.standing]}>{words(`vendors.standing.${row.standing}`)}</StatusBadge>
          {endAt && row.standing !== 'ended' && (
            <Link to={`${endAt}/${row.id}`} className="reach">
              {words('vendors.end')}
              <span className="sr-only">: {nameOf(row)}</span>
            </Link>
          )}
        </span>
      ),
    },
  ];
}

/** Every endpoint there ever was. @param endAt where one is ended; null for who may not */
export function Endpoints({
  endpoints,
  endAt,
}: {
  endpoints: readonly EndpointView[];
  endAt: string | null;
}) {
  const words = useWords();
  const lasting = useLasting<EndpointView>(endAt, ({ value }) => value);
  return (
    <DataTable
      caption={words('vendors.endpoints')}
      captionHidden
      rows={endpoints}
      rowKey={({ id }) => id}
      empty={<p className="text-muted">{words('vendors.endpoints.none')}</p>}
      columns={[
        {
          key: 'value',
          header: words('vendors.endpoint'),
          rowHeader: true,
          cell: ({ value }) => <span className="break-all">{value}</span>,
        },
        { key: 'kind', header: words('vendors.kind'), cell: ({ kind }) => words(`vendors.kind.${kind}`) },
        ...lasting,
      ]}
    />
  );
}

/** Every agreement there ever was. */
export function Agreements({
  agreements,
  endAt,
}: {
  agreements: readonly AgreementView[];
  endAt: string | null;
}) {
  const words = useWords();
  const lasting = useLasting<AgreementView>(endAt, ({ reference }) => reference);
  return (
    <DataTable
      caption={words('vendors.agreements')}
      captionHidden
      rows={agreements}
      rowKey={({ id }) => id}
      empty={<p className="text-muted">{words('vendors.agreements.none')}</p>}
      columns={[
        {
          key: 'reference',
          header: words('vendors.reference'),
          rowHeader: true,
          cell: ({ reference }) => <span className="wrap-anywhere">{reference}</span>,
        },
        {
          key: 'kind',
          header: words('vendors.kind'),
          cell: ({ kind }) => words(`vendors.agreement.${kind}`),
        },
        ...lasting,
      ]}
    />
  );
}

function Reason({ mistakes, id }: { mistakes: Mistakes; id?: string }) {
  const words = useWords();
  return (
    <TextArea
      name="reason"
      {...(id ? { id } : {})}
      rows={2}
      label={words('records.reason.label')}
      error={mistakes.error('reason')}
      defaultValue={mistakes.typed('reason')}
    />
  );
}

/** Who a vendor is. */
export function VendorFactsFields({
  set,
  mistakes,
}: {
  set: { name: string; relationship: string; address: string; contact: string };
  mistakes: Mistakes;
}) {
  const words = useWords();
  const field = (name: keyof typeof set) => ({
    name,
    label: words(`vendors.field.${name}`),
    error: mistakes.error(name),
    defaultValue: mistakes.typed(name) ?? set[name],
    autoComplete: 'off',
  });
  return (
    <>
      <TextField {...field('name')} />
      <SelectField {...field('relationship')}>
        <option value="" />
        {vendorRelationships.map((one) => (
          <option key={one} value={one}>
            {words(`vendors.relationship.${one}`)}
          </option>
        ))}
      </SelectField>
      <TextField {...field('address')} width="full" hint={words('vendors.field.addressHint')} />
      <TextField {...field('contact')} hint={words('vendors.field.contactHint')} />
      <Reason mistakes={mistakes} />
    </>
  );
}

interface AddProps {
  what: 'endpoint' | 'agreement';
  mistakes: Mistakes;
}

const kindsOf = { endpoint: endpointKinds, agreement: agreementKinds } as const;

/** Adds an endpoint or an agreement from a day on; what is there already is never changed. */
export function AddForm({ what, mistakes }: AddProps) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack max-w-2xl">
      <SelectField
        name="kind"
        label={words('vendors.kind')}
        error={mistakes.error('kind')}
        defaultValue={mistakes.typed('kind') ?? ''}
      >
        <option value="" />
        {kindsOf[what].map((kind) => (
          <option key={kind} value={kind}>
            {words(what === 'endpoint' ? endpointLabel(kind) : agreementLabel(kind))}
          </option>
        ))}
      </SelectField>
      <TextField
        name="value"
        label={words(what === 'endpoint' ? 'vendors.endpoint' : 'vendors.reference')}
        hint={words(what === 'endpoint' ? 'vendors.endpointHint' : 'vendors.referenceHint')}
        error={mistakes.error('value')}
        defaultValue={mistakes.typed('value')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
      />
      <TextField
        name="validFrom"
        type="date"
        width="date"
        label={words('vendors.from')}
        error={mistakes.error('validFrom')}
        defaultValue={mistakes.typed('validFrom')}
        autoComplete="off"
      />
      <Reason mistakes={mistakes} />
      <p>
        <Button>{words(`vendors.add.${what}`)}</Button>
      </p>
    </Form>
  );
}

const endpointLabel = (kind: string) => `vendors.kind.${kind as (typeof endpointKinds)[number]}` as const;
const agreementLabel = (kind: string) =>
  `vendors.agreement.${kind as (typeof agreementKinds)[number]}` as const;

/** Ends an endpoint or an agreement on a day. */
export function EndForm({ mistakes }: { mistakes: Mistakes }) {
  const words = useWords();
  return (
    <Form method="post" noValidate className="stack max-w-2xl">
      <TextField
        name="on"
        type="date"
        width="date"
        label={words('vendors.endsOn')}
        hint={words('vendors.endsOnHint')}
        error={mistakes.error('on')}
        defaultValue={mistakes.typed('on')}
        autoComplete="off"
      />
      <Reason mistakes={mistakes} />
      <p>
        <Button>{words('vendors.end')}</Button>
      </p>
    </Form>
  );
}
