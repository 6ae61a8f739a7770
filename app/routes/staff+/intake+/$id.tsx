import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { facilitySettings, theFacility } from '#app/facility/facility.server.ts';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { receiptDoubt, receivedAt } from '#app/requests/intake.ts';
import { requestKinds } from '#app/requests/kinds/registry.ts';
import { addFile } from '#app/requests/staff-files.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { formMistakes, formOf, oneMistake } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { placeOfFacility } from '#app/web/present-complaint.server.ts';
import { studiesView } from '#app/web/present-studies.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { acceptedDocuments, takeDocument } from '#app/web/uploads.server.ts';
import { dateInWords, dayOfInstantInWords, localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { IntakeFields } from '../_parts/intake-fields.tsx';
import { detailsOf, kindAsked, readIntake } from '../_parts/intake.server.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.process');
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id, 'work');
  const [file, facility] = await Promise.all([patientFile(world.db, id), facilitySettings(world.db)]);
  if (!file || !facility) throw notFound();
  const { timeZone } = facility;
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const kind = kindAsked(new URL(args.request.url).searchParams);
  const words = wordsFor(locale);
  const [companies, history, sent, { permission }] = await Promise.all([
    allVendors(world.db),
    kind === 'optOutWithdrawal' ? optOutHistory(world.db, id) : [],
    kind === 'optOut' ? disclosuresOfPatient(world.db, id, { now }) : [],
    settingNow(world.db, 'choices'),
  ]);
  return {
    kind,
    place: placeOfFacility(facility),
    patient: nameOf(file),
    born: dateInWords(locale, file.bornOn),
    companies: companies.map(({ slug, name }) => ({ slug, name })),
    studies: studiesView(sent, locale),
    permission,
    inForce: history
      .filter((one) => one.patientId === id && stillCounts(one, now))
      .map((no) => ({
        id: no.id,
        label: words('intake.noOf', {
          answer: no.act === 'permitted' ? 'yes' : 'no',
          reference: no.reference,
          date: dayOfInstantInWords(locale, no.effectiveFrom, timeZone),
        }),
      })),
    today: localDate(now, timeZone),
    accept: acceptedDocuments,
    submissionKey: crypto.randomUUID(),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'requests.process');
  const { world, person, now } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId, 'work');
  const kind = kindAsked(new URL(args.request.url).searchParams);
  const [file, { timeZone }] = await Promise.all([patientFile(world.db, patientId), theFacility(world.db)]);
  if (!file) throw notFound();
  const sent = await formOf(args);
  if (!sent || !kind) return oneMistake('', 'errors.formUnreadable');
  const scan = await takeDocument(sent, 'document');
  const form = await readIntake(args, sent, kind);
  if (!form.ok) {
    if (!scan.ok) form.mistakes.errors.document = scan.message;
    return formMistakes(form.mistakes);
  }
  const { channel, receivedOn, receivedTime, submissionKey } = form.value;
  const typed = Object.fromEntries(
    Object.entries(form.value).flatMap(([name, value]): [string, string[]][] =>
      value ? [[name, [value].flat().map(String)]] : [],
    ),
  );
  if (!scan.ok) return oneMistake('document', scan.message, { typed });
  const received = receivedAt({ on: receivedOn, time: receivedTime }, { timeZone, now });
  if (!received.ok) {
    if (received.why === 'laterToday') return oneMistake('receivedTime', 'errors.timeInFuture', { typed });
    const message = received.why === 'tooEarly' ? 'intake.tooEarly' : 'errors.dateInFuture';
    return oneMistake('receivedOn', message, { typed });
  }
  const doubt = receiptDoubt(receivedOn, { bornOn: file.bornOn, today: localDate(now, timeZone) });
  if (doubt === 'beforeBirth') return oneMistake('receivedOn', 'intake.beforeBirth', { typed });
  // A request of long ago is late at once: a wrong year is looked at before it counts.
  if (doubt === 'longAgo' && form.value.confirmedOn !== receivedOn)
    return oneMistake('confirmedOn', 'intake.longAgo', {
      typed: { ...typed, confirmedOn: [] },
      values: { date: dateInWords(visit.locale, receivedOn) },
    });
  const [register, sentBefore, { permission }] = await Promise.all([
    allVendors(world.db),
    kind === 'optOut' ? disclosuresOfPatient(world.db, patientId, { now }) : [],
    settingNow(world.db, 'choices'),
  ]);
  const studies = studiesView(sentBefore, visit.locale).map(({ uid }) => uid);
  const offered = { companies: register, studies, permission };
  const read = detailsOf(kind, form.value, { register, offered, receivedOn });
  if (!read.ok) return oneMistake(read.field, read.message, { typed });
  const entered = await enterRequest(world, {
    actor: person,
    kind,
    // Its kind's schema reads it again in the room.
    details: read.details as never,
    statement: read.statement,
    submissionKey,
    locale: await localeOfPatient(world.db, patientId),
    patientId,
    channel,
    receivedAt: received.at,
    receivedTimeKnown: received.timeKnown,
  });
  if (!entered.ok) {
    const message = entered.refusal === 'alreadyWithdrawn' ? 'intake.takenBack' : 'errors.formUnreadable';
    return oneMistake('', message, { typed, status: 409 });
  }
  const { requestId } = entered;
  if (scan.document) await addFile(world, { requestId, actor: person, document: scan.document, use: 'scan' });
  return redirect(`/staff/requests/${requestId}/receipt`);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'intake.title');

export default function Intake() {
  const words = useWords();
  const page = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const { kind, patient, born } = page;
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={
          kind
            ? { to: '.', label: words('intake.otherKind') }
            : { to: '/staff/intake', label: words('intake.find.title') }
        }
        title={kind ? words(`requests.kind.${kind}`) : words('intake.title')}
        lead={words('intake.for', { name: patient, date: born })}
      />
      {kind ? (
        <EntryForm page={{ ...page, kind }} mistakes={mistakes} />
      ) : (
        <section className="stack" aria-labelledby="kinds">
          <h2 id="kinds">{words('intake.whichKind')}</h2>
          <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2">
            {requestKinds.map((one) => (
              <li key={one} className="border-rule border-t pt-2">
                <Link to={`?kind=${one}`} className="reach font-semibold">
                  {words(`requests.kind.${one}`)}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

type Page = ReturnType<typeof useLoaderData<typeof loader>>;

function EntryForm({
  page,
  mistakes,
}: {
  page: Page & { kind: NonNullable<Page['kind']> };
  mistakes: ReturnType<typeof useMistakes>;
}) {
  const words = useWords();
  const { kind, today } = page;
  return (
    <>
      {kind === 'optOut' && (
        <Notice tone="info" heading={words('intake.counts')}>
          <p>{words('intake.countsWhy')}</p>
        </Notice>
      )}
      <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-measure gap-y-6">
        <input type="hidden" name="submissionKey" value={page.submissionKey} />
        <ChoiceGroup
          type="radio"
          name="channel"
          legend={words('intake.channel')}
          error={mistakes.error('channel')}
          chosen={mistakes.chosen('channel')}
          choices={(['paper', 'phone', 'desk'] as const).map((value) => ({
            value,
            label: words(`staff.channel.${value}`),
          }))}
        />
        <div className="flex flex-wrap gap-x-6 gap-y-4">
          <TextField
            name="receivedOn"
            type="date"
            width="date"
            min="1900-01-01"
            max={today}
            autoComplete="off"
            label={words('intake.receivedOn')}
            hint={words('intake.receivedOnHint')}
            error={mistakes.error('receivedOn')}
            defaultValue={mistakes.typed('receivedOn')}
          />
          <TextField
            name="receivedTime"
            type="time"
            width="code"
            optional
            autoComplete="off"
            label={words('intake.receivedTime')}
            hint={words('intake.receivedTimeHint')}
            error={mistakes.error('receivedTime')}
            defaultValue={mistakes.typed('receivedTime')}
          />
        </div>
        {(mistakes.error('confirmedOn') || mistakes.typed('confirmedOn')) && (
          <ChoiceGroup
            type="checkbox"
            name="confirmedOn"
            legend={words('intake.longAgoLegend')}
            error={mistakes.error('confirmedOn')}
            chosen={mistakes.chosen('confirmedOn')}
            choices={[
              {
                value: mistakes.typed('receivedOn') ?? '',
                label: words('intake.longAgoYes'),
              },
            ]}
          />
        )}
        <IntakeFields
          kind={kind}
          place={page.place}
          companies={page.companies}
          studies={page.studies}
          permission={page.permission}
          inForce={page.inForce}
          mistakes={mistakes}
        />
        <TextField
          name="document"
          type="file"
          optional
          accept={page.accept}
          label={words('intake.scan')}
          hint={words('desk.file.hint')}
          error={mistakes.error('document')}
        />
        <p>
          <Button>{words('intake.enter')}</Button>
        </p>
      </Form>
    </>
  );
}
