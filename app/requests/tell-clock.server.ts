import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import type { ClockCount } from '#app/clocks/count.ts';
import { seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Tx } from '#app/db/client.server.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { cameAt, openAsking } from './came.ts';
import type { Move } from './decide.ts';
import { composeExtension } from './letter.ts';
import type { MoveRule } from './moves.ts';
import { countKept, dueBeforeExtension, type KeptClock } from './request-clock.ts';
import { keepLetter } from './sent-letters.server.ts';
import { dateColumn } from './start-clock.server.ts';

/** Adds what happened to the clock's own history. @returns the count after it */
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
    type: NonNullable<MoveRule['clockEvent']> | 'extensionNoticeWritten';
    cameOn: string | undefined;
    move: Move;
    actor: Person;
    now: Date;
  },
): Promise<ClockCount> {
  const id = randomUUID();
  const askedAt = openAsking(kept.clockEvents)?.at ?? null;
  const at = cameOn ? cameAt(cameOn, { askedAt, timeZone: kept.timeZone, now }) : now;
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
  const counted = isLonger ? ('extensionNoticeSent' as const) : type;
  const clockEvents = [...kept.clockEvents, { type: counted, at, newDueOn }];
  const count = countKept({ ...kept, clockEvents });
  if (isLonger) {
    const locale = await localeOfPatient(tx, patientId);
    const told = dayOfInstantInWords(locale, now, kept.timeZone);
    const before = dueBeforeExtension({ ...kept, clockEvents });
    const letter = composeExtension({ ...count, before }, told, locale);
    await keepLetter(tx, keys, { requestId, use: 'extension', letter, now });
  }
  return type === 'extensionNoticeWritten' ? countKept(kept) : count;
}
