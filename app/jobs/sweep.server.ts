import type { World } from '#app/db/world.ts';
import { placeMissed } from '#app/disclosures/matching-missed.server.ts';
import { sweepDevices } from '#app/people/known-devices.server.ts';
import { sweepKeptForms } from '#app/people/kept-forms.server.ts';
import { sweepLimits } from '#app/people/limits.server.ts';
import { sweepDrafts } from '#app/requests/drafts.server.ts';

/**
 * Removes what has ended and is no evidence: kept forms and drafts of requests nobody came back for, browsers not seen for half a year,
 * counters of refused tries that no longer count. Puts reports that wait for a person into their queue, where one was missed. Running it
 * twice, or a day late, changes nothing.
 */
export async function sweep(world: World): Promise<void> {
  const now = world.clock();
  await sweepKeptForms(world.db, now);
  await sweepDevices(world.db, now);
  await sweepLimits(world.db, now);
  await sweepDrafts(world.db, now);
  await placeMissed(world);
}
