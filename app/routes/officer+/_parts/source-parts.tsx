import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { TextField } from '#app/components/field.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import type { Tone } from '#app/components/tones.ts';
import { useWords } from '#app/components/words.tsx';
import type { SourceStanding } from '#app/disclosures/source-rules.ts';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { GapView } from './sources-view.server.ts';

const tones: Record<SourceStanding, Tone> = {
  silent: 'late',
  never: 'soon',
  unwatched: 'none',
  reporting: 'good',
};

export function StandingBadge({ standing }: { standing: SourceStanding }) {
  const words = useWords();
  return <StatusBadge tone={tones[standing]}>{words(`sources.standing.${standing}`)}</StatusBadge>;
}

/** Times in which reports may be missing. @param named whether each row says of which source */
export function GapTable({
  gaps,
  caption,
  named,
}: {
  gaps: readonly GapView[];
  caption: string;
  named: boolean;
}) {
  const words = useWords();
  return (
    <DataTable
      caption={caption}
      captionHidden
      rows={gaps}
      rowKey={({ id }) => id}
      empty={<p className="text-muted">{words('sources.gaps.none')}</p>}
      columns={[
        ...(named
          ? [
              {
                key: 'source',
                header: words('sources.source'),
                rowHeader: true,
                cell: (gap: GapView) =>
                  gap.to ? (
                    <Link to={gap.to} className="reach inline-block min-w-60 break-all">
                      {gap.source}
                    </Link>
                  ) : (
                    <span className="inline-block min-w-60 wrap-anywhere">{gap.source}</span>
                  ),
              },
            ]
          : []),
        {
          key: 'from',
          header: words('sources.gaps.from'),
          rowHeader: !named,
          cell: ({ from }) => from,
        },
        {
          key: 'until',
          header: words('sources.gaps.until'),
          cell: ({ until }) => until ?? words('sources.gaps.open'),
        },
        {
          key: 'what',
          header: words('sources.gaps.what'),
          cell: ({ kind, missing }) => words(`sources.gaps.${kind}`, { count: missing }),
        },
        {
          key: 'told',
          header: words('sources.gaps.told'),
          cell: ({ told }) => told ?? words('sources.gaps.notTold'),
        },
      ]}
    />
  );
}

export interface SourceFields {
  every: string;
  from: string;
  to: string;
  issuer: string;
  zone: string;
}

/** How often the source has to report, and what it leaves out. */
export function SourceForm({
  set,
  mayManage,
  mistakes,
}: {
  set: SourceFields;
  mayManage: boolean;
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  const field = (name: keyof SourceFields) => ({
    name,
    label: words(`sources.field.${name}`),
    error: mistakes.error(name),
    defaultValue: mistakes.typed(name) ?? set[name],
    autoComplete: 'off',
  });
  return (
    <Form method="post" noValidate className="stack max-w-2xl">
      <input type="hidden" name="intent" value="set" />
      <fieldset disabled={!mayManage} className="stack min-w-0">
        <TextField
          {...field('every')}
          width="code"
          inputMode="numeric"
          hint={words('sources.field.everyHint')}
        />
        <div>
          <p className="text-muted mb-2">{words('sources.field.workHint')}</p>
          <div className="flex flex-wrap gap-6">
            <TextField {...field('from')} width="code" inputMode="numeric" />
            <TextField {...field('to')} width="code" inputMode="numeric" />
          </div>
        </div>
        <TextField {...field('issuer')} hint={words('sources.field.issuerHint')} />
        <TextField {...field('zone')} hint={words('sources.field.zoneHint')} />
      </fieldset>
      {mayManage ? (
        <p>
          <Button>{words('settings.save')}</Button>
        </p>
      ) : (
        <p className="text-muted">{words('settings.readOnly')}</p>
      )}
    </Form>
  );
}

export interface CertificateView {
  fingerprint: string;
  subject: string;
  firstSeen: string;
  trusted: string | null;
}

/** Whose certificate speaks for the source. */
export function Certificates({
  certificates,
  mayManage,
}: {
  certificates: readonly CertificateView[];
  mayManage: boolean;
}) {
  const words = useWords();
  return (
    <DataTable
      caption={words('sources.certificates.title')}
      captionHidden
      rows={certificates}
      rowKey={({ fingerprint }) => fingerprint}
      empty={<p className="text-muted">{words('sources.certificates.none')}</p>}
      columns={[
        {
          key: 'subject',
          header: words('sources.certificates.subject'),
          rowHeader: true,
          cell: ({ subject, fingerprint }) => (
            <>
              <span className="block break-all">{subject || '–'}</span>
              <span className="text-note text-muted block font-normal break-all">{fingerprint}</span>
            </>
          ),
        },
        {
          key: 'firstSeen',
          header: words('sources.certificates.firstSeen'),
          cell: ({ firstSeen }) => firstSeen,
        },
        {
          key: 'trusted',
          header: words('sources.certificates.trusted'),
          cell: ({ trusted }) => trusted ?? words('site.answer.no'),
        },
        {
          key: 'act',
          header: words('sources.certificates.act'),
          headerHidden: true,
          cell: (one) => {
            const act = one.trusted ? 'distrust' : 'trust';
            return (
              mayManage && (
                <Form method="post">
                  <input type="hidden" name="intent" value={act} />
                  <input type="hidden" name="fingerprint" value={one.fingerprint} />
                  <Button
                    variant="plain"
                    aria-label={words(`sources.certificates.${act}Of`, {
                      subject: one.subject || one.fingerprint,
                    })}
                  >
                    {words(`sources.certificates.${act}`)}
                  </Button>
                </Form>
              )
            );
          },
        },
      ]}
    />
  );
}
