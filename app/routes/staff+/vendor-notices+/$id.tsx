import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { Toast } from '#app/components/toast.tsx';
import { VendorAnswerFields } from '#app/components/vendor-answer-fields.tsx';
import { VendorNoticeBadge } from '#app/components/vendor-notice-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import {
  acknowledge,
  byStaff,
  closeNotice,
  sendNoticesAgain,
  takeAnswer,
} from '#app/optouts/vendor-notices/answers.server.ts';
import { vendorNotice } from '#app/optouts/vendor-notices/reading.server.ts';
import { tellsAnEnd } from '#app/optouts/vendor-notices/states.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { noticeEntries, vendorNoticeLines } from '#app/web/present-vendor-notices.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { acceptedDocuments, takeDocument } from '#app/web/uploads.server.ts';
import { answerMistake, answerOfFields, vendorAnswerFields } from '#app/web/vendor-answer.server.ts';
import { reasonField } from '../_parts/reason.ts';
import { NoticeDetail } from '../_parts/vendor-notice-parts.tsx';

const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({ intent: z.literal('answer'), ...vendorAnswerFields }),
    z.strictObject({ intent: z.literal('acknowledged') }),
    z.strictObject({ intent: z.literal('again') }),
    z.strictObject({ intent: z.literal('close'), reason: reasonField }),
  ],
  'errors.foreignField',
);

const dones = ['acknowledged', 'answered', 'again', 'notAgain', 'closed'] as const;

async function noticeOf(args: LoaderFunctionArgs, visit: Visit) {
  const found = await vendorNotice(visit.world, rowId(args.params.id));
  if (!found) throw notFound();
  await requireRecordOpen(args, visit, found.notice.patientId, 'work');
  return found;
}

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.see');
  const { world, person, locale, now } = visit;
  const { notice, events, others } = await noticeOf(args, visit);
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id: notice.patientId },
    patientId: notice.patientId,
  });
  const { timeZone } = await theFacility(world.db);
  const [line] = vendorNoticeLines([notice], { locale, timeZone, now });
  if (!line) throw notFound();
  const asked = new URL(args.request.url).searchParams.get('done');
  const isOpen = notice.closedAt === null;
  return {
    line,
    ground: notice.ground,
    others,
    entries: noticeEntries(events, { locale, timeZone }),
    mayRecord: isOpen && can(person.role, 'vendors.manage'),
    mayClose: isOpen && can(person.role, 'notices.resend'),
    isAcknowledged: notice.acknowledgedAt !== null,
    asksMore: !tellsAnEnd(notice.kind),
    accept: acceptedDocuments,
    done: dones.find((one) => one === asked) ?? null,
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.manage');
  const { world, person: actor } = visit;
  const { notice } = await noticeOf(args, visit);
  const at = `/staff/vendor-notices/${notice.id}`;
  const form = await formOf(args);
  if (!form) return oneMistake('', 'errors.formUnreadable');
  const taken = await takeDocument(form, 'proof');
  if (!taken.ok) return oneMistake('proof', taken.message);
  const read = await readFields(args, form, { schema, lists: ['deed'] });
  if (!read.ok) return formMistakes(read.mistakes);
  const { value } = read;
  switch (value.intent) {
    case 'again': {
      const sent = await sendNoticesAgain(world, { actor, ids: [notice.id] });
      return redirect(`${at}?done=${sent > 0 ? 'again' : 'notAgain'}`);
    }
    case 'close': {
      if (!can(actor.role, 'notices.resend')) throw new Response(null, { status: 403 });
      const closed = await closeNotice(world, { noticeId: notice.id, actor, reason: value.reason });
      return closed.ok
        ? redirect(`${at}?done=closed`)
        : oneMistake('', 'errors.vendorNotice.closed', { status: 409 });
    }
    case 'acknowledged': {
      const told = await acknowledge(world, notice.id, byStaff(actor));
      return told.ok
        ? redirect(`${at}?done=acknowledged`)
        : oneMistake('', 'errors.vendorNotice.closed', { status: 409 });
    }
    case 'answer': {
      const answered = await takeAnswer(
        world,
        notice.id,
        byStaff(actor),
        answerOfFields(value, taken.document),
      );
      if (answered.ok) return redirect(`${at}?done=answered`);
      return answerMistake(answered.refusal === 'gone' ? 'closed' : answered.refusal, value);
    }
  }
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'vendorNotices.one.title', { values: { reference: args.data?.line.reference ?? '' } });

export default function VendorNotice() {
  const words = useWords();
  const { line, ground, others, entries, mayRecord, mayClose, isAcknowledged, asksMore, accept, done } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(`vendorNotices.done.${done}`) : null} />
        <PageHeader
          back={{ to: `/staff/vendors/${line.vendor.id}/notices`, label: line.vendor.name }}
          title={words('vendorNotices.one.title', { reference: line.reference })}
          status={<VendorNoticeBadge state={line.state} />}
        />
        <SummaryList
          rows={[
            { term: words('vendorNotices.one.kind'), value: line.kind },
            ...others.map(({ id, reference, isNewer }) => ({
              term: words(isNewer ? 'vendorNotices.one.anew' : 'vendorNotices.one.before'),
              value: <Link to={`/staff/vendor-notices/${id}`}>{reference}</Link>,
            })),
            { term: words('vendorNotices.one.ground'), value: words(`vendorNotices.ground.${ground}`) },
            {
              term: words('vendorNotices.one.request'),
              value: line.request && (
                <Link to={`/staff/requests/${line.request.id}`}>{line.request.reference}</Link>
              ),
            },
            {
              term: words('vendorNotices.column.waits'),
              value: [line.days, line.waitsSince, line.reminders].filter(Boolean).join(' · '),
            },
            {
              term: words('vendorNotices.column.delivery'),
              value: [line.delivery, line.failure].filter(Boolean).join(' · '),
            },
          ]}
        />
        {mayRecord && line.mayResend && (
          <Form method="post">
            <Button name="intent" value="again" variant="outline">
              {words('vendorNotices.one.again')}
            </Button>
          </Form>
        )}
      </div>
      <section className="stack" aria-label={words('vendorNotices.one.history')}>
        <Timeline
          headingLevel={2}
          past={entries.map((entry) => ({ ...entry, detail: <NoticeDetail id={line.id} entry={entry} /> }))}
        />
      </section>
      {mayRecord && (
        <section className="stack" aria-labelledby="record">
          <h2 id="record">{words('vendorNotices.record.heading')}</h2>
          <p>{words('vendorNotices.record.lead')}</p>
          {!isAcknowledged && (
            <Form method="post">
              <Button name="intent" value="acknowledged" variant="outline">
                {words('vendorNotices.record.acknowledged')}
              </Button>
            </Form>
          )}
          {asksMore && (
            <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-2xl gap-y-6">
              <VendorAnswerFields mistakes={mistakes} accept={accept} />
              <p>
                <Button name="intent" value="answer">
                  {words('vendorNotices.record.save')}
                </Button>
              </p>
            </Form>
          )}
        </section>
      )}
      {mayClose && (
        <section className="stack" aria-labelledby="close">
          <h2 id="close">{words('vendorNotices.one.close')}</h2>
          <p>{words('vendorNotices.one.closeLead')}</p>
          <Form method="post" noValidate className="stack max-w-2xl">
            <TextArea
              name="reason"
              rows={3}
              label={words('officer.trail.reason')}
              error={mistakes.error('reason')}
              defaultValue={mistakes.typed('reason')}
            />
            <p>
              <Button name="intent" value="close" variant="outline">
                {words('vendorNotices.one.close')}
              </Button>
            </p>
          </Form>
        </section>
      )}
    </div>
  );
}
