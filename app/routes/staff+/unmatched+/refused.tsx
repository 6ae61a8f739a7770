import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { refusalInWords } from '#app/disclosures/refused-words.ts';
import { refusedPage, type RefusedPlace } from '#app/disclosures/refused.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { sizeInWords } from '#app/web/present-files.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'matching.see');
  const asked = new URL(args.request.url).searchParams;
  const [{ messages, hasMore }, { timeZone }] = await Promise.all([
    refusedPage(world.db, { before: placeOf(asked.get('before')) }),
    theFacility(world.db),
  ]);
  const words = wordsFor(locale);
  const last = messages.at(-1);
  return {
    messages: messages.map((one) => ({
      id: one.id,
      at: instantInWords(locale, one.receivedAt, timeZone),
      channel: words(`ledger.channel.${one.channel}`),
      sender: one.sender && inPlainSight(one.sender),
      importId: can(person.role, 'imports.see') ? one.importId : null,
      why: refusalInWords(words, one.reason),
      size: sizeInWords(locale, one.byteCount),
    })),
    nextTo:
      hasMore && last ? `/staff/unmatched/refused?before=${last.receivedAt.getTime()}_${last.id}` : null,
  };
}

function placeOf(text: string | null): RefusedPlace | undefined {
  const found = /^(\d{1,15})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? '');
  return found ? { at: new Date(Number(found[1])), id: found[2]! } : undefined;
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'matching.refused.title');

export default function Refused() {
  const words = useWords();
  const { messages, nextTo } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/staff/unmatched', label: words('matching.backToGroups') }}
        title={words('matching.refused.title')}
        lead={words('matching.refused.lead')}
      />
      <DataTable
        caption={words('matching.refused.title')}
        captionHidden
        rows={messages}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={words('matching.refused.none')}>{words('matching.refused.noneWhy')}</EmptyState>
        }
        columns={[
          {
            key: 'came',
            header: words('matching.refused.came'),
            rowHeader: true,
            cell: (one) => one.at,
          },
          {
            key: 'by',
            header: words('matching.refused.by'),
            cell: (one) => (
              <>
                <span className="block wrap-anywhere">
                  {one.importId && one.sender ? (
                    <Link to={`/staff/imports/${one.importId}`} className="reach">
                      {one.sender}
                    </Link>
                  ) : (
                    (one.sender ?? words('matching.refused.unknown'))
                  )}
                </span>
                <span className="text-muted text-note block">{one.channel}</span>
              </>
            ),
          },
          { key: 'why', header: words('matching.why'), cell: (one) => one.why },
          { key: 'size', header: words('matching.refused.size'), align: 'end', cell: (one) => one.size },
          {
            key: 'bytes',
            header: words('matching.refused.bytes'),
            headerHidden: true,
            cell: (one) => (
              <a
                href={`/staff/unmatched/refused/${one.id}`}
                aria-label={words('matching.refused.downloadOf', { at: one.at })}
                className="reach"
                download
              >
                {words('matching.refused.download')}
              </a>
            ),
          },
        ]}
      />
      <Pagination {...(nextTo ? { nextTo } : {})} />
    </div>
  );
}
