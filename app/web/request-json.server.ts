import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { patientFile } from '#app/requests/patient-file.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { countKept } from '#app/requests/request-clock.ts';
import type { PatientVisit } from './guard.server.ts';

/** All of a request as data: instants in UTC, legal dates as the facility's local dates. Files are named with their hash's id, not held. */
export async function requestJson({ world, person }: PatientVisit, request: RequestDetail) {
  const [file, events] = await Promise.all([
    patientFile(world, request.id, { id: person.id, sees: true }),
    eventsOfRequest(world.db, request.id, 'visibleToPatient'),
  ]);
  const { answer, fee, extension } = file;
  const { id, reference, kind, status, resolution, channel, details, receivedAt, respondedAt, closedAt } =
    request;
  const count = countKept(request);
  return {
    request: { id, reference, kind, status, resolution, channel, receivedAt, respondedAt, closedAt },
    asked: { details, statement: file.statement },
    clock: {
      rule: request.ruleId,
      version: request.ruleVersion,
      timeZone: request.timeZone,
      receivedOn: count.startDate,
      firstDueOn: count.dueDate,
      dueOn: count.effectiveDueDate,
      extension,
    },
    fee,
    answer: answer?.sentAt
      ? {
          outcome: answer.outcome,
          ground: answer.ground,
          text: answer.note,
          sentAt: answer.sentAt,
          accounting: answer.accounting,
        }
      : null,
    messages: file.messages.map(({ byFacility, author, text, writtenAt, id: messageId }) => ({
      id: messageId,
      from: byFacility ? 'facility' : author.name,
      text,
      writtenAt,
    })),
    files: file.files,
    follows: file.follows,
    followedBy: file.followedBy,
    events: events.map(({ type, at, actorKind, reason }) => ({ type, at, by: actorKind, reason })),
  };
}
