import type { Db } from '#app/db/client.server.ts';

export interface TransferAgainstOptOut {
  disclosureId: string;
  occurredAt: Date;
  vendorName: string;
  patientName: string;
  /** v3-ActReason code. */
  purpose: string | null;
  /** The request by which the patient said no; null when the alert names a record that is not there. */
  optOut: { requestId: string; reference: string } | null;
}

const mostShown = 50;

/** Transfers that a "no" in force at their time should have stopped, the newest alert first, at most fifty; and how many there are. */
export async function transfersAgainstOptOut(
  db: Db,
): Promise<{ total: number; transfers: TransferAgainstOptOut[] }> {
  const where = { type: 'disclosure.contradictsOptOut' };
  const [total, alerts] = await Promise.all([
    db.auditEvent.count({ where }),
    db.auditEvent.findMany({
      where,
      orderBy: { id: 'desc' },
      take: mostShown,
      select: { subjectId: true, after: true },
    }),
  ]);
  const raised = alerts.map(({ subjectId, after }) => ({
    disclosureId: subjectId,
    optOutId: optOutOf(after),
  }));
  const [disclosures, optOuts] = await Promise.all([
    db.disclosure.findMany({
      where: { id: { in: raised.map((one) => one.disclosureId) } },
      select: {
        id: true,
        occurredAt: true,
        purpose: true,
        vendor: { select: { name: true } },
        patient: { select: { givenName: true, familyName: true } },
      },
    }),
    db.optOut.findMany({
      where: { id: { in: raised.flatMap((one) => one.optOutId ?? []) } },
      select: { id: true, request: { select: { id: true, reference: true } } },
    }),
  ]);
  const transfers = raised.flatMap(({ disclosureId, optOutId }): TransferAgainstOptOut[] => {
    const row = disclosures.find(({ id }) => id === disclosureId);
    if (!row) return [];
    const request = optOuts.find(({ id }) => id === optOutId)?.request;
    return [
      {
        disclosureId,
        occurredAt: row.occurredAt,
        purpose: row.purpose,
        vendorName: row.vendor.name,
        patientName: `${row.patient.givenName} ${row.patient.familyName}`,
        optOut: request ? { requestId: request.id, reference: request.reference } : null,
      },
    ];
  });
  return { total, transfers };
}

function optOutOf(after: unknown): string | null {
  if (typeof after !== 'object' || after === null || !('optOutId' in after)) return null;
  return typeof after.optOutId === 'string' ? after.optOutId : null;
}
