import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import {
  Link,
  useActionData,
  useLoaderData,
  useSearchParams,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import { DueDate } from '#app/components/due-date.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Timeline } from '#app/components/timeline.tsx';
import { Toast } from '#app/components/toast.tsx';
import { VendorChains } from '#app/components/vendor-chain.tsx';
import { T, useWords } from '#app/components/words.tsx';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { moveOwnRequest } from '#app/web/request-moves.server.ts';
import { ownRequest, requestPage } from '#app/web/request-page.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { Changes, type Change } from '../_parts/request-changes.tsx';
import { ChoiceReceipt } from '../_parts/choice-receipt.tsx';
import { Answer } from '../_parts/request-answer.tsx';
import { Fee } from '../_parts/request-fee.tsx';
import { Disagree, Ended, Messages, WriteMessage } from '../_parts/request-messages.tsx';
import { Complain, HowLong, NextSteps, TakeBack } from '../_parts/request-parts.tsx';
import {
  ExtensionLetter,
  KeepAll,
  LookAgain,
  Receipt,
  SameAs,
  WhatIAsked,
} from '../_parts/request-record.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.follow');
  return readingAs(visit, (walled) => requestPage(walled, args.params.id));
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.file');
  const { request } = await ownRequest(visit, args.params.id);
  const moved = await moveOwnRequest(visit, request.id, args);
  return moved.ok ? redirect(`/requests/${request.id}?done=${moved.done}`) : moved.answer;
}

// A refusal often means that the page is out of date; without this the browser would keep what it loaded before.
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  defaultShouldRevalidate || (actionStatus !== undefined && actionStatus >= 400);

export const meta: MetaFunction<typeof loader> = (args) =>
  args.data ? pageTitle(args, 'patient.request.title', { values: { reference: args.data.reference } }) : [];

const done = {
  withdrawn: 'patient.done.withdrawn',
  reopened: 'asking.done.reopened',
  written: 'asking.done.written',
  disagreed: 'asking.done.disagreed',
  chosen: 'asking.done.chosen',
} as const;

function isDone(code: string | null): code is keyof typeof done {
  return code !== null && Object.hasOwn(done, code);
}

export default function RequestPage() {
  const words = useWords();
  const request = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const changes = useActionData<{ changes?: Change[] }>()?.changes ?? [];
  const code = useSearchParams()[0].get('done');
  const isReply = request.waits && request.canWrite;
  // What the facility asked last stands with the form that answers it.
  const asked = isReply ? request.messages.filter(({ byFacility }) => byFacility).slice(-1) : [];
  const others = request.messages.filter((one) => !asked.includes(one));
  const write = request.canWrite && <WriteMessage request={request} mistakes={mistakes} isReply={isReply} />;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Changes changes={changes} />
        <Toast message={isDone(code) && !mistakes.any ? words(done[code]) : null} />
        <PageHeader
          title={request.kind}
          lead={request.status}
          back={{ to: '/requests', label: words('site.nav.requests') }}
          status={request.due && <DueDate {...request.due} />}
        />
        {code === 'sent' && request.open ? (
          <Receipt request={request} />
        ) : (
          <p>
            <T id="patient.request.keepNumber" values={{ reference: request.reference }} />
          </p>
        )}
        {request.filedBy && (
          <p>
            {request.filedBy === 'you'
              ? words('patient.request.filedByYou')
              : words('patient.request.filedBy', { name: request.filedBy.name })}
          </p>
        )}
        {request.follows && (
          <p>
            {words('asking.again.follows')}{' '}
            <Link to={`/requests/${request.follows.id}`} className="reach">
              {words('patient.request.title', { reference: request.follows.reference })}
            </Link>
          </p>
        )}
        {request.window && <p>{words('patient.request.window', request.window)}</p>}
        {request.narrowed && <p>{words('asking.narrowed', request.narrowed)}</p>}
      </div>
      {isReply && (
        <Notice tone="soon" heading={words('asking.message.waits')}>
          <Messages id={request.id} messages={asked} />
          {write}
        </Notice>
      )}
      {request.fee && (
        <Fee
          fee={request.fee}
          answersToo={request.answersToo}
          submissionKey={request.submissionKey}
          mistakes={mistakes}
        />
      )}
      {request.choice && (
        <ChoiceReceipt choice={request.choice} isWithdrawal={request.kindOf === 'optOutWithdrawal'} />
      )}
      {request.chains && (
        <VendorChains
          id={request.id}
          chains={request.chains}
          headingLevel={2}
          heading={words(
            request.kindOf === 'recall' ? 'vendorNotices.chain.headingRecall' : 'vendorNotices.chain.heading',
          )}
        />
      )}
      {request.answer && (
        <Answer id={request.id} answer={request.answer} facilityName={request.facility.name} />
      )}
      {request.duplicateOf && <SameAs request={request} twin={request.duplicateOf} />}
      <LookAgain request={request} />
      {request.canDisagree && <Disagree request={request} mistakes={mistakes} />}
      {request.open && <NextSteps request={request} />}
      {request.extension && <ExtensionLetter extension={request.extension} />}
      {request.due && <HowLong clock={request.clock} due={request.due} />}
      <WhatIAsked request={request} />
      {(others.length > 0 || !request.sees || (write && !isReply)) && (
        <section className="stack gap-y-6" aria-labelledby="messages">
          <h2 id="messages">{words('asking.message.heading')}</h2>
          {!request.sees && <p>{words('asking.message.hidden')}</p>}
          {others.length > 0 && <Messages id={request.id} messages={others} />}
          {!request.open && request.mayFile && <Ended request={request} />}
          {!isReply && write && (
            <details open={mistakes.any || request.kept.message !== undefined || undefined}>
              <summary className="text-link w-fit py-2.5 font-semibold underline underline-offset-[0.17em]">
                {words('asking.message.open')}
              </summary>
              <div className="mt-4">{write}</div>
            </details>
          )}
        </section>
      )}
      <Timeline past={request.timeline} headingLevel={2} />
      {request.sees && <KeepAll id={request.id} />}
      {request.canWithdraw && <TakeBack version={request.version} answersToo={request.answersToo} />}
      {!request.answer?.letter?.statements.length && <Complain facility={request.facility} />}
    </div>
  );
}
