import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { newestEvents, trailOfRequest } from '#app/audit/audit.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { DeliveryList } from '#app/components/delivery-list.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { deliveryOf } from '#app/notices/delivery.server.ts';
import { recordsOfAccounts } from '#app/people/records-named.server.ts';
import { findByReference } from '#app/requests/reading.server.ts';
import { referenceTyped } from '#app/requests/reference.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { deliveryLines } from '#app/web/present-delivery.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { Trail } from './_parts/trail.tsx';
import { trailView } from './_parts/trail-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'audit.read');
  const { world, person, locale } = visit;
  const asked = new URL(args.request.url).searchParams;
  const { timeZone } = await theFacility(world.db);
  const typed = (asked.get('request') ?? '').trim().slice(0, 50);
  if (typed) {
    const reference = referenceTyped(typed);
    const request = reference && (await findByReference(world.db, reference));
    if (!request) return { shows: 'unknown' as const, typed };
    await requireRecordOpen(args, visit, request.patientId, 'work');
    await recordRead(world, {
      type: 'request.read',
      actor: person,
      subject: { kind: 'request', id: request.id },
      patientId: request.patientId,
      requestId: request.id,
    });
    const lines = trailView(await trailOfRequest(world.db, request.id), timeZone, locale);
    const { id, kind } = request;
    const mail = deliveryLines(await deliveryOf(world.db, id), { timeZone, locale });
    return { shows: 'request' as const, typed: request.reference, id, kind, lines, mail };
  }
  const before = /^\d{1,18}$/.exec(asked.get('before') ?? '')?.[0];
  const { events, olderBefore } = await newestEvents(world.db, before ? BigInt(before) : null);
  // Patients stand in it by what they did, and by what was done with their records.
  await recordListRead(world, {
    actor: person,
    list: 'auditLog',
    patientIds: [
      ...events.flatMap(({ patientId }) => patientId ?? []),
      ...(await recordsOfAccounts(
        world.db,
        events.flatMap(({ actorKind, actorId }) => (actorKind === 'patient' && actorId) || []),
      )),
    ],
  });
  return {
    shows: 'newest' as const,
    typed,
    lines: trailView(events, timeZone, locale),
    older: olderBefore?.toString() ?? null,
    isFirst: !before,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'officer.audit.title');

export default function AuditTrail() {
  const words = useWords();
  const data = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('officer.audit.title')}
        lead={words('officer.audit.lead')}
      />
      <p>
        <Link to="/officer/looks" className="reach">
          {words('officer.looks.title')}
        </Link>
      </p>
      <Form method="get" role="search" className="flex flex-wrap items-end gap-x-4 gap-y-2">
        <TextField
          key={data.typed}
          name="request"
          width="date"
          label={words('officer.audit.search')}
          hint={words('officer.audit.searchHint')}
          defaultValue={data.typed}
          autoComplete="off"
          spellCheck={false}
        />
        <Button>{words('officer.audit.show')}</Button>
        {data.shows !== 'newest' && (
          <Link to="/officer/audit" className="reach pb-1">
            {words('officer.audit.all')}
          </Link>
        )}
      </Form>
      {data.shows === 'unknown' && (
        <EmptyState title={words('officer.audit.unknown')}>{words('officer.audit.unknownWhy')}</EmptyState>
      )}
      {data.shows === 'request' && (
        <section className="stack" aria-labelledby="trail">
          <h2 id="trail">
            {words('officer.audit.ofRequest', {
              reference: data.typed,
              kind: words(`requests.kind.${data.kind}`),
            })}
          </h2>
          <p>
            <Link to={`/staff/requests/${data.id}`} className="reach">
              {words('officer.audit.openRequest')}
            </Link>
          </p>
          <Trail lines={data.lines} withReference={false} />
        </section>
      )}
      {data.shows === 'request' && <DeliveryList lines={data.mail} />}
      {data.shows === 'newest' && (
        <section className="stack" aria-labelledby="trail">
          <h2 id="trail">{words(data.isFirst ? 'officer.audit.newest' : 'officer.audit.older')}</h2>
          {data.lines.length === 0 ? (
            <p>{words('officer.audit.none')}</p>
          ) : (
            <Trail lines={data.lines} withReference />
          )}
          <Pagination
            label={words('officer.audit.pages')}
            previousTo={data.isFirst ? undefined : '/officer/audit'}
            nextTo={data.older ? `/officer/audit?before=${data.older}` : undefined}
          />
        </section>
      )}
    </div>
  );
}
