import type { Tx } from '#app/db/client.server.ts';
import { noticeInstants } from './states.ts';

/** A notice with its row locked until the transaction ends; null where there is none. */
export async function lockNotice(tx: Tx, id: string) {
  await tx.$queryRaw`select 1 as held from vendor_notice where id = ${id}::uuid for update`;
  return tx.vendorNotice.findUnique({
    where: { id },
    select: {
      ...noticeInstants,
      reference: true,
      vendorId: true,
      patientId: true,
      requestId: true,
      _count: { select: { deliveries: true } },
    },
  });
}

export type LockedNotice = NonNullable<Awaited<ReturnType<typeof lockNotice>>>;

/** Locks the notice of a delivery, or of a letter, until the transaction ends. */
export async function holdNotice(
  tx: Tx,
  { id = null, letterId = null }: { id?: string | null; letterId?: string | null },
) {
  await tx.$queryRaw`
    select 1 as held from vendor_notice
     where id = (select notice_id from vendor_delivery where id = ${id}::uuid or letter_id = ${letterId}::uuid) for update`;
}
