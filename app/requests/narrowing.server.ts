import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import { kindDefinition } from './kinds/registry.ts';
import { timeAskedFor, type Asked, type AskedTime } from './narrowing.ts';

/**
 * Keeps the shorter time that a request asks about from now on. Its clock is not touched: the last day stays. Whoever looks at the request
 * as it was is told so, for its version rises. The request's row is held, and `narrow` has judged the time.
 * @param narrowed.word how it came, where staff entered it
 */
export async function keepNarrowed(
  tx: Tx,
  {
    requestId,
    row,
    time,
    actor,
    now,
    word = {},
  }: {
    requestId: string;
    row: Asked & { patientId: string; version: number };
    time: AskedTime;
    actor: Person;
    now: Date;
    word?: { channel?: string; receivedOn?: string };
  },
): Promise<void> {
  const before = timeAskedFor(row);
  if (!before) throw new Error('only a list asks about a time');
  const details = kindDefinition('accounting').details.parse({ ...before, ...time });
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: { details, version: row.version + 1 },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'request.narrowed',
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId: row.patientId,
    requestId,
    before: { from: before.from, to: before.to },
    after: { from: time.from, to: time.to, ...word },
    visibleToPatient: true,
  });
}
