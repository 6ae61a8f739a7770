import type { Person } from '#app/audit/actor.ts';
import type { Db, Prisma, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { recordGroup } from './records.server.ts';
import { countsOn } from './representation-rules.ts';

/** What is read of the representation that a session acts under. */
export const actingForFields = {
  id: true,
  state: true,
  basis: true,
  scope: true,
  startsOn: true,
  endsOn: true,
  patientId: true,
  patient: { select: { givenName: true, familyName: true, bornOn: true } },
} as const satisfies Prisma.RepresentationSelect;
type ActingFor = Prisma.RepresentationGetPayload<{ select: typeof actingForFields }>;

/**
 * The person as they act at this instant: on the patient's record while the representation counts, else on no record at all. Their own
 * records come back when they choose so, never by themselves: nobody files for the wrong person because an authority ran out.
 */
export async function actingForNow(db: Db | Tx, own: Person, chosen: ActingFor, now: Date): Promise<Person> {
  const name = chosen.patient ? `${chosen.patient.givenName} ${chosen.patient.familyName}` : '';
  if (!(await opensRecord(db, own.id, chosen, now)))
    return { ...own, patientId: null, actingEnded: { name } };
  return {
    ...own,
    patientId: chosen.patientId,
    onBehalfOf: { representationId: chosen.id, name, scope: chosen.scope },
  };
}

/**
 * Whether a representation opens the patient's record to its representative now: granted, within its days, and no flag in the way.
 * A conflict shuts all representatives out, "nothing goes to this person" that one (45 CFR 164.502(g)(5)).
 */
export async function opensRecord(
  db: Db | Tx,
  representativeId: string,
  representation: ActingFor,
  now: Date,
): Promise<boolean> {
  const { patient, patientId } = representation;
  if (!patient || !patientId) return false;
  const { timeZone } = await theFacility(db);
  const counts = countsOn(
    {
      ...representation,
      startsOn: representation.startsOn && dateText(representation.startsOn),
      endsOn: representation.endsOn && dateText(representation.endsOn),
    },
    dateText(patient.bornOn),
    localDateAt(now, timeZone),
  );
  if (!counts) return false;
  const flags = await db.patientFlag.count({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      liftedAt: null,
      OR: [{ kind: 'conflict' }, { kind: 'doNotDisclose', againstId: representativeId }],
    },
  });
  return flags === 0;
}

/**
 * The same once more inside the transaction of a change: an authority that was ended since the page was opened files nothing. Holds
 * the representation's row, so that an end waits for the change or comes before it.
 */
export async function stillActs(tx: Tx, actor: Person, now: Date): Promise<boolean> {
  if (!actor.onBehalfOf) return true;
  const { representationId } = actor.onBehalfOf;
  await tx.$executeRaw`select 1 from representation where id = ${representationId}::uuid for share`;
  const representation = await tx.representation.findFirst({
    where: { id: representationId, representativeId: actor.id, patientId: actor.patientId },
    select: actingForFields,
  });
  return representation !== null && (await opensRecord(tx, actor.id, representation, now));
}

/**
 * The accounts that are told of a step on a request: the patient's own, and whoever filed it while they still act for the patient. Nobody
 * reads anything in an account that is shut.
 * @returns ids of accounts
 */
export async function audienceOf(
  tx: Db | Tx,
  { patientId, filedById, now }: { patientId: string; filedById: string; now: Date },
): Promise<string[]> {
  const group = await recordGroup(tx, patientId);
  // One after the other: a transaction has one connection.
  const own = await tx.user.findMany({
    where: { patientId: { in: group }, disabledAt: null },
    select: { id: true },
  });
  const representations = await tx.representation.findMany({
    where: {
      representativeId: filedById,
      patientId: { in: group },
      state: 'granted',
      representative: { disabledAt: null },
    },
    select: actingForFields,
  });
  const audience = new Set(own.map(({ id }) => id));
  for (const representation of representations)
    if (await opensRecord(tx, filedById, representation, now)) audience.add(filedById);
  return [...audience];
}

function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
