import { data } from '@remix-run/node';
import { z } from 'zod';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { FeeRefusal } from '#app/requests/fee-turn.server.ts';
import { chooseFee } from '#app/requests/fees.server.ts';
import { dayField, mostCharacters } from '#app/requests/kinds/asked-form.ts';
import { stateDisagreement, writeAsPatient } from '#app/requests/messages.server.ts';
import { madeSince } from '#app/requests/made-moves.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import type { MessageId } from '#app/words/words.ts';
import type { DoorArgs } from './context.ts';
import { formMistakes, formOf, oneMistake, readFields } from './forms.server.ts';
import type { PatientVisit } from './guard.server.ts';
import { viewerOf } from './present-actor.server.ts';
import { timelineView } from './present-timeline.server.ts';
import { takeDocuments } from './uploads.server.ts';

const submissionKey = z.uuid('errors.formUnreadable');
/** Words as they were typed, whatever their script. */
const words = z
  .string('errors.required')
  .transform((typed) => typed.replaceAll('\r\n', '\n'))
  .refine((typed) => typed.length <= mostCharacters, 'errors.tooLong');

/** Of a time that is to be shorter: looked at only where that is what was chosen. A form without a time has none. */
const newDay = z.string('errors.date').trim().max(40, 'errors.date').optional();
const isDay = (day: string | undefined) => dayField.safeParse(day).success;

const schema = z.discriminatedUnion(
  'move',
  [
    z.strictObject({
      move: z.enum(['withdraw', 'notADuplicate'], 'errors.formUnreadable'),
      version: z.coerce
        .number('errors.formUnreadable')
        .int('errors.formUnreadable')
        .positive('errors.formUnreadable'),
    }),
    z.strictObject({
      move: z.enum(['message', 'disagree']),
      text: words.refine((typed) => typed.trim() !== '', 'errors.required'),
      submissionKey,
    }),
    z
      .strictObject({
        move: z.literal('fee'),
        choice: z.enum(['goOn', 'change', 'stop'], 'errors.choose'),
        change: words.default(''),
        newFrom: newDay,
        newTo: newDay,
        toldAt: z.iso.datetime('errors.formUnreadable'),
        submissionKey,
      })
      .superRefine(({ choice, change, newFrom, newTo }, context) => {
        if (choice !== 'change') return;
        const days = Object.entries({ newFrom, newTo });
        if (days.some(([, day]) => day !== undefined)) {
          for (const [name, day] of days)
            if (!isDay(day)) context.addIssue({ code: 'custom', path: [name], message: 'errors.date' });
        } else if (change.trim() === '')
          context.addIssue({ code: 'custom', path: ['change'], message: 'errors.required' });
      }),
  ],
  'errors.formUnreadable',
);

type Moved =
  | { ok: true; done: 'withdrawn' | 'reopened' | 'written' | 'disagreed' | 'chosen' }
  | { ok: false; answer: ReturnType<typeof oneMistake> };

const takesFiles = (move: unknown) => move === 'message' || move === 'disagree';

/** What a patient does with an open request of theirs, by the forms of its page. */
export async function moveOwnRequest(visit: PatientVisit, requestId: string, args: DoorArgs): Promise<Moved> {
  const { world, person } = visit;
  const late = (refusal: FeeRefusal, typed: Record<string, string[]> = {}, version?: number) =>
    tooLate(visit, requestId, { refusal, typed, version });
  const sent = await formOf(args);
  if (!sent) return { ok: false, answer: oneMistake('', 'errors.formUnreadable') };
  const documents = takesFiles(sent.get('move')) ? await takeDocuments(sent, 'files') : null;
  const form = await readFields(args, sent, { schema });
  if (!form.ok) {
    if (documents && !documents.ok) form.mistakes.errors.files = documents.message;
    return { ok: false, answer: formMistakes(form.mistakes) };
  }
  const { value } = form;
  switch (value.move) {
    case 'notADuplicate':
    case 'withdraw': {
      const move = { name: value.move, expectedVersion: value.version };
      const moved = await moveRequest(world, requestId, move, person);
      const done = value.move === 'withdraw' ? 'withdrawn' : 'reopened';
      return moved.ok ? { ok: true, done } : late(moved.refusal, {}, value.version);
    }
    case 'disagree':
    case 'message': {
      const typed = { text: [value.text] };
      if (documents && !documents.ok)
        return { ok: false, answer: oneMistake('files', documents.message, { typed }) };
      const write = value.move === 'message' ? writeAsPatient : stateDisagreement;
      const written = await write(world, {
        requestId,
        actor: person,
        text: value.text,
        documents: documents?.documents ?? [],
        submissionKey: value.submissionKey,
      });
      return written.ok
        ? { ok: true, done: value.move === 'message' ? 'written' : 'disagreed' }
        : late(written.refusal, typed);
    }
    case 'fee': {
      const { choice, change: text, newFrom: from, newTo: to, toldAt, submissionKey: key } = value;
      const time = from !== undefined && to !== undefined ? { from, to } : null;
      const chosen = await chooseFee(world, {
        ...{ requestId, actor: person, choice, text, time },
        toldAt: new Date(toldAt),
        submissionKey: key,
      });
      if (chosen.ok) return { ok: true, done: 'chosen' };
      // A yes to one cost is none to another: it is said anew.
      const typed: Record<string, string[]> = {
        ...(chosen.refusal !== 'costChanged' && { choice: [choice] }),
        change: [text],
        ...(time && { newFrom: [time.from], newTo: [time.to] }),
      };
      const mistake = mistakesOfChange[chosen.refusal];
      return mistake ? { ok: false, answer: oneMistake(...mistake, { typed }) } : late(chosen.refusal, typed);
    }
  }
}

/** What is wrong with a change, and can be put right in the form. */
const mistakesOfChange: Partial<Record<FeeRefusal, [field: string, message: MessageId]>> = {
  timeTooEarly: ['newFrom', 'errors.timeTooEarly'],
  timeTooLate: ['newTo', 'errors.timeTooLate'],
  timeBackwards: ['newTo', 'errors.timeBackwards'],
  noTime: ['', 'errors.formUnreadable'],
  changeMissing: ['change', 'errors.changeMissing'],
};

const messages: Partial<Record<FeeRefusal, MessageId>> = {
  changedMeanwhile: 'errors.changedMeanwhile',
  ended: 'errors.requestEnded',
  tooManyFiles: 'errors.tooManyFiles',
  noRoomForFiles: 'errors.noRoomForFiles',
  chosenAlready: 'errors.feeChosenAlready',
  costChanged: 'errors.costChanged',
  notYours: 'errors.actsNoMore',
};

/** Somebody was first, or it is no more: the refusal, with what happened meanwhile as its patient may read it. */
async function tooLate(
  { world, person, locale }: PatientVisit,
  requestId: string,
  {
    refusal,
    typed,
    version,
  }: { refusal: FeeRefusal; typed: Record<string, string[]>; version: number | undefined },
): Promise<{ ok: false; answer: ReturnType<typeof oneMistake> }> {
  const field = refusal === 'tooManyFiles' || refusal === 'noRoomForFiles' ? 'files' : '';
  const message = messages[refusal] ?? 'errors.notFromThisStatus';
  const [events, request, facility] = await Promise.all([
    eventsOfRequest(world.db, requestId),
    findRequest(world.db, requestId, null),
    theFacility(world.db),
  ]);
  // A form without a version asks for the last of them.
  const made = request ? (version === undefined ? 1 : request.version - version) : 0;
  const lines = timelineView(
    madeSince(events, made).filter(({ visibleToPatient }) => visibleToPatient),
    {
      locale,
      timeZone: request?.timeZone ?? facility.timeZone,
      audience: 'patient',
      facilityName: facility.name,
      viewer: viewerOf(person),
    },
  );
  const changes = lines.map(({ id, what, at }) => ({ id, what, at: at?.words ?? '' }));
  const mistakes = { errors: { [field]: message }, typed };
  return { ok: false, answer: data({ mistakes, changes }, { status: 409 }) };
}
