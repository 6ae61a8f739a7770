import type { Person } from '#app/audit/actor.ts';
import { recordPosted, toPost } from '#app/requests/posted.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { letterToPost } from '#app/web/letter-to-post.server.ts';
import { textOfPdf } from './pdf-text.ts';
import { patientOf, personOf, type FreshWorld } from './world.ts';

/** Ines, who has an account; Tor, who never had one; and who works on what they ask. */
export async function peopleOfLetters({ world }: FreshWorld) {
  const [ines, dana, amara] = await Promise.all([
    patientOf(world, 'RB000417'),
    personOf(world, 'staff'),
    personOf(world, 'privacyOfficer'),
  ]);
  const { patientId: tor } = await world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  return { ines, dana, amara, tor };
}

/** What is owed by post of a request, what its letter says, and that it was posted. */
export function byPost(
  fresh: () => FreshWorld,
  { staff, read }: { staff: () => Person; read: (requestId: string) => Promise<RequestDetail> },
) {
  return {
    owed: async (requestId: string) => {
      const { patientId, filedBy } = await read(requestId);
      const { world, clock } = fresh();
      return toPost(world.db, { id: requestId, patientId, filedById: filedBy.id }, clock.now());
    },
    posted: (requestId: string, postedOn: string) =>
      recordPosted(fresh().world, { requestId, actor: staff(), postedOn }),
    letter: async (requestId: string) => {
      const { world, clock } = fresh();
      const visit = { world, person: staff(), locale: 'en', now: clock.now() } as Visit;
      return textOfPdf(await letterToPost(visit, await read(requestId)));
    },
  };
}
