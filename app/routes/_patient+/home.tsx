import { redirect, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { Icon } from '#app/components/icon.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { useWords } from '#app/components/words.tsx';
import { alertsAbout } from '#app/disclosures/against-opt-out.server.ts';
import { disclosuresOfPatient, hiddenDisclosures } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import { eventsOfPatient } from '#app/people/activity.server.ts';
import { codesLeft } from '#app/people/one-time-codes.server.ts';
import { mayAct } from '#app/people/can.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { requestsOfPatient } from '#app/requests/reading.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { activityTypes, activityView } from '#app/web/present-activity.server.ts';
import { againstNoView } from '#app/web/present-recipients.server.ts';
import { requestView } from '#app/web/present-requests.server.ts';
import { viewerOf } from '#app/web/present-actor.server.ts';
import { useMayFile } from '#app/web/site.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { AgainstNo } from './_parts/against-no.tsx';
import { RequestList } from './_parts/request-list.tsx';

/** From so few codes on, whoever signs in with a printed sheet is told to ask for another. */
const fewCodes = 5;

/** For so long an answer, or images sent against a "no", stand at the top. */
const newFor = 30 * 24 * 3_600_000;

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.follow');
  const { person, patientId, locale, now } = visit;
  // Who may file but not see begins where they follow what they filed.
  if (!mayAct(person, 'ownRecords.see')) throw redirect('/requests');
  const [[facility, requests, optOuts, records, rules, { sent, alerts }, vendors, events], { sheet }] =
    await Promise.all([
      readingAs(visit, ({ world: { db } }) =>
        Promise.all([
          theFacility(db),
          requestsOfPatient(db, patientId),
          optOutHistory(db, patientId),
          optOutRecordsOf(db, [patientId]),
          exportRulesOverTime(db),
          disclosuresOfPatient(db, patientId, { now }).then(async (sent) => ({
            sent,
            alerts: await alertsAbout(
              db,
              sent.map(({ id }) => id),
            ),
          })),
          allVendors(db),
          hiddenDisclosures(db, patientId, now).then((hidden) =>
            eventsOfPatient(db, patientId, activityTypes, { most: 12, hidden }),
          ),
        ]),
      ),
      codesLeft(visit.world.db, person.id),
    ]);
  const reader = { locale, timeZone: facility.timeZone };
  const companies = new Map(vendors.map(({ id, name }) => [id, name]));
  const takenBack = new Set(optOuts.filter((one) => !stillCounts(one, now)).map((one) => one.requestId));
  const views = requests.map((one) => requestView(one, { now, locale, takenBack: takenBack.has(one.id) }));
  const answered = requests.find(
    (one) =>
      kindDefinition(one.kind).answer !== 'confirmation' &&
      one.respondedAt !== null &&
      now.getTime() - one.respondedAt.getTime() < newFor,
  );
  const first = sent.at(-1);
  return {
    name: person.onBehalfOf ? null : person.name,
    patient: person.onBehalfOf?.name ?? '',
    codesLeft: sheet !== null && sheet <= fewCodes ? sheet : null,
    answer: answered?.respondedAt
      ? { id: answered.id, day: dayOfInstantInWords(locale, answered.respondedAt, answered.timeZone) }
      : null,
    againstNo: againstNoView(
      sent.filter(({ occurredAt }) => now.getTime() - occurredAt.getTime() < newFor),
      records.get(patientId) ?? [],
      { ...reader, now, rules },
      alerts,
    ),
    waiting: views
      .filter(({ waits, feeWaits }) => waits || feeWaits)
      .map(({ id, kind, status }) => ({ id, kind, status })),
    late: views.filter(({ late }) => late).map(({ id, next }) => ({ id, next })),
    choices: optOuts
      .filter((one) => stillCounts(one, now))
      .map((one) => {
        const {
          id,
          isYes,
          purposes,
          companies: whom,
          sinceDay,
          effect,
          isAskedAbout,
        } = optOutView(one, companies, {
          ...reader,
          now,
        });
        return { id, isYes, purposes, whom, sinceDay, effect, isAskedAbout };
      }),
    open: views.filter((one) => one.open),
    images: {
      recipients: new Set(sent.map(({ vendor }) => vendor.id)).size,
      since: first ? dayOfInstantInWords(locale, first.occurredAt, facility.timeZone) : null,
    },
    events: activityView(events, companies, {
      ...reader,
      facilityName: facility.name,
      viewer: viewerOf(person),
    }).slice(0, 3),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.nav.home');

export default function Home() {
  const words = useWords();
  const {
    name,
    patient,
    codesLeft: left,
    choices,
    open,
    images,
    events,
    againstNo,
  } = useLoaderData<typeof loader>();
  const mayFile = useMayFile();
  return (
    <div className="sections">
      <div className="stack">
        <PageHeader
          title={
            name === null
              ? words('patient.home.titleFor', { patient })
              : words('patient.home.title', { name })
          }
        />
        <AgainstNo sent={againstNo} />
        {left !== null && (
          <Notice tone="soon" heading={words('patient.home.fewCodes', { count: left })}>
            <p>{words('patient.home.newSheet')}</p>
          </Notice>
        )}
        {choices.some((one) => one.isAskedAbout) && (
          <Notice tone="soon" heading={words('patient.home.choiceEnds')}>
            <p>
              <Link to="/opt-outs">{words('patient.home.keepChoice')}</Link>
            </p>
          </Notice>
        )}
        <Todo />
        {mayFile && (
          <p className="mt-2">
            <ButtonLink to="/requests/new" icon="arrowRight" iconSide="end">
              {words('patient.home.act')}
            </ButtonLink>
          </p>
        )}
      </div>
      <Choices />
      <section className="stack" aria-labelledby="requests">
        <h2 id="requests">{words('patient.home.requests')}</h2>
        {open.length === 0 ? (
          <p>{words('patient.home.noRequests')}</p>
        ) : (
          <RequestList requests={open} headingLevel={3} />
        )}
        <SeeAll to="/requests">{words('patient.home.allRequests')}</SeeAll>
      </section>
      <section className="stack" aria-labelledby="images">
        <h2 id="images">{words('site.nav.disclosures')}</h2>
        <p>
          {images.since === null
            ? words('patient.disclosures.none')
            : words('patient.disclosures.lead', { count: images.recipients, date: images.since })}
        </p>
        <SeeAll to="/disclosures">{words('patient.home.allImages')}</SeeAll>
      </section>
      {events.length > 0 && (
        <div className="stack">
          <Timeline past={events} headingLevel={2} />
          <SeeAll to="/account/activity">{words('patient.home.allActivity')}</SeeAll>
        </div>
      )}
    </div>
  );
}

function Todo() {
  const words = useWords();
  const { answer, late, waiting, againstNo } = useLoaderData<typeof loader>();
  const alarmed = againstNo.length > 0;
  if (alarmed && !answer && late.length + waiting.length === 0) return null;
  const heading = alarmed ? 'patient.home.also' : 'patient.home.nothing';
  return (
    <Notice
      tone={late.length > 0 ? 'late' : waiting.length > 0 ? 'soon' : 'good'}
      heading={words(waiting.length > 0 ? 'asking.message.waits' : heading)}
    >
      {waiting.map(({ id, kind, status }) => (
        <p key={id}>
          {status}{' '}
          <Link to={`/requests/${id}`} className="reach">
            {kind}
          </Link>
        </p>
      ))}
      {late.map(({ id, next }) => (
        <p key={id}>
          {next}{' '}
          <Link to={`/requests/${id}#complain`} className="reach">
            {words('patient.request.howToComplain')}
          </Link>
        </p>
      ))}
      {answer && (
        <p>
          {words('patient.home.answer', { date: answer.day })}{' '}
          <Link to={`/requests/${answer.id}`} className="reach">
            {words('patient.home.readAnswer')}
          </Link>
        </p>
      )}
    </Notice>
  );
}

function Choices() {
  const words = useWords();
  const { choices } = useLoaderData<typeof loader>();
  const mayFile = useMayFile();
  return (
    <section className="stack" aria-labelledby="choices">
      <h2 id="choices">{words('site.nav.optOuts')}</h2>
      {choices.length === 0 ? (
        <>
          <p>{words('patient.home.noChoices')}</p>
          {mayFile && <SeeAll to="/opt-outs/new">{words('optOuts.new.link')}</SeeAll>}
        </>
      ) : (
        <>
          <ul className="stack">
            {choices.map((choice) => (
              <li key={choice.id} className="grid grid-cols-[auto_1fr] gap-x-3">
                <Icon name={choice.isYes ? 'tick' : 'stop'} className="text-act mt-1.5" />
                <div>
                  <p className="font-semibold">
                    {words(choice.isYes ? 'optOuts.card.yesInForce' : 'optOuts.card.inForce', {
                      date: choice.sinceDay,
                    })}
                  </p>
                  <ul>
                    {choice.purposes.map((purpose) => (
                      <li key={purpose}>{purpose}</li>
                    ))}
                  </ul>
                  <p className="text-muted">{choice.whom}</p>
                  <p className="text-muted">{choice.effect}</p>
                </div>
              </li>
            ))}
          </ul>
          <SeeAll to="/opt-outs">{words('patient.home.allChoices')}</SeeAll>
        </>
      )}
    </section>
  );
}

function SeeAll({ to, children }: { to: string; children: string }) {
  return (
    <p>
      <Link to={to} className="inline-flex min-h-(--target) items-center gap-2 font-semibold">
        {children}
        <Icon name="arrowRight" />
      </Link>
    </p>
  );
}
