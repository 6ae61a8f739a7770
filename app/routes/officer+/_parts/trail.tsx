import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { Icon } from '#app/components/icon.tsx';
import { useWords } from '#app/components/words.tsx';
import type { TrailChange, TrailLine } from './trail-view.server.ts';

/** Entries of the audit log: who did what, what it changed, and the entry's place in the chain. */
export function Trail({ lines, withReference }: { lines: TrailLine[]; withReference: boolean }) {
  const words = useWords();
  return (
    <DataTable
      caption={words('officer.trail.caption')}
      captionHidden
      rows={lines}
      rowKey={(line) => line.id}
      columns={[
        {
          key: 'sequence',
          header: words('officer.trail.entry'),
          rowHeader: true,
          cell: (line) =>
            line.seal ? (
              <>
                <span className="block">{line.seal.sequence}</span>
                <Hash hash={line.seal.hash} />
              </>
            ) : (
              <span className="text-muted">{words('officer.trail.notSealed')}</span>
            ),
        },
        {
          key: 'at',
          header: words('officer.trail.at'),
          cell: (line) => (
            <time dateTime={line.at.iso}>
              <span className="block">{line.at.day}</span>
              <span className="text-muted block whitespace-nowrap">{line.at.time}</span>
              {line.recorded && (
                <span className="text-muted text-note block">
                  {words('officer.trail.recorded', { at: line.recorded })}
                </span>
              )}
            </time>
          ),
        },
        {
          key: 'what',
          header: words('officer.trail.what'),
          cell: (line) => <What line={line} withReference={withReference} />,
        },
        {
          key: 'actor',
          header: words('officer.trail.actor'),
          cell: (line) => (
            <>
              <span className="block">{line.actor.name}</span>
              {line.actor.onBehalfOf && (
                <span className="block">
                  {words('officer.trail.onBehalfOf', { patient: line.actor.onBehalfOf })}
                </span>
              )}
              <span className="text-muted text-note block">{line.actor.role}</span>
            </>
          ),
        },
        {
          key: 'changes',
          header: words('officer.trail.changes'),
          cell: (line) => <Changes changes={line.changes} reason={line.reason} />,
        },
      ]}
    />
  );
}

function What({ line, withReference }: { line: TrailLine; withReference: boolean }) {
  const words = useWords();
  return (
    <>
      <span className="block">{line.what}</span>
      {withReference && line.reference && (
        <Link to={`/officer/audit?request=${line.reference}`} className="reach">
          {line.reference}
        </Link>
      )}
      <span className="text-muted text-note block">
        {words(line.visibleToPatient ? 'officer.trail.patientSees' : 'officer.trail.patientDoesNotSee')}
      </span>
    </>
  );
}

function Changes({ changes, reason }: { changes: TrailChange[]; reason: string | null }) {
  const words = useWords();
  if (changes.length === 0 && !reason) {
    return <span className="text-muted">{words('officer.trail.noChange')}</span>;
  }
  return (
    <ul className="text-note grid gap-0.5 sm:min-w-48 wrap-anywhere">
      {changes.map(({ name, before, after }) => (
        <li key={name}>
          <span className="text-muted">{name}:</span>{' '}
          {before !== null && (
            <>
              {before} <Icon name="arrowRight" className="align-[-0.15em]" />
              <span className="sr-only">{words('officer.trail.then')}</span>{' '}
            </>
          )}
          {after ?? words('officer.fact.none')}
        </li>
      ))}
      {reason && (
        <li>
          <span className="text-muted">{words('officer.trail.reason')}:</span> {reason}
        </li>
      )}
    </ul>
  );
}

function Hash({ hash }: { hash: string }) {
  const words = useWords();
  return (
    <details className="text-note text-muted font-normal">
      <summary className="whitespace-nowrap">
        <span className="sr-only">{words('officer.trail.hash')} </span>
        <code>{hash.slice(0, 8)}…</code>
      </summary>
      <code className="block max-w-36 break-all">{hash}</code>
    </details>
  );
}
