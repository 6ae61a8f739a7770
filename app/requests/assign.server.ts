import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from '#app/people/can.ts';
import { isOpenStatus } from './moves.ts';

export interface Colleague {
  id: string;
  name: string;
  role: Person['role'];
}

const mayProcess: Prisma.UserWhereInput = { role: { in: ['staff', 'privacyOfficer'] }, disabledAt: null };

/** Whether somebody can still do what a request wants: their account is open, and their role lets them. */
export function worksOnRequests({
  role,
  disabledAt,
}: {
  role: Person['role'];
  disabledAt: Date | null;
}): boolean {
  return disabledAt === null && can(role, 'requests.process');
}

/** Everybody who can be given a request, by name. */
export async function colleagues(db: Db): Promise<Colleague[]> {
  const rows = await db.user.findMany({
    where: mayProcess,
    orderBy: [{ displayName: 'asc' }, { id: 'asc' }],
    select: { id: true, displayName: true, role: true },
  });
  return rows.map(({ id, displayName, role }) => ({ id, name: displayName, role }));
}

export type AssignRefusal = 'notYours' | 'notFound' | 'notFromThisStatus' | 'notAColleague';
export type Assigned = { ok: true } | { ok: false; refusal: AssignRefusal };

/**
 * Gives an open request to a colleague, or to nobody. Who has it is not part of what a move is decided on: nobody's form goes out of
 * date by it.
 */
export function assignRequest(
  world: World,
  { requestId, assigneeId, actor }: { requestId: string; assigneeId: string | null; actor: Person },
): Promise<Assigned> {
  return inTransaction(world.db, async (tx) => {
    if (!can(actor.role, 'requests.process')) return { ok: false, refusal: 'notYours' };
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const row = await tx.privacyRequest.findUnique({
      where: { id: requestId },
      select: {
        patientId: true,
        status: true,
        assigneeId: true,
        assignee: { select: { displayName: true } },
      },
    });
    if (!row) return { ok: false, refusal: 'notFound' };
    if (!isOpenStatus(row.status)) return { ok: false, refusal: 'notFromThisStatus' };
    if (row.assigneeId === assigneeId) return { ok: true };
    const to =
      assigneeId === null
        ? null
        : await tx.user.findFirst({
            where: { id: assigneeId, ...mayProcess },
            select: { displayName: true },
          });
    if (assigneeId !== null && !to) return { ok: false, refusal: 'notAColleague' };
    await tx.privacyRequest.update({ where: { id: requestId }, data: { assigneeId }, select: { id: true } });
    await appendEvent(tx, {
      type: 'request.assigned',
      actor,
      at: world.clock(),
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      before: { assignee: row.assignee?.displayName ?? null },
      after: { assignee: to?.displayName ?? null },
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

/** Whose request it is at present; null: nobody's. */
export async function assignedTo(db: Db, requestId: string): Promise<string | null> {
  const row = await db.privacyRequest.findUnique({
    where: { id: requestId },
    select: { assigneeId: true },
  });
  return row?.assigneeId ?? null;
}

/** Whoever took it on; nobody did, or they can do nothing on it any more: the privacy officers. */
export async function whoWorksOn(tx: Tx, assigneeId: string | null): Promise<string[]> {
  const assignee = assigneeId && (await tx.user.count({ where: { id: assigneeId, ...mayProcess } }));
  if (assigneeId && assignee) return [assigneeId];
  const officers = await tx.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return officers.map(({ id }) => id);
}
