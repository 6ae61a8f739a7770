import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Tx } from '#app/db/client.server.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { cameAfter, cameAt } from './came.ts';
import type { Move } from './request-state.ts';
import { composeExtension } from './letter.ts';
import { clockFields, keptClock } from './kept-clock.server.ts';
import { countKept, dueBeforeExtension, type KeptClock } from './request-clock.ts';
import { keepLetter } from './sent-letters.server.ts';
import { dateColumn } from './start-clock.server.ts';
import type { HistoryEvent } from './told-by-post.ts';

/** Adds what happened to the clock's own history. @returns the clock after it */
export async function tellClock(
  tx: Tx,
  keys: KeyRing,
  {
    requestId,
    patientId,
    kept,
    type,
    cameOn,
    move,
    actor,
    now,
  }: {
    requestId: string;
    patientId: string;
    kept: KeptClock;
    type: HistoryEvent['type'];
    cameOn: string | undefined;
    move: Move;
    actor: Person;
    now: Date;
  },
): Promise<KeptClock> {
  const id = randomUUID();
  const { asking, timeZone } = kept;
  const at = cameOn ? cameAt(cameOn, { askedAt: cameAfter(asking, cameOn, timeZone), timeZone, now }) : now;
  const isLonger = type === 'extensionNoticeSent' || type === 'extensionNoticeWritten';
  const newDueOn = isLonger ? (move.newDueOn ?? null) : null;
  await tx.requestClockEvent.create({
    data: {
      id,
      requestId,
      type,
      at,
      reasonSealed:
        isLonger && move.reason ? seal(keys, move.reason, boundTo('request_clock_event', id)) : null,
      newDueOn: newDueOn && dateColumn(newDueOn),
      recordedById: actor.id,
    },
    select: { id: true },
  });
  if (isLonger) {
    // As it counts once it is told.
    const notice = { type: 'extensionNoticeSent' as const, at, newDueOn };
    const extended = { ...kept, clockEvents: [...kept.clockEvents, notice] };
    const locale = await localeOfPatient(tx, patientId);
    const told = dayOfInstantInWords(locale, now, timeZone);
    const before = dueBeforeExtension(extended);
    const letter = composeExtension({ ...countKept(extended), before }, told, locale);
    await keepLetter(tx, keys, { requestId, use: 'extension', letter, now });
  }
  const row = await tx.privacyRequest.findUniqueOrThrow({ where: { id: requestId }, select: clockFields });
  return keptClock(row);
}
