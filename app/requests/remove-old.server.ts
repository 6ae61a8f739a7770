import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { localDateAt, startOfLocalDate } from '#app/facility/local-date.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { endingKinds, keptFrom } from './keeping.ts';
import type { RequestKind } from './kinds/registry.ts';
import { openStatuses } from './moves.ts';

/** Looked at with one query; each is removed in a transaction of its own. */
const aBatch = 200;
interface OldRequest {
  id: string;
  patientId: string;
  reference: string;
  kind: RequestKind;
}

/**
 * Removes requests that were answered or closed and whose six years are over, with their messages, files and lists. What happened stays in
 * the audit trail, which says of each that it was removed, and of each night how many. What is held for a patient stays: see `isHeld`.
 * The database looks at each once more by its own clock (`remove_request_after_six_years`). Run twice, or late, it removes nothing else.
 */
export async function removeOldRequests(world: World): Promise<void> {
  const { db } = world;
  const now = world.clock();
  const facility = await db.facility.findFirst({ where: { id: 1 }, select: { timeZone: true } });
  if (!facility) return;
  const firstKept = keptFrom(localDateAt(now, facility.timeZone));
  const before = startOfLocalDate(firstKept, facility.timeZone);
  const removed: OldRequest[] = [];
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null;) {
    const batch: OldRequest[] = await db.privacyRequest.findMany({
      where: {
        id: { gt: after },
        kind: { in: [...endingKinds] },
        status: { in: ['responded', 'closed'] },
        receivedAt: { lt: before },
        OR: [{ respondedAt: null }, { respondedAt: { lt: before } }],
      },
      orderBy: { id: 'asc' },
      take: aBatch,
      select: { id: true, patientId: true, reference: true, kind: true },
    });
    for (const one of batch) {
      if (await inTransaction(db, (tx) => removeOne(tx, one, { before, now }))) removed.push(one);
    }
    after = batch.length < aBatch ? null : (batch.at(-1)?.id ?? null);
  }
  if (removed.length === 0) return;
  await inTransaction(db, (tx) =>
    appendEvent(tx, {
      type: 'retention.removed',
      actor: plainview,
      at: now,
      subject: { kind: 'retention', id: firstKept },
      after: { keptFrom: firstKept, requests: removed.length, kinds: countsByKind(removed) },
      visibleToPatient: false,
    }),
  );
}

function countsByKind(removed: readonly OldRequest[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of removed) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

async function removeOne(tx: Tx, one: OldRequest, { before, now }: { before: Date; now: Date }) {
  const group = await recordGroup(tx, one.patientId);
  // A flag is set under the same lock: of a hold and a removal at one instant, the second sees the first.
  await tx.$queryRaw`select 1 from patient where id = any(${group}::uuid[]) order by id for no key update`;
  if (await isHeld(tx, group, now)) return false;
  const [answer] = await tx.$queryRaw<{ gone: { messages: number; files: number; lists: number } | null }[]>`
    select remove_request_after_six_years(${one.id}::uuid, ${before}) as gone`;
  if (!answer?.gone) return false;
  await appendEvent(tx, {
    type: 'request.removed',
    actor: plainview,
    at: now,
    subject: { kind: 'privacyRequest', id: one.id },
    patientId: one.patientId,
    requestId: one.id,
    after: { reference: one.reference, kind: one.kind, ...answer.gone },
    visibleToPatient: true,
  });
  return true;
}

/**
 * Whether nothing of a person may be removed now: somebody put a hold on it, a request of theirs is open, an agency's statement hides part
 * of their list, or it is looked into that images went out against their “no”.
 * @param group all records of the person
 */
async function isHeld(tx: Tx, group: string[], now: Date): Promise<boolean> {
  const patientId = { in: group };
  const holds = [
    await tx.patientFlag.count({ where: { patientId, kind: 'retentionHold', liftedAt: null } }),
    await tx.privacyRequest.count({ where: { patientId, status: { in: [...openStatuses] } } }),
    await tx.accountingSuspension.count({ where: { patientId, endedAt: null, hiddenUntil: { gt: now } } }),
    await tx.optOutAlert.count({ where: { patientId, state: { not: 'closed' } } }),
  ];
  return holds.some((count) => count > 0);
}
