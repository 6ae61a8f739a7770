import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { orderFor } from './credential-orders.ts';
import { traceCredentials } from './credentials.server.ts';
import { inviteRepresentative, inviteToRecord, openInvitation, type Invited } from './invitations.server.ts';
import { findCode, issueCodes, markUsed, type NewCodes } from './one-time-codes.server.ts';

/** Changes of one invitation and of its sheet come one after the other. */
export async function lockInvitation(tx: Tx, invitationId: string): Promise<void> {
  await tx.$queryRaw`select 1 from invitation where id = ${invitationId}::uuid for update`;
}

export type AskedInvitedSheet =
  { ok: true; id: string } | { ok: false; refusal: 'notFound' | 'waitingAlready' };

/**
 * First person: asks for a printed sheet for somebody who is invited to their record and can show no other second factor. Nothing is made
 * before a second person has approved it. One order an invitation waits at a time.
 * @param input.patientId only an invitation to this record; null: of somebody who acts for a patient. Colleagues get no sheet before they
 * have an account
 */
export function askInvitedSheet(
  world: World,
  input: { actor: Person; invitationId: string; patientId: string | null; identityCheck: string },
): Promise<AskedInvitedSheet> {
  const now = world.clock();
  return inTransaction(world.db, (tx) => askInvitedSheetWithin(tx, { ...input, now }));
}

/** An invitation whose sheet is asked for with it: both or neither. */
export function inviteWithSheet(
  world: World,
  input: Parameters<typeof inviteToRecord>[1] & { identityCheck: string },
): ReturnType<typeof inviteToRecord> {
  const { identityCheck, ...invited } = input;
  const { actor, patientId } = input;
  return inviteToRecord(world, invited, (tx, invitationId, now) =>
    askInvitedSheetWithin(tx, { actor, invitationId, patientId, identityCheck, now }),
  );
}

/** The same for somebody who acts for a patient and has no record here. */
export function inviteRepresentativeWithSheet(
  world: World,
  input: Parameters<typeof inviteRepresentative>[1] & { identityCheck: string },
): Promise<Invited> {
  const { identityCheck, ...invited } = input;
  return inviteRepresentative(world, invited, (tx, invitationId, now) =>
    askInvitedSheetWithin(tx, {
      actor: input.actor,
      invitationId,
      patientId: null,
      identityCheck,
      now,
    }),
  );
}

async function askInvitedSheetWithin(
  tx: Tx,
  input: {
    actor: Person;
    invitationId: string;
    patientId: string | null;
    identityCheck: string;
    now: Date;
  },
): Promise<AskedInvitedSheet> {
  const { actor, invitationId, patientId, identityCheck, now } = input;
  await lockInvitation(tx, invitationId);
  const invitation = await openInvitation(tx, invitationId, now);
  if (invitation?.patientId !== patientId || invitation.role !== 'patient')
    return { ok: false, refusal: 'notFound' };
  const waiting = { invitationId, state: 'waiting' as const, expiresAt: { gt: now } };
  if ((await tx.credentialOrder.count({ where: waiting })) > 0)
    return { ok: false, refusal: 'waitingAlready' };
  const { id } = await tx.credentialOrder.create({
    data: {
      invitationId,
      kind: 'invitedSheet',
      state: 'waiting',
      identityCheck,
      reason: '',
      askedById: actor.id,
      askedAt: now,
      expiresAt: new Date(now.getTime() + orderFor),
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'credentialOrder.asked',
    actor,
    at: now,
    subject: { kind: 'invitation', id: invitationId },
    ...(patientId ? { patientId } : {}),
    after: { order: id, kind: 'invitedSheet' },
    visibleToPatient: false,
  });
  return { ok: true, id };
}

interface GivenSheet {
  invitation: { id: string; displayName: string; patientId: string | null };
  sheet: NewCodes;
  order: { id: string };
  /** Both, always. */
  people: { askedBy: string; approvedBy: string };
  actor: Person;
  issuedById: string;
  now: Date;
}

/** Gives an invitation its sheet, in the transaction of the order for it. There is no address yet that a letter could go to. */
export async function giveInvitedSheet(tx: Tx, given: GivenSheet) {
  const { invitation, sheet, order, people, actor, issuedById, now } = given;
  const event = {
    actor,
    at: now,
    subject: { kind: 'invitation', id: invitation.id },
    ...(invitation.patientId ? { patientId: invitation.patientId } : {}),
    visibleToPatient: false,
  };
  const setId = await issueCodes(tx, {
    owner: { invitationId: invitation.id },
    kind: 'sheet',
    rows: sheet.rows,
    issuedById,
    orderId: order.id,
    now,
  });
  await appendEvent(tx, {
    ...event,
    type: 'credentialOrder.carriedOut',
    after: { kind: 'invitedSheet', ...people, order: order.id },
  });
  await appendEvent(tx, {
    ...event,
    type: 'codeSheet.issued',
    after: { sheet: setId, codes: sheet.rows.length, ...people },
  });
  return { codes: sheet.texts, person: { displayName: invitation.displayName, locale: null } };
}

/** A code of an invitation's sheet, found right and not spent yet. */
export interface SheetCode {
  codeId: string;
  setId: string;
}

/** Which code of an invitation's sheet somebody typed. Limits are the caller's. @throws Busy */
export async function sheetCodeOf(db: Db, invitationId: string, typed: string): Promise<SheetCode | null> {
  const found = await findCode(db, { invitationId }, typed);
  return found && { codeId: found.id, setId: found.set.id };
}

/** Spends a code of an invitation's sheet, in the transaction that makes its account. @returns false when it counts no more */
export function spendSheetCode(tx: Tx, { codeId }: SheetCode, now: Date): Promise<boolean> {
  return markUsed(tx, codeId, now);
}

/** A newer sheet took the place of the one that a code was shown of: the transaction is undone. */
export class SheetReplaced extends Error {
  override name = 'SheetReplaced';
}

/**
 * What becomes of an invitation's sheet when its account is made, after the invitation was spent: the sheet that a code was shown of is the
 * account's from now on; one that nobody showed is void, so that no account has a factor that its owner never held.
 * @param shown null: they chose another second factor
 * @throws SheetReplaced when a newer sheet was approved a moment ago, and the caller's transaction must not be kept
 */
export async function settleSheet(
  tx: Tx,
  {
    invitationId,
    person,
    shown,
    now,
  }: { invitationId: string; person: Person; shown: SheetCode | null; now: Date },
): Promise<void> {
  const waiting = { invitationId, userId: null, replacedAt: null };
  if (!shown) {
    const voided = await tx.codeSet.updateManyAndReturn({
      where: waiting,
      data: { replacedAt: now },
      select: { id: true },
    });
    for (const { id } of voided)
      await traceCredentials(
        tx,
        person,
        { type: 'codeSheet.voided', notice: 'codeSheetVoided', after: { sheet: id } },
        now,
      );
    return;
  }
  const { count } = await tx.codeSet.updateMany({
    where: { ...waiting, id: shown.setId },
    data: { userId: person.id },
  });
  if (count === 0) throw new SheetReplaced('a newer sheet was approved');
  const set = await tx.codeSet.findUniqueOrThrow({
    where: { id: shown.setId },
    select: { order: { select: people } },
  });
  const after = {
    sheet: shown.setId,
    askedBy: set.order?.askedBy.displayName ?? '',
    approvedBy: set.order?.decidedBy?.displayName ?? '',
  };
  await traceCredentials(tx, person, { type: 'codeSheet.bound', notice: 'codeSheetIssued', after }, now);
}

const people = {
  askedBy: { select: { displayName: true } },
  decidedBy: { select: { displayName: true } },
} as const;

/** How the sheets of some invitations stand, by the id of the invitation. */
export async function sheetsOf(
  db: Db,
  invitationIds: readonly string[],
  now: Date,
): Promise<Map<string, { waits: boolean; issuedAt: Date | null }>> {
  const invitationId = { in: [...invitationIds] };
  const [orders, sets] = await Promise.all([
    db.credentialOrder.findMany({
      where: { invitationId, state: 'waiting', expiresAt: { gt: now } },
      select: { invitationId: true },
    }),
    db.codeSet.findMany({
      where: { invitationId, userId: null, replacedAt: null },
      select: { invitationId: true, issuedAt: true },
    }),
  ]);
  return new Map(
    invitationIds.map((id) => [
      id,
      {
        waits: orders.some((one) => one.invitationId === id),
        issuedAt: sets.find((one) => one.invitationId === id)?.issuedAt ?? null,
      },
    ]),
  );
}
