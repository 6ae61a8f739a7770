import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { newReference } from '#app/crypto/tokens.server.ts';
import { enqueue, type Prisma, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { lockRecordGroup } from '#app/people/record-account.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { localDate } from '#app/words/dates.ts';
import type { OptOutPurpose } from '../purposes.ts';
import { untoldEnds } from './ends.server.ts';
import { kindsOfEnds, type VendorNoticeKind } from './states.ts';

interface Cause {
  actor: Actor;
  patientId: string;
  requestId: string;
  now: Date;
}

export interface Owed {
  vendorId: string;
  ground: 'hasImages' | 'mayGetImages' | 'named';
  /** Of a "no" that was narrowed. */
  endedPurposes?: OptOutPurpose[];
  stillPurposes?: OptOutPurpose[];
}

/** A "no" was filed: told to each vendor in its reach that has images of the patient, or may get some. */
export async function oweStop(
  tx: Tx,
  cause: Cause,
  { optOutId, vendors }: { optOutId: string; vendors: 'all' | readonly string[] },
): Promise<void> {
  const named = vendors === 'all' ? null : new Set(vendors);
  const concerned = await concernedVendors(tx, await recordGroup(tx, cause.patientId), cause.now);
  const owed = concerned.filter(({ vendorId }) => named === null || named.has(vendorId));
  // Whom the patient named is told, whatever the register says of it.
  for (const vendorId of named ?? [])
    if (!owed.some((one) => one.vendorId === vendorId)) owed.push({ vendorId, ground: 'named' });
  await owe(tx, cause, { kind: 'stop', optOutId, owed });
}

/** Give back or delete: asked of those that have images, and of whom the patient named. */
export async function oweRecall(tx: Tx, cause: Cause, vendors: 'all' | readonly string[]): Promise<void> {
  const group = await recordGroup(tx, cause.patientId);
  const holders = await holdersOf(tx, { group, of: group, now: cause.now });
  const owed =
    vendors === 'all'
      ? holders
      : [...new Set(vendors)].map(
          (vendorId): Owed =>
            holders.find((one) => one.vendorId === vendorId) ?? { vendorId, ground: 'named' },
        );
  await owe(tx, cause, { kind: 'recall', optOutId: null, owed });
}

/**
 * A "no" was taken back, replaced, or has ended: nothing more is asked because of it, and whoever was told of it is told of its end, unless
 * something else still keeps images from them. A notice that never went out is closed without a word.
 */
export async function oweEnd(tx: Tx, cause: Cause, optOutId: string): Promise<void> {
  // Held: of two ends at one moment the second sees what the first owed.
  await lockRecordGroup(tx, cause.patientId);
  await closeNotices(tx, { optOutId, kind: 'stop' }, cause.now);
  await oweUntoldEnds(tx, cause, { optOutId, requestId: cause.requestId });
}

/** Owes what `untoldEnds` finds: after an end, a "yes", or a parting of records, by which another "no" may have gone. */
export async function oweUntoldEnds(
  tx: Tx,
  cause: Omit<Cause, 'requestId'>,
  endedBy?: { optOutId: string; requestId: string },
): Promise<void> {
  for (const { id, requestId, vendors, narrowed, permittedAgain } of await untoldEnds(tx, cause)) {
    if (permittedAgain.length > 0)
      await closeNotices(tx, { optOutId: id, kind: 'stop', vendorId: { in: permittedAgain } }, cause.now);
    const because = { ...cause, requestId: id === endedBy?.optOutId ? endedBy.requestId : requestId };
    await owe(tx, because, { kind: 'ended', optOutId: id, owed: vendors });
    await owe(tx, because, { kind: 'narrowed', optOutId: id, owed: narrowed });
  }
}

/** A recall was taken back before it was answered: the vendors are asked nothing more. */
export async function endRecall(tx: Tx, requestId: string, now: Date): Promise<void> {
  await closeNotices(tx, { requestId, kind: 'recall' }, now);
}

/** @returns how many were open */
async function closeNotices(tx: Tx, which: Prisma.VendorNoticeWhereInput, now: Date): Promise<number> {
  const open = { ...which, closedAt: null };
  const found = await tx.vendorNotice.findMany({ where: open, select: { id: true } });
  if (found.length === 0) return 0;
  const ids = found.map(({ id }) => id);
  // Locked in one order: a delivery that begins at the same moment is seen, or sees that it is closed.
  await tx.$queryRaw`select id::text from vendor_notice where id = any(${ids}::uuid[]) order by id for update`;
  await tx.vendorNotice.updateMany({ where: { id: { in: ids }, closedAt: null }, data: { closedAt: now } });
  await tx.vendorNoticeEvent.createMany({
    data: ids.map((noticeId) => ({ id: newRowId(now), noticeId, type: 'closed' as const, at: now })),
  });
  return ids.length;
}

/**
 * Writes down that something is to be told, as one event, and has it handed over. Of one choice a company has one open notice: what was open
 * of it before is closed. So is, where it is asked to stop, an end of another choice that it was not told of yet, or did not confirm: it
 * would read as leave, and what else ended in it is told anew.
 */
export async function owe(
  tx: Tx,
  cause: Cause,
  { kind, optOutId, owed }: { kind: VendorNoticeKind; optOutId: string | null; owed: readonly Owed[] },
): Promise<void> {
  if (owed.length === 0) return;
  const { actor, patientId, requestId, now } = cause;
  if (optOutId !== null)
    await closeNotices(tx, { optOutId, vendorId: { in: owed.map(({ vendorId }) => vendorId) } }, now);
  const rows = owed.map(({ vendorId, ground, endedPurposes = [], stillPurposes = [] }) => ({
    id: newRowId(now),
    // Apart from the patient's own number, which whoever reads it there could look up.
    reference: newReference().replace(/^PV/, 'VN'),
    kind,
    ground,
    vendorId,
    patientId,
    requestId,
    optOutId,
    endedPurposes,
    stillPurposes,
    owedAt: now,
  }));
  await tx.vendorNotice.createMany({ data: rows });
  await tx.vendorNoticeEvent.createMany({
    data: rows.map(({ id }) => ({ id: newRowId(now), noticeId: id, type: 'owed' as const, at: now })),
  });
  await appendEvent(tx, {
    type: 'vendorNotice.owed',
    actor,
    at: now,
    subject: { kind: 'request', id: requestId },
    patientId,
    requestId,
    after: { kind, references: rows.map(({ reference }) => reference) },
    visibleToPatient: false,
  });
  await enqueue(tx, 'vendor-notices', {}, 'vendor-notices');
  if (kind === 'stop' && optOutId !== null && (await closeOvertakenEnds(tx, cause, { optOutId, owed })) > 0)
    await oweUntoldEnds(tx, cause);
}

/** Ends that a company has not confirmed, of purposes for which it is asked to stop once more. */
async function closeOvertakenEnds(
  tx: Tx,
  { patientId, now }: Cause,
  { optOutId, owed }: { optOutId: string; owed: readonly Owed[] },
): Promise<number> {
  const { purposes } = await tx.optOut.findUniqueOrThrow({
    where: { id: optOutId },
    select: { purposes: true },
  });
  const ends = await tx.vendorNotice.findMany({
    where: {
      ...{ patientId: { in: await recordGroup(tx, patientId) }, closedAt: null, acknowledgedAt: null },
      ...{ vendorId: { in: owed.map(({ vendorId }) => vendorId) }, kind: { in: [...kindsOfEnds] } },
    },
    select: { id: true, kind: true, optOutId: true, endedPurposes: true },
  });
  if (ends.length === 0) return 0;
  const choices = await tx.optOut.findMany({
    where: { id: { in: ends.flatMap((end) => end.optOutId ?? []) } },
    select: { id: true, purposes: true },
  });
  const overtaken = ends.filter((end) => {
    const ended =
      end.kind === 'narrowed' ? end.endedPurposes : choices.find(({ id }) => id === end.optOutId)?.purposes;
    return ended?.some((purpose) => purposes.includes(purpose)) ?? false;
  });
  return closeNotices(tx, { id: { in: overtaken.map(({ id }) => id) } }, now);
}

/** Vendors that have images of some records of a person's group by the ledger. */
export async function holdersOf(
  tx: Tx,
  { group, of, now }: { group: readonly string[]; of: readonly string[]; now: Date },
): Promise<Owed[]> {
  return (await concernedVendors(tx, group, now, of)).filter(({ ground }) => ground === 'hasImages');
}

/**
 * Vendors that have images of the patient by the ledger, in any of their records, and those that have an address or an agreement in force.
 * What an agency's statement hides (45 CFR 164.528(a)(2)) is no ground: the patient would learn of it.
 * @param of the records of the group whose images are looked for
 */
async function concernedVendors(tx: Tx, group: readonly string[], now: Date, of = group): Promise<Owed[]> {
  const { timeZone } = await theFacility(tx);
  const today = localDate(now, timeZone);
  return tx.$queryRaw<Owed[]>`
    with holder as (
      select distinct d.vendor_id
        from disclosure d
       where d.patient_id = any(${[...of]}::uuid[]) and not d.retracted
         and not exists (select 1 from disclosure c where c.corrects_id = d.id)
         and not exists (
           select 1 from accounting_suspension s
            where s.patient_id = any(${[...group]}::uuid[]) and s.vendor_id = d.vendor_id
              and (s.ended_at is null or s.ended_at > ${now}) and s.hidden_until > ${now})
    )
    select v.id::text as "vendorId",
           case when h.vendor_id is null then 'mayGetImages' else 'hasImages' end as ground
      from vendor v left join holder h on h.vendor_id = v.id
     where h.vendor_id is not null
        or exists (select 1 from vendor_endpoint e
                    where e.vendor_id = v.id and e.valid_from <= ${now} and (e.valid_to is null or e.valid_to > ${now}))
        or exists (select 1 from vendor_agreement a
                    where a.vendor_id = v.id and a.valid_from <= ${today}::date and (a.valid_to is null or a.valid_to > ${today}::date))
     order by v.id`;
}
