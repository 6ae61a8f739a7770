import { plainview, type Actor, type Person } from '#app/audit/actor.ts';
import { enqueue, inTransaction, isDatabaseUnreachable, Prisma, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { mayBeTriedAgain } from './matching.ts';
import { holdRegisters, lockRegisters, waitingGroupById } from './matching-queue.server.ts';
import { firstId, personOf, recordsABatch, settleAgain, type Waiting } from './matching-settle.server.ts';

/** What waiting reports may have been waiting for, by who or what it was entered at. */
export type Entered =
  | { patientId: string }
  | { auditSourceId: string }
  | { endpointId: string }
  | { groupId: string }
  /** The facility's own issuer, of which references without one are. */
  | { ownIssuer: 'changed' };

/** Queues another try for all that waits in a group. It decides nothing: what is still missing waits on. */
export function tryGroupAgain(
  world: World,
  { actor, groupId }: { actor: Person; groupId: string },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' | 'notForThisGroup' }> {
  return inTransaction(world.db, async (tx) => {
    const group = await waitingGroupById(tx, groupId);
    if (!group) return { ok: false, refusal: 'gone' };
    if (!mayBeTriedAgain(group)) return { ok: false, refusal: 'notForThisGroup' };
    await enqueue(tx, 'settle-waiting', { groupId, byId: actor.id }, `settle-waiting:group:${groupId}`);
    return { ok: true };
  });
}

/**
 * After something was entered elsewhere that reports may wait for: they go once more through the step that everything that arrives goes
 * through. May be run again after it was stopped half-way.
 * @param byId who entered it; Plainview itself when left out
 * @throws the last error, when everything else is through
 */
export async function settleWaiting(world: World, entered: Entered, byId?: string): Promise<void> {
  // Whoever matched a message without knowing it has put it into the queue once this lock was had.
  await inTransaction(world.db, lockRegisters);
  const actor = await actorBy(world.db, byId);
  let failed: { error: unknown } | null = null;
  for (let after = firstId; ;) {
    const page = await waitingFor(world.db, entered, after);
    const last = page.at(-1);
    if (!last) break;
    after = last.id;
    failed = (await settlePage(world, page, actor)) ?? failed;
    if (page.length < recordsABatch) break;
  }
  if (failed) throw failed.error;
}

/** What the database refuses of a page is refused alone. */
async function settlePage(
  world: World,
  page: readonly Waiting[],
  actor: Actor,
): Promise<{ error: unknown } | null> {
  try {
    await inTransaction(world.db, async (tx) => {
      await holdRegisters(tx);
      const waiting = await tx.$queryRaw<Waiting[]>`
        select record_id as id, group_id as "groupId" from waiting_record
         where record_id = any(${page.map(({ id }) => id)}::uuid[]) order by record_id for update`;
      await settleAgain(tx, world, waiting, { decisionId: null, actor, now: world.clock() });
    });
    return null;
  } catch (error) {
    if (page.length < 2 || isDatabaseUnreachable(error)) return { error };
    let failed: { error: unknown } | null = null;
    for (const one of page) failed = (await settlePage(world, [one], actor)) ?? failed;
    return failed;
  }
}

function waitingFor(db: Db, entered: Entered, after: string): Promise<Waiting[]> {
  return db.$queryRaw<Waiting[]>`
    select w.record_id as id, w.group_id as "groupId" from waiting_record w
     where ${waitsFor(entered)} and w.record_id > ${after}::uuid order by w.record_id limit ${recordsABatch}`;
}

function waitsFor(entered: Entered): Prisma.Sql {
  if ('groupId' in entered) return Prisma.sql`w.group_id = ${entered.groupId}`;
  if ('patientId' in entered)
    // A reference has no issuer, and may be in small letters.
    return Prisma.sql`w.group_kind in ('patientUnknown', 'patientContradicted') and exists (
      select 1 from patient_identifier own where own.patient_id = ${entered.patientId}::uuid
         and case when w.group_key->>'issuer' is null
                  then own.value in (w.group_key->>'number', upper(w.group_key->>'number'))
                  else own.issuer = w.group_key->>'issuer' and own.value = w.group_key->>'number' end)`;
  if ('ownIssuer' in entered)
    return Prisma.sql`w.group_kind in ('patientUnknown', 'patientContradicted') and w.group_key->>'issuer' is null`;
  if ('auditSourceId' in entered)
    return Prisma.sql`(w.group_kind in ('issuerUnknown', 'patientUnknown') or w.group_key->>'reason' = 'eventTimeWithoutZone')
      and exists (select 1 from audit_record r where r.id = w.record_id and r.audit_source_id = ${entered.auditSourceId})`;
  // Of addresses one may be part of another; a title is itself.
  return Prisma.sql`w.group_kind in ('recipientUnknown', 'recipientAmbiguous') and exists (
    select 1 from vendor_endpoint e where e.id = ${entered.endpointId}::uuid
       and case when e.kind = 'aeTitle' then w.group_key->'aeTitles' @> to_jsonb(e.value)
                else w.group_key ?| array['uri', 'host', 'ip', 'login'] end)`;
}

async function actorBy(db: Db, id: string | undefined): Promise<Actor> {
  const user =
    id === undefined
      ? null
      : await db.user.findUnique({ where: { id }, select: { id: true, displayName: true, role: true } });
  return user ? personOf(user) : plainview;
}
