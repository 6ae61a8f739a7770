import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { importsPage } from '#app/disclosures/imports/list.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { ImportBadge } from '../_parts/import-parts.tsx';
import { importView } from '../_parts/import-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'imports.see');
  const asked = new URL(args.request.url).searchParams;
  const [{ imports, hasMore }, { timeZone }] = await Promise.all([
    importsPage(world.db, { before: placeOf(asked.get('before')), now }),
    theFacility(world.db),
  ]);
  const last = imports.at(-1);
  return {
    imports: imports.map((one) => importView(one, { locale, timeZone })),
    mayImport: can(person.role, 'imports.make'),
    nextTo: hasMore && last ? `/staff/imports?before=${last.uploadedAt.getTime()}_${last.id}` : null,
    done: asked.get('done') === 'thrownAway',
  };
}

function placeOf(text: string | null): { at: Date; id: string } | undefined {
  const found = /^(\d{1,15})_([0-9a-f]{8}-[0-9a-f-]{27})$/.exec(text ?? '');
  return found ? { at: new Date(Number(found[1])), id: found[2]! } : undefined;
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'imports.title');

export default function Imports() {
  const words = useWords();
  const { imports, mayImport, nextTo, done } = useLoaderData<typeof loader>();
  const newLink = mayImport && <ButtonLink to="/staff/imports/new">{words('imports.new')}</ButtonLink>;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done ? words('imports.done.thrownAway') : null} />
        <PageHeader
          title={words('imports.title')}
          lead={words('imports.lead')}
          action={newLink || undefined}
        />
      </div>
      <DataTable
        caption={words('imports.title')}
        captionHidden
        rows={imports}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('imports.none')}>{words('imports.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'file',
            header: words('imports.file'),
            rowHeader: true,
            cell: (one) => (
              <>
                <Link to={`/staff/imports/${one.id}`} className="reach wrap-anywhere">
                  {one.fileName}
                </Link>
                <span className="text-muted text-note block font-normal">
                  {words('imports.hash')} <code>{one.shortHash}</code>
                </span>
              </>
            ),
          },
          {
            key: 'source',
            header: words('imports.source'),
            cell: (one) => <span className="block min-w-28 wrap-anywhere">{one.source}</span>,
          },
          { key: 'sent', header: words('imports.sent'), cell: (one) => one.sent },
          {
            key: 'state',
            header: words('imports.stateTerm'),
            cell: (one) => (
              <>
                <ImportBadge state={one.state} />
                {one.progress && <span className="text-muted text-note block">{one.progress}</span>}
                {one.why && <span className="text-muted text-note block">{one.why}</span>}
              </>
            ),
          },
          {
            key: 'result',
            header: words('imports.result'),
            cell: (one) => (one.taken > 0 ? words('imports.counts', one.counts) : '–'),
          },
        ]}
      />
      <Pagination {...(nextTo ? { nextTo } : {})} />
    </div>
  );
}
