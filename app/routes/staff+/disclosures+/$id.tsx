import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { ButtonLink } from '#app/components/button.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { ledgerEntry } from '#app/disclosures/ledger-entry.server.ts';
import { can } from '#app/people/can.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { entryView } from '../_parts/entry-view.server.ts';

const doneWords = {
  entered: 'entries.one.entered',
  known: 'entries.one.knownAlready',
  corrected: 'entries.one.corrected',
} as const;
const done = z.enum(['entered', 'known', 'corrected']);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.see');
  const row = await ledgerEntry(visit.world, rowId(args.params.id));
  if (!row) throw notFound();
  await requireRecordOpen(args, visit, row.patientId, 'work');
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id: row.patientId },
    patientId: row.patientId,
  });
  return {
    entry: await entryView(row, visit),
    mayCorrect: can(visit.person.role, 'disclosures.enter') && !row.correctedBy && !row.retracted,
    done: done.safeParse(new URL(args.request.url).searchParams.get('done')).data ?? null,
  };
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'entries.one.title', { values: { company: args.data?.entry.company ?? '' } });

export default function Entry() {
  const words = useWords();
  const { entry, mayCorrect, done: told } = useLoaderData<typeof loader>();
  const { corrects, correctedBy } = entry;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={told && words(doneWords[told])} />
        <PageHeader
          back={{ to: '/staff/disclosures', label: words('ledger.list.title') }}
          title={words('entries.one.title', { company: entry.company })}
          action={
            mayCorrect && (
              <ButtonLink to={`/staff/disclosures/${entry.id}/correct`} variant="outline">
                {words('entries.one.correct')}
              </ButtonLink>
            )
          }
        />
        {correctedBy && (
          <Notice tone="soon" heading={words('entries.one.standsNoMore')}>
            <p>{correctedBy.reason}</p>
            <p>
              <Link to={`/staff/disclosures/${correctedBy.id}`}>{words('entries.one.seeNew')}</Link> (
              {correctedBy.at})
            </p>
          </Notice>
        )}
        {corrects && (
          <Notice
            tone="info"
            heading={words(corrects.retracted ? 'entries.one.isRetraction' : 'entries.one.isCorrection')}
          >
            <p>{corrects.reason}</p>
            <p>
              <Link to={`/staff/disclosures/${corrects.id}`}>{words('entries.one.seeOld')}</Link>
            </p>
          </Notice>
        )}
      </div>
      <SummaryList
        rows={[
          {
            term: words('staff.column.patient'),
            value: <Link to={`/staff/patients/${entry.patient.id}`}>{entry.patient.name}</Link>,
          },
          { term: words('entries.one.sent'), value: <Lines lines={entry.sent} /> },
          { term: words('entries.one.recorded'), value: entry.recorded },
          {
            term: words('entries.one.to'),
            value: <span className="wrap-anywhere">{entry.destination}</span>,
          },
          { term: words('ledger.list.what'), value: <Lines lines={entry.what} /> },
          { term: words('entries.form.purpose'), value: entry.purpose },
          { term: words('entries.form.basis'), value: <Lines lines={[entry.basis, entry.rule]} /> },
          { term: words('ledger.list.which'), value: entry.list },
        ]}
      />
      <section className="stack" aria-labelledby="evidence">
        <h2 id="evidence">{words('entries.one.evidence')}</h2>
        {entry.evidence.length === 0 && <p>{words('entries.one.none')}</p>}
        <ul className="grid gap-5">
          {entry.evidence.map((one) => (
            <li key={one.id} className="border-rule grid gap-1 border-s-4 ps-4">
              <span>{one.text}</span>
              {one.enteredBy && (
                <span>{[one.enteredBy, one.medium].filter((part) => part !== null).join(', ')}</span>
              )}
              {one.note && <p className="whitespace-pre-line">{one.note}</p>}
              {one.documents.map(({ id, name }) => (
                <a
                  key={id}
                  href={`/staff/disclosures/${entry.id}/documents/${id}`}
                  className="inline-flex min-h-(--target) items-center wrap-anywhere"
                  download
                >
                  {name}
                </a>
              ))}
              <span className="text-note text-muted">
                {words('entries.one.hash')}: <code className="break-all">{one.hash}</code>
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Lines({ lines }: { lines: string[] }) {
  return (
    <ul className="wrap-anywhere">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}
