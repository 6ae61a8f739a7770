import type { Person } from '#app/audit/actor.ts';
import type { Db, Prisma, Tx } from '#app/db/client.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';

/** What is read of the representation that a session acts under. */
export const actingForFields = {
  id: true,
  state: true,
  scope: true,
  startsOn: true,
  endsOn: true,
  patientId: true,
  patient: { select: { givenName: true, familyName: true } },
} as const satisfies Prisma.RepresentationSelect;
type ActingFor = Prisma.RepresentationGetPayload<{ select: typeof actingForFields }>;

/**
 * The person as they act at this instant: on the patient's record while the representation counts, else on no record at all. Their own
 * records come back when they choose so, never by themselves: nobody files for the wrong person because an authority ran out.
 */
export async function actingForNow(db: Db | Tx, own: Person, chosen: ActingFor, now: Date): Promise<Person> {
  const { timeZone } = await theFacility(db);
  const today = localDateAt(now, timeZone);
  const counts =
    chosen.state === 'granted' &&
    chosen.patientId !== null &&
    chosen.patient !== null &&
    (!chosen.startsOn || dateText(chosen.startsOn) <= today) &&
    (!chosen.endsOn || dateText(chosen.endsOn) >= today);
  if (!counts) return { ...own, patientId: null };
  return {
    ...own,
    patientId: chosen.patientId,
    onBehalfOf: {
      representationId: chosen.id,
      name: `${chosen.patient?.givenName} ${chosen.patient?.familyName}`,
      scope: chosen.scope,
    },
  };
}

function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
