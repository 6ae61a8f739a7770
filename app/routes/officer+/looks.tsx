import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { reasonedLooks } from '#app/people/record-looks.server.ts';
import { lookReasonIn } from '#app/people/record-looks.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'audit.read');
  const before = /^\d{1,18}$/.exec(new URL(args.request.url).searchParams.get('before') ?? '')?.[0];
  const [{ looks, olderBefore }, { timeZone }] = await Promise.all([
    reasonedLooks(world.db, before ? BigInt(before) : null),
    theFacility(world.db),
  ]);
  await recordListRead(world, {
    actor: person,
    list: 'looks',
    patientIds: looks.flatMap(({ patientId }) => patientId ?? []),
  });
  const words = wordsFor(locale);
  return {
    looks: looks.map(({ id, at, actorName, patientId, patient, after, reason, wasClosed }) => ({
      id: id.toString(),
      at: instantInWords(locale, at, timeZone),
      who: actorName,
      patientId,
      patient,
      why: words(`records.look.why.${lookReasonIn(after)}`),
      text: reason,
      wasClosed,
    })),
    older: olderBefore?.toString() ?? null,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'officer.looks.title');

export default function Looks() {
  const words = useWords();
  const { looks, older } = useLoaderData<typeof loader>();
  return (
    <div className="stack">
      <PageHeader
        back={{ to: '/officer/audit', label: words('officer.audit.title') }}
        title={words('officer.looks.title')}
        lead={words('officer.looks.lead')}
      />
      <DataTable
        caption={words('officer.looks.caption')}
        captionHidden
        rows={looks}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('officer.looks.none')}>{words('officer.looks.noneWhy')}</EmptyState>}
        columns={[
          { key: 'at', header: words('officer.looks.at'), rowHeader: true, cell: (one) => one.at },
          { key: 'who', header: words('officer.looks.who'), cell: (one) => one.who },
          {
            key: 'whose',
            header: words('officer.looks.whose'),
            cell: (one) => <Link to={`/staff/patients/${one.patientId}`}>{one.patient}</Link>,
          },
          {
            key: 'why',
            header: words('officer.looks.why'),
            cell: (one) => (
              <>
                {one.why}{' '}
                {one.wasClosed && <StatusBadge tone="late">{words('officer.looks.closed')}</StatusBadge>}
                {one.text && <span className="text-muted text-note block">{one.text}</span>}
              </>
            ),
          },
        ]}
      />
      {older && (
        <p>
          <Link to={`/officer/looks?before=${older}`} className="reach">
            {words('officer.looks.older')}
          </Link>
        </p>
      )}
    </div>
  );
}
