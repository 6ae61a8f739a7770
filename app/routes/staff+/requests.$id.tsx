import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { DeliveryList } from '#app/components/delivery-list.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Icon } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { Toast } from '#app/components/toast.tsx';
import { VendorNoticeTable } from '#app/components/vendor-notice-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { noticesOfRequest } from '#app/optouts/vendor-notices/reading.server.ts';
import { deliveryOf } from '#app/notices/delivery.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { vendorNoticeLines } from '#app/web/present-vendor-notices.server.ts';
import { deliveryLines } from '#app/web/present-delivery.server.ts';
import { pageTitle } from '#app/web/title.ts';
import type { MessageId } from '#app/words/words.ts';
import { Background } from './_parts/background.tsx';
import { Files, Messages, Notes } from './_parts/correspondence.tsx';
import { Follows } from './_parts/follows.tsx';
import { LetterToPost } from './_parts/letter-to-post.tsx';
import { OtherMoves, Owner } from './_parts/other-moves.tsx';
import { Asked, Changes, type Change } from './_parts/request-asked.tsx';
import { actOnRequest } from './_parts/request-acts.server.ts';
import { intents, type Intent } from './_parts/request-intents.ts';
import { requestView } from './_parts/request-view.server.ts';
import { Work } from './_parts/work.tsx';

const doneWords = {
  acknowledge: 'staff.done.acknowledge',
  draft: 'staff.done.draft',
  send: 'staff.done.send',
  confirm: 'staff.done.confirm',
  askIdentity: 'desk.done.askIdentity',
  confirmIdentity: 'desk.done.confirmIdentity',
  refuseIdentity: 'desk.done.refuseIdentity',
  goOn: 'desk.done.goOn',
  markDuplicate: 'desk.done.markDuplicate',
  undoDuplicate: 'desk.done.undoDuplicate',
  extend: 'desk.done.extend',
  correctReceived: 'desk.done.correctReceived',
  letter: 'desk.done.letter',
  message: 'desk.done.message',
  disagree: 'desk.done.disagree',
  remark: 'desk.done.remark',
  file: 'desk.done.file',
  takeFileBack: 'desk.done.takeFileBack',
  assign: 'desk.done.assign',
  tellFee: 'desk.done.tellFee',
  takeFeeBack: 'desk.done.takeFeeBack',
  feePaid: 'desk.done.feePaid',
  posted: 'desk.done.posted',
  enterWord: 'desk.done.enterWord',
} as const satisfies Record<Intent, MessageId>;

/** Of them, what tells the patient something: where nobody reads it on a page, it is told by post. */
const tells: ReadonlySet<Intent> = new Set<Intent>([
  'acknowledge',
  'send',
  'confirm',
  'askIdentity',
  'refuseIdentity',
  'markDuplicate',
  'undoDuplicate',
  'extend',
  'correctReceived',
  'message',
  'tellFee',
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const search = new URL(args.request.url).searchParams;
  const found = await requestView(world, { id, person, now, locale });
  if (!found) throw notFound();
  const { patientId, ...request } = found;
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId,
    requestId: id,
  });
  const done = z.enum(intents).safeParse(search.get('done'));
  const { timeZone } = request;
  const [mailed, told] = await Promise.all([deliveryOf(world.db, id), noticesOfRequest(world.db, id)]);
  const mail = deliveryLines(mailed, { timeZone, locale });
  const companies = vendorNoticeLines(told, { timeZone, locale, now });
  return { request, mail, companies, done: done.success ? done.data : null };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'requests.process');
  await requireRequestOpen(args, visit, rowId(args.params.id));
  return actOnRequest(args, visit);
}

// A refusal often means that the page is out of date; without this the browser would keep what it loaded before.
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  defaultShouldRevalidate || (actionStatus !== undefined && actionStatus >= 400);

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'staff.request.title', { values: { reference: args.data?.request.reference ?? '' } });

export default function StaffRequest() {
  const words = useWords();
  const { request, mail, companies, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer, { elementsLookedFor: 'reviewed-2' });
  const filled = (answer as { filled?: true } | undefined)?.filled === true;
  const changes = (answer as { changes?: Change[] } | undefined)?.changes ?? [];
  const props = { request, mistakes };
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      {changes.length > 0 && <Changes changes={changes} />}
      {filled && <Toast message={words('desk.ready.done')} />}
      {done && !mistakes.any && (
        <Toast
          message={words(tells.has(done) && !request.readOnline ? 'desk.done.byPost' : doneWords[done])}
        />
      )}
      <PageHeader
        back={{ to: '/staff', label: words('staff.request.back') }}
        title={words('staff.request.heading', { kind: request.kind, patient: request.patient })}
        status={
          <>
            {request.clock.due && <DueDate {...request.clock.due} />}
            <span className="self-center">
              <StatusBadge tone={request.turn === 'ours' ? 'info' : 'none'}>
                {request.turnInWords}
              </StatusBadge>
            </span>
          </>
        }
        lead={words('staff.request.lead', { reference: request.reference, status: request.status })}
      />
      {request.around.present.map((line) => (
        <p key={line} className="text-note text-muted flex items-center gap-2">
          <Icon name="person" />
          {line}
        </p>
      ))}
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,21rem)]">
        <div className="sections content-start">
          {request.follows && <Follows follows={request.follows} />}
          {request.asked.length > 0 && <Asked rows={request.asked} />}
          <LetterToPost {...props} />
          <Work {...props} />
          {request.mayAct && <OtherMoves {...props} />}
          <Messages {...props} />
          <Notes {...props} />
          <Files {...props} />
        </div>
        <div className="sections content-start">
          {request.mayAct && request.open && <Owner {...props} />}
          <Background request={request} />
        </div>
      </div>
      {companies.length > 0 && (
        <section className="stack" aria-labelledby="companies">
          <h2 id="companies">{words('vendorNotices.title')}</h2>
          <VendorNoticeTable lines={companies} caption={words('vendorNotices.title')} empty={null} />
        </section>
      )}
      <DeliveryList lines={mail} />
    </div>
  );
}
