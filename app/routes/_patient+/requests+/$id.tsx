import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData, useSearchParams } from '@remix-run/react';
import { z } from 'zod';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { DueDate } from '#app/components/due-date.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { Toast } from '#app/components/toast.tsx';
import { T, useWords } from '#app/components/words.tsx';
import { facilitySettings, theFacility } from '#app/facility/facility.server.ts';
import { optOutHistory } from '#app/optouts/optouts.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { openMoves } from '#app/requests/decide.ts';
import { mayAct } from '#app/people/can.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { findRequest, type RequestDetail } from '#app/requests/reading.server.ts';
import { moveRequest, requestState } from '#app/requests/requests.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePatient, rowId, type PatientVisit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { accountingView } from '#app/web/present-accounting.server.ts';
import { clockView } from '#app/web/present-clock.server.ts';
import { contactOf } from '#app/web/present-complaint.server.ts';
import { optOutView } from '#app/web/present-opt-outs.server.ts';
import { requestView } from '#app/web/present-requests.server.ts';
import { viewerOf } from '#app/web/present-actor.server.ts';
import { timelineView } from '#app/web/present-timeline.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import { Answer } from '../_parts/request-answer.tsx';
import { ChoiceReceipt } from '../_parts/choice-receipt.tsx';
import { Complain, HowLong, NextSteps, TakeBack } from '../_parts/request-parts.tsx';

const schema = z.strictObject({
  move: z.literal('withdraw', 'errors.formUnreadable'),
  version: z.coerce
    .number('errors.formUnreadable')
    .int('errors.formUnreadable')
    .positive('errors.formUnreadable'),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.follow');
  const { world, person, patientId, locale, now } = visit;
  const request = await findRequest(world.db, rowId(args.params.id), patientId);
  // Who may file but not see has what they filed before them, and no answer.
  const sees = mayAct(person, 'ownRecords.see');
  if (!request || (!sees && request.filedBy.id !== person.id)) throw notFound();
  const [state, facility, settings, events, answer, choice] = await Promise.all([
    requestState(world, request.id, now),
    theFacility(world.db),
    facilitySettings(world.db),
    eventsOfRequest(world.db, request.id, 'visibleToPatient'),
    sees ? readAnswer(world, request.id, 'sent') : null,
    choiceOf(visit, request),
  ]);
  const { timeZone } = facility;
  const { due: _due, daysUsed: _used, daysLeft: _left, ...clock } = clockView(request, now, locale);
  const reader = {
    locale,
    timeZone,
    audience: 'patient' as const,
    facilityName: facility.name,
    viewer: viewerOf(person),
  };
  return {
    ...requestView(request, { now, locale, takenBack: choice?.takenBack ?? false }),
    kindOf: request.kind,
    version: request.version,
    received: instantInWords(locale, request.receivedAt, timeZone),
    window: windowOf(request, locale),
    clock,
    choice: choice && optOutView(choice.record, choice.companies, { locale, timeZone }),
    answer: answer?.sentAt
      ? {
          sentOn: dayOfInstantInWords(locale, answer.sentAt, timeZone),
          note: answer.note,
          accounting: answer.accounting && accountingView(answer.accounting, locale),
        }
      : null,
    timeline: timelineView(events, reader),
    // It is theirs, in whichever record it stands.
    canWithdraw:
      state !== null && openMoves(state, { ...person, patientId: request.patientId }).includes('withdraw'),
    filedBy: filedByView(request.filedBy, person),
    facility: contactOf(settings),
  };
}

/** Who asked, where the reader did not ask for themselves. */
function filedByView(filedBy: RequestDetail['filedBy'], person: PatientVisit['person']) {
  if (filedBy.isPatient) return null;
  return filedBy.id === person.id ? ('you' as const) : { name: filedBy.name };
}

/** The "no" that a request filed or took back, as it stands now. */
async function choiceOf({ world, patientId }: PatientVisit, { id, kind, details }: RequestDetail) {
  if (kind === 'accounting') return null;
  const [history, vendors] = await Promise.all([optOutHistory(world.db, patientId), allVendors(world.db)]);
  const withdrawn = kind === 'optOutWithdrawal' ? kindDefinition(kind).details.parse(details).optOutId : null;
  const record = history.find((one) => (withdrawn ? one.id === withdrawn : one.requestId === id));
  if (!record) throw new Error('a choice has its record');
  return {
    record,
    takenBack: record.withdrawnAt !== null,
    companies: new Map(vendors.map((vendor) => [vendor.id, vendor.name])),
  };
}

function windowOf({ kind, details }: RequestDetail, locale: PatientVisit['locale']) {
  if (kind !== 'accounting') return null;
  const { from, to } = kindDefinition(kind).details.parse(details);
  return { from: dateInWords(locale, from), to: dateInWords(locale, to) };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person, patientId } = await requirePatient(args, 'ownRequests.file');
  const id = rowId(args.params.id);
  if (!(await findRequest(world.db, id, patientId))) throw notFound();
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const moved = await moveRequest(
    world,
    id,
    { name: form.value.move, expectedVersion: form.value.version },
    person,
  );
  if (moved.ok) return redirect(`/requests/${id}?done=withdrawn`);
  const changed = moved.refusal === 'changedMeanwhile';
  return oneMistake('', changed ? 'errors.changedMeanwhile' : 'errors.notFromThisStatus', { status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  args.data ? pageTitle(args, 'patient.request.title', { values: { reference: args.data.reference } }) : [];

const done = { sent: 'patient.done.sent', withdrawn: 'patient.done.withdrawn' } as const;

export default function RequestPage() {
  const words = useWords();
  const request = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const code = useSearchParams()[0].get('done');
  const told = code === 'sent' || code === 'withdrawn' ? done[code] : null;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={told && words(told)} />
        <PageHeader
          title={request.kind}
          lead={request.status}
          back={{ to: '/requests', label: words('site.nav.requests') }}
          status={request.due && <DueDate {...request.due} />}
        />
        <p>
          <T id="patient.request.keepNumber" values={{ reference: request.reference }} />
        </p>
        {request.filedBy && (
          <p>
            {request.filedBy === 'you'
              ? words('patient.request.filedByYou')
              : words('patient.request.filedBy', { name: request.filedBy.name })}
          </p>
        )}
        {request.window && <p>{words('patient.request.window', request.window)}</p>}
      </div>
      {request.choice && (
        <ChoiceReceipt choice={request.choice} isWithdrawal={request.kindOf === 'optOutWithdrawal'} />
      )}
      {request.answer && (
        <Answer id={request.id} answer={request.answer} facilityName={request.facility.name} />
      )}
      {request.open && <NextSteps request={request} />}
      {request.due && <HowLong clock={request.clock} due={request.due} />}
      <Timeline past={request.timeline} headingLevel={2} />
      {request.canWithdraw && <TakeBack version={request.version} />}
      <Complain facility={request.facility} />
    </div>
  );
}
