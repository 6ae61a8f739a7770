import type { Person } from '#app/audit/actor.ts';
import type { Viewer } from '#app/components/site-header.tsx';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { isRepresentative } from '#app/people/representations-reading.server.ts';
import type { DoorArgs } from './context.ts';
import { readCookie } from './cookies.server.ts';
import { whoIs } from './guard.server.ts';
import { localeOf } from './locale.server.ts';
import type { SiteFrame } from './site.ts';
import type { SessionFacts } from '#app/people/sessions.server.ts';

/** What the frame around every page shows. */
export async function siteFrame(args: DoorArgs): Promise<SiteFrame> {
  const { world } = args.context;
  const [signedIn, theme, facility] = await Promise.all([
    whoIs(args),
    readCookie(world, args.request, 'theme'),
    theFacility(world.db),
  ]);
  return {
    locale: await localeOf(args, signedIn),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
    demo: world.demo,
    session: signedIn && sessionEnd(signedIn.session, world.clock()),
    actingFor: signedIn?.person.onBehalfOf?.name ?? null,
    actingScope: signedIn?.person.onBehalfOf?.scope ?? null,
    viewer: signedIn && (await viewerOf(world, signedIn.person)),
    facility: { name: facility.name, phone: facility.phone },
  };
}

async function viewerOf({ db }: World, person: Person): Promise<Viewer> {
  const { id, role, patientId, actingEnded } = person;
  const actsForOthers = async () => actingEnded !== undefined || (await isRepresentative(db, id));
  const opens =
    role !== 'patient' || patientId ? 'records' : (await actsForOthers()) ? 'representatives' : 'nothing';
  return { displayName: person.name, role, opens };
}

/** When a session ends if nobody does anything; nothing puts off its last end. */
export function sessionEnd({ endsAt, absoluteEndsAt }: SessionFacts, now: Date) {
  return {
    endsAt: endsAt.toISOString(),
    endsIn: endsAt.getTime() - now.getTime(),
    isLast: endsAt >= absoluteEndsAt,
  };
}
