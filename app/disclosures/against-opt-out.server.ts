import { open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { AlertOutcomeName, AlertStateName } from './alert-moves.ts';

export interface TransferAgainstOptOut {
  id: string;
  disclosureId: string;
  occurredAt: Date;
  vendorName: string;
  patient: { id: string; name: string };
  /** v3-ActReason code. */
  purpose: string | null;
  /** The request by which the patient said no; null when the alert names a record that is not there. */
  optOut: { requestId: string; reference: string } | null;
  /** It was against no "no": a "yes" was needed, and none was on record. */
  lackedYes: boolean;
  raisedAt: Date;
  /** Facility-local dates: what the facility promises, and the law's if it was a breach. */
  dueOn: string;
  breachDueOn: string | null;
  breachRuleId: string | null;
  timeZone: string;
  state: AlertStateName;
  version: number;
  takenBy: string | null;
  closedAt: Date | null;
  closedBy: string | null;
  outcome: AlertOutcomeName | null;
  /** Why it was closed so; where one alert is read. */
  reason: string | null;
}

const alertPageSize = 25;

export const alertLists = ['waiting', 'closed'] as const;
export type AlertList = (typeof alertLists)[number];

const ofList: Record<AlertList, Prisma.OptOutAlertWhereInput> = {
  waiting: { state: { not: 'closed' } },
  closed: { state: 'closed' },
};

/**
 * Transfers that a "no" in force at their time should have stopped, a page at a time: of those that wait the first to be due first, of the
 * closed ones the newest. @param page.after the last one of the page before
 */
export async function transfersAgainstOptOut(
  db: Db,
  { list, after, most = alertPageSize }: { list: AlertList; after: string | null; most?: number },
): Promise<{ total: number; transfers: TransferAgainstOptOut[]; next: string | null }> {
  const where = ofList[list];
  const total = await db.optOutAlert.count({ where });
  const known = after !== null && (await db.optOutAlert.count({ where: { id: after } })) > 0;
  const rows = await db.optOutAlert.findMany({
    where,
    orderBy: list === 'waiting' ? [{ dueOn: 'asc' }, { id: 'asc' }] : [{ closedAt: 'desc' }, { id: 'desc' }],
    ...(known ? { cursor: { id: after }, skip: 1 } : {}),
    take: most + 1,
  });
  const shown = rows.slice(0, most);
  const transfers = await withFacts(db, shown);
  const last = shown.at(-1);
  return { total, transfers, next: rows.length > most && last ? last.id : null };
}

/** One alert, with why it was closed; null where there is none. */
export async function transferAgainstOptOut(
  { db, keys }: { db: Db; keys: KeyRing },
  id: string,
): Promise<TransferAgainstOptOut | null> {
  const row = await db.optOutAlert.findUnique({ where: { id } });
  if (!row) return null;
  const [transfer] = await withFacts(db, [row]);
  if (!transfer) return null;
  const reason =
    row.state === 'closed' && row.reasonSealed !== null
      ? open(keys, row.reasonSealed, boundTo('opt_out_alert', id)).toString('utf8')
      : null;
  return { ...transfer, reason };
}

type AlertRow = Prisma.OptOutAlertGetPayload<object>;

async function withFacts(db: Db, rows: readonly AlertRow[]): Promise<TransferAgainstOptOut[]> {
  const people = rows.flatMap(({ takenById, closedById }) => [takenById ?? [], closedById ?? []].flat());
  const [disclosures, patients, optOuts, users] = await Promise.all([
    db.disclosure.findMany({
      where: { id: { in: rows.map(({ disclosureId }) => disclosureId) } },
      select: { id: true, occurredAt: true, vendor: { select: { name: true } } },
    }),
    db.patient.findMany({
      where: { id: { in: rows.map(({ patientId }) => patientId) } },
      select: { id: true, givenName: true, familyName: true },
    }),
    db.optOut.findMany({
      where: { id: { in: rows.flatMap(({ optOutId }) => optOutId ?? []) } },
      select: { id: true, request: { select: { id: true, reference: true } } },
    }),
    db.user.findMany({ where: { id: { in: people } }, select: { id: true, displayName: true } }),
  ]);
  const nameOf = (id: string | null) => users.find((one) => one.id === id)?.displayName ?? null;
  return rows.flatMap((row): TransferAgainstOptOut[] => {
    const sent = disclosures.find(({ id }) => id === row.disclosureId);
    const patient = patients.find(({ id }) => id === row.patientId);
    if (!sent || !patient) return [];
    const request = optOuts.find(({ id }) => id === row.optOutId)?.request;
    return [
      {
        id: row.id,
        disclosureId: row.disclosureId,
        occurredAt: sent.occurredAt,
        vendorName: sent.vendor.name,
        patient: { id: patient.id, name: `${patient.givenName} ${patient.familyName}` },
        purpose: row.purpose,
        optOut: request ? { requestId: request.id, reference: request.reference } : null,
        lackedYes: row.optOutId === null,
        raisedAt: row.raisedAt,
        dueOn: dateText(row.dueOn),
        breachDueOn: row.breachDueOn && dateText(row.breachDueOn),
        breachRuleId: row.breachRuleId,
        timeZone: row.timeZone,
        state: row.state,
        version: row.version,
        takenBy: nameOf(row.takenById),
        closedAt: row.closedAt,
        closedBy: nameOf(row.closedById),
        outcome: row.outcome,
        reason: null,
      },
    ];
  });
}

const dateText = (date: Date) => date.toISOString().slice(0, 10);

export interface AlertForPatient {
  state: AlertStateName;
  outcome: AlertOutcomeName | null;
  dueOn: string;
}

/** What became of the alerts about some disclosures, by the disclosure's id. */
export async function alertsAbout(
  db: Db,
  disclosureIds: readonly string[],
): Promise<Map<string, AlertForPatient>> {
  const rows = await db.optOutAlert.findMany({
    where: { disclosureId: { in: [...disclosureIds] } },
    select: { disclosureId: true, state: true, outcome: true, dueOn: true },
  });
  return new Map(
    rows.map(({ disclosureId, dueOn, ...row }) => [disclosureId, { ...row, dueOn: dateText(dueOn) }]),
  );
}
