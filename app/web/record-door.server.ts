import { redirect } from '@remix-run/node';
import { lookAtRecord } from '#app/people/record-looks.server.ts';
import { recordsOfRepresentation } from '#app/people/representations-reading.server.ts';
import type { DoorArgs } from './context.ts';
import { patientOfRequest } from '#app/requests/reading.server.ts';
import { pathOf, type Visit } from './guard.server.ts';
import { safePath } from './paths.ts';

/**
 * For every page of the facility that opens what is known of a patient. Where no open request says why somebody looks, they say so first;
 * a record that an officer closed to staff asks more. Call it before anything of the patient is read into the answer, and in actions too.
 * @param because `work`: the page itself is the reason, such as a claim to decide; then only a closed record asks
 * @throws a redirect to the page that asks, and comes back here
 */
export async function requireRecordOpen(
  args: DoorArgs,
  { world, person: actor, now }: Visit,
  patientId: string,
  because?: 'work',
): Promise<void> {
  const look = await lookAtRecord(world.db, { patientId, actor }, now);
  if (look === 'open' || (look === 'reasonNeeded' && because === 'work')) return;
  const to = encodeURIComponent(pathOf(args.request));
  throw redirect(`/staff/patients/${patientId}/why?to=${to}`);
}

/** The same for what belongs to a request. One that is not there asks nothing: its page says so. */
export async function requireRequestOpen(args: DoorArgs, visit: Visit, requestId: string): Promise<void> {
  const patientId = await patientOfRequest(visit.world.db, requestId);
  if (patientId) await requireRecordOpen(args, visit, patientId);
}

/** The same for a representative's request: the record it was granted for, or while it waits each that it may mean. */
export async function requireRepresentationOpen(
  args: DoorArgs,
  visit: Visit,
  representationId: string,
): Promise<void> {
  const records = await recordsOfRepresentation(visit.world.db, representationId);
  for (const patientId of records ?? []) await requireRecordOpen(args, visit, patientId, 'work');
}

/** Where the page that asks goes on to: a page of the facility, or the record. */
export function afterReason(request: Request, patientId: string): string {
  const record = `/staff/patients/${patientId}`;
  const to = safePath(new URL(request.url).searchParams.get('to'), record);
  return to.startsWith('/staff/') || to.startsWith('/officer/') ? to : record;
}
