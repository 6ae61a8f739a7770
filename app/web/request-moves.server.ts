import { z } from 'zod';
import { chooseFee, type FeeRefusal } from '#app/requests/fees.server.ts';
import { mostCharacters } from '#app/requests/kinds/asked-form.ts';
import { stateDisagreement, writeAsPatient } from '#app/requests/messages.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import type { MessageId } from '#app/words/words.ts';
import { formMistakes, formOf, oneMistake, readFields } from './forms.server.ts';
import type { PatientVisit } from './guard.server.ts';
import { takeDocuments } from './uploads.server.ts';

const submissionKey = z.uuid('errors.formUnreadable');
/** Words as they were typed, whatever their script. */
const words = z
  .string('errors.required')
  .transform((typed) => typed.replaceAll('\r\n', '\n'))
  .refine((typed) => typed.length <= mostCharacters, 'errors.tooLong');

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
        submissionKey,
      })
      .refine(({ choice, change }) => choice !== 'change' || change.trim() !== '', {
        path: ['change'],
        message: 'errors.required',
      }),
  ],
  'errors.formUnreadable',
);

type Moved =
  | { ok: true; done: 'withdrawn' | 'reopened' | 'written' | 'disagreed' | 'chosen' }
  | { ok: false; answer: ReturnType<typeof oneMistake> };

const takesFiles = (move: unknown) => move === 'message' || move === 'disagree';

/** What a patient does with an open request of theirs, by the forms of its page. */
export async function moveOwnRequest(
  { world, person }: PatientVisit,
  requestId: string,
  request: Request,
): Promise<Moved> {
  const sent = await formOf(request);
  if (!sent) return { ok: false, answer: oneMistake('', 'errors.formUnreadable') };
  const documents = takesFiles(sent.get('move')) ? await takeDocuments(sent, 'files') : null;
  const form = readFields(sent, { schema });
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
      return moved.ok ? { ok: true, done } : { ok: false, answer: refused(moved.refusal) };
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
        : { ok: false, answer: refused(written.refusal, typed) };
    }
    case 'fee': {
      const { choice, change: text, submissionKey: key } = value;
      const chosen = await chooseFee(world, {
        requestId,
        actor: person,
        choice,
        text,
        submissionKey: key,
      });
      return chosen.ok
        ? { ok: true, done: 'chosen' }
        : { ok: false, answer: refused(chosen.refusal, { choice: [choice], change: [text] }) };
    }
  }
}

const messages: Partial<Record<FeeRefusal, MessageId>> = {
  changedMeanwhile: 'errors.changedMeanwhile',
  ended: 'errors.requestEnded',
  tooManyFiles: 'errors.tooManyFiles',
  chosenAlready: 'errors.feeChosenAlready',
  notYours: 'errors.actsNoMore',
};

function refused(refusal: FeeRefusal, typed: Record<string, string[]> = {}) {
  const field = refusal === 'tooManyFiles' ? 'files' : '';
  return oneMistake(field, messages[refusal] ?? 'errors.notFromThisStatus', { status: 409, typed });
}
