import { data, redirect, type ActionFunctionArgs } from '@remix-run/node';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { draftAnswer, refuseUnproved, sendAnswer } from '#app/requests/answer.server.ts';
import { assignRequest } from '#app/requests/assign.server.ts';
import type { Document } from '#app/requests/attachments.server.ts';
import { recordFeePaid } from '#app/requests/fee-payment.server.ts';
import { takeFeeBack, tellFee } from '#app/requests/fees.server.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { madeSince } from '#app/requests/made-moves.ts';
import { stateDisagreement, writeNote, writeToPatient } from '#app/requests/messages.server.ts';
import type { MoveName } from '#app/requests/moves.ts';
import { recordPosted } from '#app/requests/posted.server.ts';
import { findRequest, type RequestDetail } from '#app/requests/reading.server.ts';
import { moveRequest, type AskedMove } from '#app/requests/requests.server.ts';
import { receiptDoubt, receivedAt } from '#app/requests/intake.ts';
import { enterWord } from '#app/requests/their-word.server.ts';
import { addFile, takeFileBack } from '#app/requests/staff-files.server.ts';
import { filledTemplate } from '#app/requests/templates.server.ts';
import { moneyField } from '#app/web/fields.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, rowId, type Visit } from '#app/web/guard.server.ts';
import { timelineView } from '#app/web/present-timeline.server.ts';
import { takeDocument } from '#app/web/uploads.server.ts';
import { confirmToPatient, refusals, type Refusal } from './answering.server.ts';
import { mistakeIn, reasonOf, requestForm, typedOf, type Fields } from './request-form.server.ts';

type Acted = { ok: true; requestId?: string } | { ok: false; refusal: Refusal };

/** Does what a button of the request's page asks for. What was typed comes back with every refusal. */
export async function actOnRequest(args: ActionFunctionArgs, visit: Visit) {
  const { world } = visit;
  const requestId = rowId(args.params.id);
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const document = await takeDocument(sent, 'document');
  const form = await readFields(args, sent, { schema: requestForm, lists: ['contains'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const fields = form.value;
  const request = await findRequest(world.db, requestId, null);
  if (!request) throw notFound();
  const typed = typedOf(fields);
  if (!document.ok) return oneMistake('document', document.message, { typed });
  const mistake = mistakeIn(fields, document.document, kindDefinition(request.kind).answer);
  if (mistake) return oneMistake(...mistake, { typed });
  if (fields.intent === 'fill') return withReadyWords(visit, request, { use: fields.fill, typed });

  // A release: whoever sends it is at the keyboard now.
  if (fields.intent === 'send' || fields.intent === 'confirm' || fields.intent === 'refuseIdentity') {
    await requireFreshFactorFor(args, visit, {
      intent: fields.intent,
      version: String(fields.version),
      note: fields.note,
      ...(fields.unproved ? { unproved: fields.unproved } : {}),
      ...(fields.reviewed ? { reviewed: fields.reviewed } : {}),
      ...(fields.elementsLookedFor ? { elementsLookedFor: fields.elementsLookedFor } : {}),
    });
  } else if ((fields.intent === 'message' || fields.intent === 'disagree') && document.document) {
    // A document that the patient's page will show.
    await requireFreshFactorFor(args, visit, {
      intent: fields.intent,
      version: String(fields.version),
      submissionKey: fields.submissionKey ?? '',
      ...(fields.intent === 'message' ? { message: fields.message } : { statement: fields.statement }),
      ...(fields.waits ? { waits: fields.waits } : {}),
      documentOwed: 'yes',
    });
  }
  const acted = await act(visit, request, fields, document.document);
  // What is to be looked at again is a request of its own.
  if (acted.ok) return redirect(`/staff/requests/${acted.requestId ?? requestId}?done=${fields.intent}`);

  const { field, message, status } = refusals[acted.refusal];
  // What was reviewed may be another list by now: that tick is kept only where the list stands as it was.
  if (acted.refusal !== 'elementsMissing') delete typed.reviewed;
  const mistakes = { errors: { [field === 'reason' ? reasonOf(fields.intent) : field]: message }, typed };
  if (acted.refusal !== 'changedMeanwhile') return data({ mistakes }, { status });
  return data({ mistakes, changes: await changesSince(visit, request, fields.version) }, { status });
}

/** The form again, with the facility's own words after what was typed. Nothing is kept yet. */
async function withReadyWords(
  { world }: Visit,
  request: RequestDetail,
  { use, typed }: { use: Fields['fill']; typed: Record<string, string[]> },
) {
  const ready = use && (await filledTemplate(world.db, request, use));
  if (!use || !ready) return oneMistake('', 'errors.formUnreadable', { typed });
  const field =
    use === 'extension'
      ? 'extendReason'
      : use === 'message'
        ? 'message'
        : request.status === 'identityCheck'
          ? 'unproved'
          : 'note';
  const isLetter = kindDefinition(request.kind).answer === 'letter';
  const outcome: Record<string, string[]> = field === 'note' && isLetter ? { outcome: [use] } : {};
  const text = [typed[field]?.[0], ready].filter(Boolean).join('\n\n');
  return data({ mistakes: { errors: {}, typed: { ...typed, ...outcome, [field]: [text] } }, filled: true });
}

async function enterTheirWord(
  { world, person: actor, now }: Visit,
  request: RequestDetail,
  { said, channel, saidOn, saidText, newFrom, newTo, version: expectedVersion, submissionKey = '' }: Fields,
  documents: readonly Document[],
): Promise<Acted> {
  if (!said || !channel) return { ok: false, refusal: 'wordMissing' };
  // What is to be looked at again is a new request, with a clock in today's zone.
  const { timeZone } = said === 'again' ? await theFacility(world.db) : request;
  const received = receivedAt({ on: saidOn, time: '' }, { timeZone, now });
  if (!received.ok)
    return { ok: false, refusal: received.why === 'tooEarly' ? 'beforeRequest' : 'saidLater' };
  return enterWord(world, {
    ...{ requestId: request.id, expectedVersion, actor, said, channel, documents, submissionKey },
    ...{ receivedAt: received.at, receivedTimeKnown: received.timeKnown, receivedOn: saidOn, text: saidText },
    time: newFrom !== undefined && newTo !== undefined ? { from: newFrom, to: newTo } : null,
  });
}

/** When it truly came, in the zone that the request is counted in. A day of long ago is confirmed, for it is late at once. */
function correctReceived(
  { world, person: actor, now }: Visit,
  { id, timeZone }: RequestDetail,
  { trulyOn, trulyTime, trulyLongAgo, correctReason: reason, version: expectedVersion }: Fields,
): Promise<Acted> {
  const refuse = (refusal: Refusal) => Promise.resolve({ ok: false, refusal } as const);
  if (!trulyOn) return refuse('receivedMissing');
  const received = receivedAt({ on: trulyOn, time: trulyTime }, { timeZone, now });
  if (!received.ok)
    return refuse(
      (
        {
          inTheFuture: 'receivedInFuture',
          laterToday: 'receivedLaterToday',
          tooEarly: 'receivedTooEarly',
        } as const
      )[received.why],
    );
  const isLongAgo = receiptDoubt(trulyOn, { bornOn: '', today: localDateAt(now, timeZone) }) === 'longAgo';
  if (isLongAgo && !trulyLongAgo) return refuse('receivedLongAgo');
  const { at, timeKnown } = received;
  const move = {
    name: 'correctReceived',
    expectedVersion,
    reason,
    received: { at, on: trulyOn, timeKnown },
  } as const;
  return moveRequest(world, id, move, actor);
}

async function act(
  visit: Visit,
  request: RequestDetail,
  fields: Fields,
  document: Document | null,
): Promise<Acted> {
  const { world, person: actor } = visit;
  const { id: requestId } = request;
  const { intent, version: expectedVersion, note, submissionKey = '' } = fields;
  const turn = { requestId, expectedVersion, actor };
  const documents = document ? [document] : [];
  const came = fields.cameOn ? { cameOn: fields.cameOn } : {};
  const move = (name: MoveName, more: Omit<AskedMove, 'name' | 'expectedVersion'> = {}) =>
    moveRequest(world, requestId, { name, expectedVersion, ...more }, actor);
  switch (intent) {
    case 'acknowledge':
    case 'askIdentity':
      return move(intent);
    case 'confirmIdentity':
      return move(intent, came);
    case 'markDuplicate':
      return move(intent, { reason: fields.duplicateReason, twinReference: fields.twin });
    case 'undoDuplicate':
      return move(intent, { reason: fields.undoReason });
    case 'refuseIdentity':
      return refuseUnproved(world, turn, { note: fields.unproved });
    case 'goOn':
      return move(intent, { reason: fields.goOnReason, ...came });
    case 'extend':
      return move(intent, {
        reason: fields.extendReason,
        ...(fields.newDueOn ? { newDueOn: fields.newDueOn } : {}),
      });
    case 'correctReceived':
      return correctReceived(visit, request, fields);
    case 'draft':
      return draftAnswer(world, turn, { note: note || null });
    case 'letter':
      return draftAnswer(world, turn, {
        note: note || null,
        ...(fields.outcome ? { outcome: fields.outcome } : {}),
        ground: fields.ground || null,
        contains: fields.contains,
      });
    case 'send':
      return sendAnswer(world, turn, {
        note: note || null,
        elementsLookedFor: fields.elementsLookedFor !== undefined,
      });
    case 'confirm':
      return confirmToPatient(world, turn, { note: note || null });
    case 'message':
      return writeToPatient(world, {
        requestId,
        actor,
        text: fields.message,
        documents,
        submissionKey,
        waits: fields.waits ? { expectedVersion } : null,
      });
    case 'disagree':
      return stateDisagreement(world, { requestId, actor, text: fields.statement, documents, submissionKey });
    case 'remark':
      return writeNote(world, { requestId, actor, text: fields.remark, documents, submissionKey });
    case 'file':
      if (!document || !fields.fileUse) return { ok: true };
      return addFile(world, { requestId, actor, document, use: fields.fileUse });
    case 'takeFileBack':
      if (!fields.fileId) return { ok: true };
      return takeFileBack(world, { requestId, actor, fileId: fields.fileId });
    case 'fill':
      return { ok: true };
    case 'tellFee': {
      const { currency } = await settingNow(world.db, 'fees');
      const amountCents = moneyField.parse(fields.feeAmount);
      return tellFee(world, {
        ...{ requestId, actor, amountCents, currency },
        ...{ basis: fields.feeBasis, ground: fields.feeGround ?? null },
      });
    }
    case 'takeFeeBack':
      return takeFeeBack(world, { requestId, actor });
    case 'feePaid':
      return recordFeePaid(world, { requestId, actor, ...(fields.paidOn ? { paidOn: fields.paidOn } : {}) });
    case 'posted':
      return recordPosted(world, { requestId, actor, postedOn: fields.postedOn });
    case 'enterWord':
      return enterTheirWord(visit, request, fields, documents);
    case 'assign':
      return assignRequest(world, { requestId, assigneeId: fields.assignee || null, actor });
  }
}

/** What others did to a request since somebody opened its page. */
async function changesSince({ world, locale }: Visit, request: RequestDetail, version: number) {
  const [events, now, facility] = await Promise.all([
    eventsOfRequest(world.db, request.id),
    findRequest(world.db, request.id, null),
    theFacility(world.db),
  ]);
  const lines = timelineView(madeSince(events, now ? now.version - version : 0), {
    locale,
    timeZone: request.timeZone,
    audience: 'staff',
    facilityName: facility.name,
  });
  return lines.map(({ id, what, at, who }) => ({ id, what, at, who }));
}
