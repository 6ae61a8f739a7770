import type { Tx } from '#app/db/client.server.ts';

/** A notice with its row locked until the transaction ends; null where there is none. */
export async function lockNotice(tx: Tx, id: string) {
  await tx.$queryRaw`select 1 as held from vendor_notice where id = ${id}::uuid for update`;
  return tx.vendorNotice.findUnique({
    where: { id },
    select: {
      reference: true,
      kind: true,
      vendorId: true,
      patientId: true,
      requestId: true,
      owedAt: true,
      sentAt: true,
      failedAt: true,
      acknowledgedAt: true,
      answeredAt: true,
      reminders: true,
      escalatedAt: true,
      closedAt: true,
      _count: { select: { deliveries: true } },
    },
  });
}
