import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { lockRegisters } from './register-lock.server.ts';
import { mayEnd, type AgreementKind, type EndRefusal } from './register.ts';

/** The paper under which a vendor gets images. */
export interface Agreement {
  id: string;
  kind: AgreementKind;
  /** How the facility finds it. */
  reference: string;
  /** Legal dates, `YYYY-MM-DD`; from the second on it binds no more. */
  validFrom: string;
  validTo: string | null;
}

interface AgreementRow extends Omit<Agreement, 'validFrom' | 'validTo'> {
  validFrom: Date;
  validTo: Date | null;
}

export const agreementFields = {
  id: true,
  kind: true,
  reference: true,
  validFrom: true,
  validTo: true,
} as const;

const dateOf = (day: Date) => day.toISOString().slice(0, 10);
const dayOf = (date: string) => new Date(`${date}T00:00:00Z`);

export function agreementOf({ validFrom, validTo, ...row }: AgreementRow): Agreement {
  return { ...row, validFrom: dateOf(validFrom), validTo: validTo && dateOf(validTo) };
}

/** Records an agreement that a vendor and the facility signed. */
export function addAgreement(
  world: World,
  {
    vendorId,
    actor,
    reason,
    ...agreement
  }: Omit<Agreement, 'id' | 'validTo'> & { vendorId: string; actor: Person; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const vendor = await tx.vendor.findUnique({ where: { id: vendorId }, select: { id: true } });
    if (!vendor) return { ok: false, refusal: 'gone' };
    const id = newRowId(now);
    await tx.vendorAgreement.create({
      data: { id, vendorId, ...agreement, validFrom: dayOf(agreement.validFrom) },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'agreement.added',
      actor,
      at: now,
      subject: { kind: 'vendorAgreement', id },
      after: { vendorId, ...agreement },
      reason,
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

/** Ends an agreement on a day: from then on it binds no more. */
export function endAgreement(
  world: World,
  { id, on, reason, actor }: { id: string; on: string; reason: string; actor: Person },
): Promise<{ ok: true } | { ok: false; refusal: EndRefusal | 'gone' }> {
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    const row = await tx.vendorAgreement.findUnique({
      where: { id },
      select: { ...agreementFields, vendorId: true },
    });
    if (!row) return { ok: false, refusal: 'gone' };
    const { vendorId, ...kept } = row;
    const before = agreementOf(kept);
    const may = mayEnd(before, on);
    if (!may.ok) return may;
    await tx.vendorAgreement.update({ where: { id }, data: { validTo: dayOf(on) }, select: { id: true } });
    await appendEvent(tx, {
      type: 'agreement.ended',
      actor,
      at: world.clock(),
      subject: { kind: 'vendorAgreement', id },
      before: { vendorId, ...before },
      after: { validTo: on },
      reason,
      visibleToPatient: false,
    });
    return { ok: true };
  });
}
