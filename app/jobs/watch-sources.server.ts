import type { World } from '#app/db/world.ts';
import { watchSources } from '#app/disclosures/watch-sources.server.ts';

/** Looks for silence and gaps in what the sources report. Running it twice, or days late, finds the same and tells it once. */
export async function watchSourcesJob(world: World): Promise<void> {
  await watchSources(world);
}
