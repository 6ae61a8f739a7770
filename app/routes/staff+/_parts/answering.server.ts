import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import {
  draftAnswer,
  sendAnswer,
  type Answered,
  type AnswerRefusal,
  type DraftedLetter,
} from '#app/requests/answer.server.ts';
import type { AssignRefusal } from '#app/requests/assign.server.ts';
import type { MessageRefusal } from '#app/requests/messages.server.ts';
import type { FeeRefusal } from '#app/requests/fee-turn.server.ts';
import type { PostRefusal } from '#app/requests/posted.server.ts';
import type { FileRefusal } from '#app/requests/staff-files.server.ts';
import type { WordRefusal } from '#app/requests/their-word.server.ts';
import type { MessageId } from '#app/words/words.ts';

interface Turn {
  requestId: string;
  expectedVersion: number;
  actor: Person;
}

export type Refusal =
  | AnswerRefusal
  | AssignRefusal
  | MessageRefusal
  | FileRefusal
  | FeeRefusal
  | WordRefusal
  | PostRefusal
  | 'draftedNotSent'
  | 'saidLater'
  | 'receivedLaterToday'
  | 'receivedTooEarly'
  | 'receivedLongAgo';

/** Tells the patient in one go what counts already: drafted and sent. */
export async function confirmToPatient(
  world: World,
  turn: Turn,
  letter: DraftedLetter,
): Promise<{ ok: true } | { ok: false; refusal: Refusal }> {
  const drafted: Answered = await draftAnswer(world, turn, letter);
  if (!drafted.ok) return drafted;
  const sent = await sendAnswer(
    world,
    { ...turn, expectedVersion: turn.expectedVersion + 1 },
    { note: letter.note, elementsLookedFor: false },
  );
  return sent.ok ? sent : { ok: false, refusal: 'draftedNotSent' };
}

interface Said {
  field: string;
  message: MessageId;
  status: 400 | 403 | 404 | 409;
}

const moved: Said = { field: '', message: 'errors.notFromThisStatus', status: 409 };

/** Where a refusal is shown, in which words, and with which status. */
export const refusals: Record<Refusal, Said> = {
  notFound: { field: '', message: 'errors.notFoundTitle', status: 404 },
  notYours: { field: '', message: 'errors.forbiddenTitle', status: 403 },
  changedMeanwhile: { field: '', message: 'errors.changedMeanwhile', status: 409 },
  notFromThisStatus: moved,
  noFee: { field: '', message: 'errors.noFee', status: 409 },
  feeGroundMissing: { field: 'feeGround', message: 'errors.feeGroundMissing', status: 400 },
  stillFree: { field: 'feeAmount', message: 'desk.fee.free', status: 409 },
  toldAlready: { field: '', message: 'errors.feeToldAlready', status: 409 },
  costChanged: { field: '', message: 'errors.costChanged', status: 409 },
  chosenAlready: { field: '', message: 'errors.feeChosenAlready', status: 409 },
  chosenByPatient: { field: '', message: 'errors.feeChosenByPatient', status: 409 },
  feeUnanswered: { field: '', message: 'errors.feeUnanswered', status: 409 },
  wordsMissing: { field: 'feeBasis', message: 'errors.required', status: 400 },
  nothingToPost: { field: '', message: 'errors.nothingToPost', status: 409 },
  postedTooEarly: { field: 'postedOn', message: 'errors.postedTooEarly', status: 400 },
  postedLater: { field: 'postedOn', message: 'errors.dateInFuture', status: 400 },
  ended: moved,
  wordMissing: { field: 'channel', message: 'errors.choose', status: 400 },
  timeTooEarly: { field: 'newFrom', message: 'errors.timeTooEarly', status: 400 },
  timeTooLate: { field: 'newTo', message: 'errors.timeTooLate', status: 400 },
  timeBackwards: { field: 'newTo', message: 'errors.timeBackwards', status: 400 },
  noTime: { field: '', message: 'errors.foreignField', status: 400 },
  changeMissing: { field: 'saidText', message: 'errors.changeMissing', status: 400 },
  wordsOfTheirsMissing: { field: 'saidText', message: 'errors.required', status: 400 },
  hasAccount: { field: '', message: 'errors.hasAccount', status: 409 },
  saidBeforeTold: { field: 'saidOn', message: 'errors.paidBeforeTold', status: 400 },
  beforeRequest: { field: 'saidOn', message: 'errors.beforeRequest', status: 400 },
  cameBeforeAsked: { field: 'cameOn', message: 'errors.cameBeforeAsked', status: 400 },
  cameInFuture: { field: 'cameOn', message: 'errors.dateInFuture', status: 400 },
  notEntered: moved,
  receivedMissing: { field: 'trulyOn', message: 'errors.date', status: 400 },
  receivedInFuture: { field: 'trulyOn', message: 'errors.dateInFuture', status: 400 },
  receivedLaterToday: { field: 'trulyTime', message: 'errors.timeInFuture', status: 400 },
  receivedTooEarly: { field: 'trulyOn', message: 'errors.date', status: 400 },
  receivedBeforeBirth: { field: 'trulyOn', message: 'intake.beforeBirth', status: 400 },
  receivedLongAgo: { field: 'trulyOn', message: 'desk.correctReceived.longAgo', status: 400 },
  receivedSame: { field: 'trulyOn', message: 'errors.receivedSame', status: 409 },
  paidBeforeTold: { field: 'paidOn', message: 'errors.paidBeforeTold', status: 400 },
  paidInFuture: { field: 'paidOn', message: 'errors.dateInFuture', status: 400 },
  saidLater: { field: 'saidOn', message: 'errors.dateInFuture', status: 400 },
  filesTooLarge: { field: 'wordDocument', message: 'errors.filesTooLarge', status: 409 },
  alreadyWithdrawn: moved,
  vendorUnknown: moved,
  studyUnknown: moved,
  purposeNotAsked: { field: '', message: 'errors.purposeNotAsked', status: 409 },
  notReviewable: moved,
  followedAlready: { field: '', message: 'errors.followedAlready', status: 409 },
  notAColleague: { field: 'assignee', message: 'queue.why.notAColleague', status: 409 },
  tooManyFiles: { field: 'document', message: 'desk.file.tooMany', status: 409 },
  noRoomForFiles: { field: 'document', message: 'desk.file.tooMany', status: 409 },
  answerMissing: { field: '', message: 'errors.answerMissing', status: 409 },
  timeChanged: { field: '', message: 'errors.timeChanged', status: 409 },
  ledgerChanged: { field: '', message: 'errors.ledgerChanged', status: 409 },
  elementsMissing: { field: 'elementsLookedFor', message: 'errors.elementsMissing', status: 400 },
  draftedNotSent: { field: '', message: 'staff.mistake.draftedNotSent', status: 409 },
  inForceAlready: moved,
  reasonMissing: { field: 'reason', message: 'errors.required', status: 400 },
  outcomeMissing: { field: 'outcome', message: 'errors.choose', status: 400 },
  officerOnly: { field: '', message: 'errors.officerOnly', status: 403 },
  groundMissing: { field: 'ground', message: 'errors.groundMissing', status: 400 },
  partsMissing: { field: 'contains', message: 'errors.partsMissing', status: 400 },
  textMissing: { field: 'note', message: 'errors.textMissing', status: 400 },
  blanksLeft: { field: 'reason', message: 'errors.blanksLeft', status: 400 },
  tookPart: { field: '', message: 'errors.tookPart', status: 403 },
  identityNotNeeded: moved,
  twinMissing: { field: 'twin', message: 'errors.twinMissing', status: 400 },
  twinNotFirst: { field: 'twin', message: 'errors.twinNotFirst', status: 409 },
  secondLookNeeded: { field: '', message: 'errors.secondLookNeeded', status: 409 },
  noExtension: { field: '', message: 'errors.noExtension', status: 409 },
  alreadyExtended: { field: '', message: 'errors.alreadyExtended', status: 409 },
  extensionTooLate: { field: '', message: 'errors.extensionTooLate', status: 409 },
  newDateMissing: { field: 'newDueOn', message: 'errors.newDateMissing', status: 400 },
  newDateOutside: { field: 'newDueOn', message: 'errors.newDateOutside', status: 400 },
};
