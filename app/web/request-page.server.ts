import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { disclosuresOfPatient, type DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { optOutHistory, stillCounts } from '#app/optouts/history.server.ts';
import { mayAct } from '#app/people/can.ts';
import { draftOf, placeOf } from '#app/requests/drafts.server.ts';
import { openMoves } from '#app/requests/decide.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { mayDisagree } from '#app/requests/messages.server.ts';
import { timeAskedFor } from '#app/requests/narrowing.ts';
import { patientFile } from '#app/requests/patient-file.server.ts';
import { findRequest, type RequestDetail } from '#app/requests/reading.server.ts';
import { requestState } from '#app/requests/requests.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { dateInWords, receivedInWords } from '#app/words/dates.ts';
import { notFound, rowId, type PatientVisit } from './guard.server.ts';
import { viewerOf } from './present-actor.server.ts';
import { askedView } from './present-asked.server.ts';
import { clockView } from './present-clock.server.ts';
import { contactOf } from './present-complaint.server.ts';
import { optOutView } from './present-opt-outs.server.ts';
import {
  answerView,
  extensionView,
  feeView,
  messagesView,
  filesView,
} from './present-request-file.server.ts';
import { requestView } from './present-requests.server.ts';
import { studyNames } from './present-studies.server.ts';
import { chainsOfPatient } from './present-vendor-chains.server.ts';
import { narrowedView, timelineView } from './present-timeline.server.ts';
import { acceptedDocuments } from './uploads.server.ts';

/** A request of the patient, as its reader may have it. @throws 404 where it is not theirs, or was not filed by who may only file */
export async function ownRequest({ world, person, patientId }: PatientVisit, id: string | undefined) {
  const request = await findRequest(world.db, rowId(id), patientId);
  const sees = mayAct(person, 'ownRecords.see');
  if (!request || (!sees && request.filedBy.id !== person.id)) throw notFound();
  return { request, sees };
}

/** Everything of a request as its patient reads it: on its page, on its receipt, and in the file of all of it. */
export async function requestPage(visit: PatientVisit, id: string | undefined) {
  return pageOfRequest(visit, await ownRequest(visit, id));
}

/** The same for a request that was found, for whoever may have it. */
export async function pageOfRequest(
  visit: PatientVisit,
  { request, sees }: { request: RequestDetail; sees: boolean },
) {
  const { world, person, locale, now } = visit;
  const [state, settings, events, file, choice, vendors, sent] = await Promise.all([
    requestState(world, request.id, now),
    facilitySettings(world.db),
    eventsOfRequest(world.db, request.id, 'visibleToPatient'),
    patientFile(world, request.id, { id: person.id, sees }),
    choiceOf(visit, request),
    allVendors(world.db),
    // Which studies a choice is for. Who may file but not see is told how many.
    sees && request.kind.startsWith('optOut') ? disclosuresOfPatient(world.db, visit.patientId, { now }) : [],
  ]);
  const studies = studyNames(sent, locale);
  const facility = contactOf(settings, request.jurisdiction);
  if (!settings) throw new Error('the facility was never set up');
  // The zone that its clock was counted in: what the facility sets since rewrites nothing that happened.
  const { timeZone } = request;
  const companies = new Map(vendors.map((vendor) => [vendor.id, vendor.name]));
  const { due: _due, daysUsed: _used, daysLeft: _left, ...clock } = clockView(request, now, locale);
  const reader = {
    locale,
    timeZone,
    audience: 'patient' as const,
    facilityName: settings.name,
    viewer: viewerOf(person),
  };
  const view = requestView(request, {
    now,
    locale,
    takenBack: choice !== null && !stillCounts(choice, now),
  });
  const mayFile = mayAct(person, 'ownRequests.file');
  // It is theirs, in whichever record it stands.
  const own = { ...person, patientId: request.patientId };
  const answer = answerView(request, file, settings, locale);
  return {
    ...view,
    kindOf: request.kind,
    version: request.version,
    received: receivedInWords(locale, request),
    window: windowOf(request, locale),
    narrowed: narrowedView(events, reader),
    asked: askedView({ ...request, statement: file.statement }, companies, locale),
    clock,
    choice: choice && optOutView(choice, companies, { locale, timeZone, now, studies }),
    chains: sees ? await chainsOfRequest(visit, request, { choice, timeZone, sent }) : null,
    answer,
    sees,
    extension: extensionView(request, file, reader),
    fee: feeView(file, request, { ...reader, mayChoose: mayFile && view.open }),
    messages: messagesView(file, reader),
    files: filesView(file.files, locale, ({ messageId, use }) => messageId === null && use !== 'forRelease'),
    follows: file.follows,
    followedBy: file.followedBy,
    timeline: timelineView(events, reader),
    canWrite: mayFile && view.open,
    mayFile,
    canDisagree: mayFile && sees && mayDisagree(request, file.answer?.ground ?? null),
    canWithdraw: state !== null && openMoves(state, own).includes('withdraw'),
    duplicateOf: request.duplicateOf,
    answersToo: request.answersToo,
    canReopen: state !== null && openMoves(state, own).includes('notADuplicate'),
    canAskAgain: mayFile && sees && mayFollow(request) && file.followedBy.every(({ over }) => over),
    filedBy: filedByView(request.filedBy, person),
    kept: mayFile ? await keptOf(visit, request) : {},
    submissionKey: crypto.randomUUID(),
    accept: acceptedDocuments,
    takesFiles: kindDefinition(request.kind).takesFiles,
    facility,
  };
}

/** What its reader has begun to write about it. */
async function keptOf(
  { world, person, patientId }: PatientVisit,
  { id, kind }: RequestDetail,
): Promise<{ message?: string; disagree?: string }> {
  const kept = async (of: 'message' | 'disagree') => {
    const draft = await draftOf(world, { actor: person, patientId, kind, place: placeOf(of, id) });
    const text = draft?.fields.text?.[0];
    return text ? { [of]: text } : {};
  };
  const [message, disagree] = await Promise.all([kept('message'), kept('disagree')]);
  return { ...message, ...disagree };
}

export type RequestPage = Awaited<ReturnType<typeof requestPage>>;

/** Whether an answered request can be looked at again: a "no" and its end count by themselves, and are asked for anew. */
export function mayFollow({ status, kind }: Pick<RequestDetail, 'status' | 'kind'>): boolean {
  return status === 'responded' && kindDefinition(kind).answer !== 'confirmation';
}

/** Who asked, where the reader did not ask for themselves. */
function filedByView(filedBy: RequestDetail['filedBy'], person: PatientVisit['person']) {
  if (filedBy.isPatient) return null;
  return filedBy.id === person.id ? ('you' as const) : { name: filedBy.name };
}

/** The "no" that a request filed or took back, as it stands now. */
export async function choiceOf({ world, patientId }: PatientVisit, { id, kind, details }: RequestDetail) {
  if (kind !== 'optOut' && kind !== 'optOutWithdrawal') return null;
  const history = await optOutHistory(world.db, patientId);
  const withdrawn = kind === 'optOutWithdrawal' ? kindDefinition(kind).details.parse(details).optOutId : null;
  const record = history.find((one) => (withdrawn ? one.id === withdrawn : one.requestId === id));
  if (!record) throw new Error('a choice has its record');
  return record;
}

/** What companies were told because of it; null for what tells no company anything. */
async function chainsOfRequest(
  visit: PatientVisit,
  { id, kind }: RequestDetail,
  read: {
    choice: Awaited<ReturnType<typeof choiceOf>>;
    timeZone: string;
    sent: readonly DisclosureRow[];
  },
) {
  const { choice, timeZone, sent } = read;
  if (!choice && kind !== 'recall') return null;
  const chains = await chainsOfPatient(visit, timeZone, choice ? sent : undefined);
  return choice ? chains.ofOptOut(choice) : chains.ofRecall(id);
}

function windowOf(request: RequestDetail, locale: PatientVisit['locale']) {
  const time = timeAskedFor(request);
  return time && { from: dateInWords(locale, time.from), to: dateInWords(locale, time.to) };
}
