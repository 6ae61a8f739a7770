import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { DeliveryList } from '#app/components/delivery-list.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { deliveryOf } from '#app/notices/delivery.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requirePerson, rowId, requireFreshFactorFor } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { deliveryLines } from '#app/web/present-delivery.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { act, intents, refusals } from './_parts/answering.server.ts';
import { Background } from './_parts/background.tsx';
import { requestView } from './_parts/request-view.server.ts';
import { Work } from './_parts/work.tsx';

const longestNote = 4_000;

const schema = z.strictObject({
  intent: z.enum(intents, 'errors.foreignField'),
  version: z
    .string('errors.foreignField')
    .regex(/^\d{1,9}$/, 'errors.foreignField')
    .transform(Number),
  // Browsers send a line's end as two characters; it counts, and is kept, as one.
  note: z
    .string()
    .default('')
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(longestNote, 'errors.tooLong')),
  reviewed: z.literal('reviewed', 'errors.foreignField').optional(),
  elementsLookedFor: z.literal('elementsLookedFor', 'errors.foreignField').optional(),
});

const doneWords = {
  acknowledge: 'staff.done.acknowledge',
  draft: 'staff.done.draft',
  send: 'staff.done.send',
  confirm: 'staff.done.confirm',
} as const;

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'requests.see');
  const id = rowId(args.params.id);
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
  const done = z.enum(intents).safeParse(new URL(args.request.url).searchParams.get('done'));
  const { timeZone } = request;
  const mail = deliveryLines(await deliveryOf(world.db, id), { timeZone, locale });
  return { request, mail, done: done.success ? done.data : null };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'requests.process');
  const { world, person } = visit;
  const requestId = rowId(args.params.id);
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, version, note, reviewed, elementsLookedFor } = form.value;
  const request = await findRequest(world.db, requestId, null);
  if (!request) throw notFound();
  const typed = { note: [note], ...(elementsLookedFor ? { elementsLookedFor: [elementsLookedFor] } : {}) };
  const { answer } = kindDefinition(request.kind);
  if (intent === 'confirm' && answer !== 'confirmation')
    return oneMistake('', 'errors.foreignField', { typed });
  if (intent === 'send' && !reviewed) return oneMistake('reviewed', 'staff.mistake.notReviewed', { typed });

  // A release: whoever sends it is at the keyboard now.
  if (intent === 'send' || intent === 'confirm') {
    await requireFreshFactorFor(args, visit, {
      intent,
      version: String(version),
      note,
      ...(reviewed ? { reviewed } : {}),
      ...(elementsLookedFor ? { elementsLookedFor } : {}),
    });
  }

  const acted = await act(world, {
    intent,
    requestId,
    expectedVersion: version,
    actor: person,
    note: note || null,
    elementsLookedFor: elementsLookedFor !== undefined,
  });
  if (acted.ok) return redirect(`/staff/requests/${requestId}?done=${intent}`);
  const { field, message, status } = refusals[acted.refusal];
  // What was reviewed may be another list by now: that tick is kept only where the list stands as it was.
  const kept = acted.refusal === 'elementsMissing' && reviewed ? { ...typed, reviewed: [reviewed] } : typed;
  return oneMistake(field, message, { typed: kept, status });
}

// A refusal often means that the page is out of date; without this the browser would keep what it loaded before.
export const shouldRevalidate: ShouldRevalidateFunction = ({ actionStatus, defaultShouldRevalidate }) =>
  defaultShouldRevalidate || (actionStatus !== undefined && actionStatus >= 400);

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'staff.request.title', { values: { reference: args.data?.request.reference ?? '' } });

export default function StaffRequest() {
  const words = useWords();
  const { request, mail, done } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>(), { elementsLookedFor: 'reviewed-2' });
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      {done && !mistakes.any && <Toast message={words(doneWords[done])} />}
      <PageHeader
        back={{ to: '/staff', label: words('staff.request.back') }}
        title={words('staff.request.heading', { kind: request.kind, patient: request.patient })}
        status={
          <>
            {!request.withdrawn && <DueDate {...request.clock.due} />}
            <span className="self-center">
              <StatusBadge tone={request.turn === 'ours' ? 'info' : 'none'}>
                {request.turnInWords}
              </StatusBadge>
            </span>
          </>
        }
        lead={words('staff.request.lead', { reference: request.reference, status: request.status })}
      />
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,21rem)]">
        <Work request={request} mistakes={mistakes} />
        <Background request={request} />
      </div>
      <DeliveryList lines={mail} />
    </div>
  );
}
