import { plainview, type Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { LockedNotice } from './locking.server.ts';
import type { VendorDeed } from './states.ts';

/** What can happen to one notice. That it was owed is written down with all that were owed at once, a reminder in its own history alone. */
type Happening =
  'sent' | 'gaveUp' | 'sentAgain' | 'escalated' | 'opened' | 'acknowledged' | 'answered' | 'closed';

/**
 * Writes what happened to a notice into its own history and into the audit trail, in the transaction in which it happens.
 * @param happened.by who did it; without: Plainview itself
 * @returns the id in the history
 */
export async function writeHappening(
  tx: Tx,
  {
    id: noticeId,
    notice,
  }: { id: string; notice: Pick<LockedNotice, 'reference' | 'vendorId' | 'patientId' | 'requestId'> },
  happened: {
    event: Happening;
    at: Date;
    /** `byId`: of somebody of the facility. */
    by?: { actor: Actor; byId: string | null };
    failure?: string;
    reason?: string;
    answer?: { deeds: VendorDeed[]; sinceOn: string | null; textSealed: (id: string) => string | null };
  },
): Promise<string> {
  const { event, at, by, failure, reason, answer } = happened;
  const id = newRowId(at);
  await tx.vendorNoticeEvent.create({
    data: {
      ...{ id, noticeId, type: event, at, byId: by?.byId ?? null },
      ...(answer
        ? {
            deeds: answer.deeds,
            sinceOn: answer.sinceOn === null ? null : new Date(answer.sinceOn),
            textSealed: answer.textSealed(id),
          }
        : {}),
    },
    select: { id: true },
  });
  const { reference, vendorId, patientId, requestId } = notice;
  await appendEvent(tx, {
    type: `vendorNotice.${event}`,
    actor: by?.actor ?? plainview,
    at,
    subject: { kind: 'vendorNotice', id: noticeId },
    patientId,
    requestId,
    after: {
      reference,
      vendorId,
      ...(failure === undefined ? {} : { failure }),
      ...(answer ? { deeds: answer.deeds, sinceOn: answer.sinceOn } : {}),
    },
    ...(reason === undefined ? {} : { reason }),
    visibleToPatient: false,
  });
  return id;
}
