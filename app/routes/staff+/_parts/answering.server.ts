import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { draftAnswer, sendAnswer, type Answered, type AnswerRefusal } from '#app/requests/answer.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import type { MessageId } from '#app/words/words.ts';

export const intents = ['acknowledge', 'draft', 'send', 'confirm'] as const;
export type Intent = (typeof intents)[number];

export interface Act {
  intent: Intent;
  requestId: string;
  expectedVersion: number;
  actor: Person;
  note: string | null;
  elementsLookedFor: boolean;
}

export type Acted = { ok: true } | { ok: false; refusal: AnswerRefusal | 'draftedNotSent' };

/** Does what a button of the request's page asks for. */
export async function act(world: World, { intent, note, elementsLookedFor, ...turn }: Act): Promise<Acted> {
  switch (intent) {
    case 'acknowledge': {
      const { requestId, expectedVersion, actor } = turn;
      const moved = await moveRequest(world, requestId, { name: 'acknowledge', expectedVersion }, actor);
      return moved.ok ? { ok: true } : moved;
    }
    case 'draft':
      return draftAnswer(world, turn, { note });
    case 'send':
      return sendAnswer(world, turn, { note, elementsLookedFor });
    case 'confirm': {
      const drafted: Answered = await draftAnswer(world, turn, { note });
      if (!drafted.ok) return drafted;
      const sent = await sendAnswer(
        world,
        { ...turn, expectedVersion: turn.expectedVersion + 1 },
        { note, elementsLookedFor },
      );
      return sent.ok ? sent : { ok: false, refusal: 'draftedNotSent' };
    }
  }
}

interface Said {
  field: string;
  message: MessageId;
  status: 400 | 403 | 404 | 409;
}

const moved: Said = { field: '', message: 'errors.notFromThisStatus', status: 409 };

/** Where a refusal is shown, in which words, and with which status. */
export const refusals: Record<(Acted & { ok: false })['refusal'], Said> = {
  notFound: { field: '', message: 'errors.notFoundTitle', status: 404 },
  notYours: { field: '', message: 'errors.forbiddenTitle', status: 403 },
  changedMeanwhile: { field: '', message: 'errors.changedMeanwhile', status: 409 },
  notFromThisStatus: moved,
  answerMissing: { field: '', message: 'errors.answerMissing', status: 409 },
  ledgerChanged: { field: '', message: 'errors.ledgerChanged', status: 409 },
  elementsMissing: { field: 'elementsLookedFor', message: 'errors.elementsMissing', status: 400 },
  draftedNotSent: { field: '', message: 'staff.mistake.draftedNotSent', status: 409 },
  inForceAlready: moved,
  reasonMissing: { field: 'reason', message: 'errors.required', status: 400 },
  outcomeMissing: { field: 'outcome', message: 'errors.choose', status: 400 },
  officerOnly: { field: '', message: 'errors.officerOnly', status: 403 },
  groundMissing: { field: 'ground', message: 'errors.groundMissing', status: 400 },
  partsMissing: { field: 'contains', message: 'errors.partsMissing', status: 400 },
  secondLookNeeded: { field: '', message: 'errors.secondLookNeeded', status: 409 },
  noExtension: { field: '', message: 'errors.noExtension', status: 409 },
  alreadyExtended: { field: '', message: 'errors.alreadyExtended', status: 409 },
  extensionTooLate: { field: '', message: 'errors.extensionTooLate', status: 409 },
  newDateMissing: { field: 'newDueOn', message: 'errors.newDateMissing', status: 400 },
  newDateOutside: { field: 'newDueOn', message: 'errors.newDateOutside', status: 400 },
};
