import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { recordRead } from '#app/audit/reads.server.ts';
import { DueDate } from '#app/components/due-date.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { PrintButton } from '#app/components/print-button.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';
import { contactOf } from '#app/web/present-complaint.server.ts';
import { clockView } from '#app/web/present-clock.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { choiceView } from './_parts/choice-view.server.ts';
import { ackFacts } from './_parts/request-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request) throw notFound();
  const { patientId, kind, reference, timeZone } = request;
  const [patient, facility] = await Promise.all([
    patientRecord(world.db, patientId),
    facilitySettings(world.db),
  ]);
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId,
    requestId: id,
  });
  const clock = clockView(request, now, locale);
  const choice = await choiceView(world.db, request, { locale, now });
  return {
    id,
    patientId,
    kind,
    reference,
    patient: patient ? `${patient.givenName} ${patient.familyName}` : '',
    channel: request.channel as 'portal' | 'paper' | 'phone' | 'desk',
    received: dayOfInstantInWords(locale, request.receivedAt, timeZone),
    due: clock.due,
    lastDay: clock.dueInWords,
    citation: clock.citation,
    ack: ackFacts(request, { now, words: wordsFor(locale), locale }),
    // Whoever has no account reads nowhere else where to complain.
    facility: contactOf(facility, request.jurisdiction),
    choice,
    mayRecord: can(person.role, 'requests.process'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'intake.receipt.title');

/** What somebody who came on paper, by phone or to the desk takes home. */
export default function Receipt() {
  const words = useWords();
  const page = useLoaderData<typeof loader>();
  const { id, patientId, kind, reference, channel, facility } = page;
  return (
    <div className="sections max-w-measure">
      <PageHeader
        title={words('intake.receipt.title')}
        lead={words('intake.receipt.lead', { facility: facility.name })}
        status={page.due && <DueDate {...page.due} />}
      />
      <SummaryList
        rows={[
          { term: words('intake.receipt.reference'), value: <b className="text-date">{reference}</b> },
          { term: words('staff.fact.patient'), value: page.patient },
          { term: words('intake.receipt.kind'), value: words(`requests.kind.${kind}`) },
          { term: words('staff.fact.channel'), value: words(`staff.channel.${channel}`) },
          { term: words('staff.fact.received'), value: page.received },
          {
            term: words('intake.receipt.lastDay'),
            value: page.citation
              ? words('intake.receipt.byLaw', { date: page.lastDay, citation: page.citation })
              : words('intake.receipt.byPromise', { date: page.lastDay }),
          },
          ...page.ack,
        ]}
      />
      {page.choice && (
        <section className="stack" aria-labelledby="choice">
          <h2 id="choice">{words('optOuts.receipt.onPaper')}</h2>
          <p>{page.choice.effect}</p>
          <SummaryList rows={page.choice.facts} />
        </section>
      )}
      {kind === 'optOut' && <p>{words('intake.receipt.optOut')}</p>}
      <p>{words('intake.receipt.contact', { phone: facility.phone, email: facility.email })}</p>
      <section className="stack" aria-labelledby="complain">
        <h2 id="complain">{words('disclosures.accounting.complain.heading')}</h2>
        <p>
          {words('disclosures.accounting.complain.facility', {
            facility: facility.name,
            phone: facility.phone,
            email: facility.email,
            address: facility.address,
          })}
        </p>
        {facility.regulators.map((line) => (
          <p key={line}>{words(line)}</p>
        ))}
      </section>
      <div className="no-print flex flex-wrap items-center gap-x-6 gap-y-3">
        <PrintButton>{words('intake.receipt.print')}</PrintButton>
        <Link to={`/staff/requests/${id}`} className="reach">
          {words('intake.receipt.open')}
        </Link>
        {page.mayRecord && (
          <Link to={`/staff/intake/${patientId}`} className="reach">
            {words('intake.receipt.another')}
          </Link>
        )}
      </div>
    </div>
  );
}
