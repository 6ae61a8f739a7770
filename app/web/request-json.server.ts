import { z } from 'zod';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { patientFile } from '#app/requests/patient-file.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { countKept, dueBeforeExtension, readAck } from '#app/requests/request-clock.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { localDate } from '#app/words/dates.ts';
import type { PatientVisit } from './guard.server.ts';
import { clockView } from './present-clock.server.ts';
import { answerLetter } from './present-request-file.server.ts';
import { choiceOf } from './request-page.server.ts';

const asTime = z.object({ from: z.iso.date(), to: z.iso.date() });
/** Of the time that a request asks about, the two days. */
const timeIn = (facts: unknown) => asTime.parse(facts);

/** All of a request as data: instants in UTC, legal dates as the facility's local dates. Files are named with their hash's id, not held. */
export async function requestJson(visit: PatientVisit, request: RequestDetail) {
  const { world, person, locale, now } = visit;
  const [file, events, choice, settings] = await Promise.all([
    patientFile(world, request.id, { id: person.id, sees: true }),
    eventsOfRequest(world.db, request.id, 'visibleToPatient'),
    choiceOf(visit, request),
    facilitySettings(world.db),
  ]);
  if (!settings) throw new Error('the facility was never set up');
  const { answer, fee, extension, letters } = file;
  const { citation, working } = clockView(request, now, locale);
  const { id, reference, kind, status, resolution, channel, details, respondedAt, closedAt } = request;
  // A time that nobody knows is none: the day of it stands under `clock`.
  const receivedAt = request.receivedTimeKnown ? request.receivedAt : null;
  const count = countKept(request);
  const ack = readAck(request, world.clock());
  return {
    request: { id, reference, kind, status, resolution, channel, receivedAt, respondedAt, closedAt },
    asked: { details, statement: file.statement },
    clock: {
      rule: request.ruleId,
      version: request.ruleVersion,
      timeZone: request.timeZone,
      pausesByPolicy: request.suspendByPolicy,
      receivedOn: localDate(request.receivedAt, request.timeZone),
      firstDueOn: dueBeforeExtension(request),
      dueOn: count.effectiveDueDate,
      citation,
      working,
      extension: extension && { ...extension, letter: letters.extension },
    },
    choice,
    confirmation: ack && {
      rule: ack.rule.id,
      version: ack.rule.version,
      dueOn: ack.count.effectiveDueDate,
      metAt: request.ack?.metAt ?? null,
    },
    fee,
    answer: answer?.sentAt
      ? {
          outcome: answer.outcome,
          ground: answer.ground,
          text: answer.note,
          sentAt: answer.sentAt,
          accounting: answer.accounting,
          letter: answerLetter(request, file, settings, locale),
        }
      : null,
    messages: file.messages.map(({ byFacility, isStatement, author, text, writtenAt, id: messageId }) => ({
      id: messageId,
      from: byFacility ? 'facility' : author.name,
      isStatementOfDisagreement: isStatement,
      text,
      writtenAt,
    })),
    files: file.files,
    duplicateOf: request.duplicateOf,
    follows: file.follows,
    followedBy: file.followedBy,
    events: events.map(({ type, at, actorKind, reason, before, after }) => ({
      ...{ type, at, by: actorKind, reason },
      ...(type === 'request.narrowed' ? { before: timeIn(before), after: timeIn(after) } : {}),
    })),
  };
}
