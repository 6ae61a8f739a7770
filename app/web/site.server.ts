import { theFacility } from '#app/facility/facility.server.ts';
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
    viewer: signedIn && { displayName: signedIn.person.name, role: signedIn.person.role },
    facility: { name: facility.name, phone: facility.phone },
  };
}

/** When a session ends if nobody does anything; nothing puts off its last end. */
export function sessionEnd({ endsAt, absoluteEndsAt }: SessionFacts, now: Date) {
  return {
    endsAt: endsAt.toISOString(),
    endsIn: endsAt.getTime() - now.getTime(),
    isLast: endsAt >= absoluteEndsAt,
  };
}
