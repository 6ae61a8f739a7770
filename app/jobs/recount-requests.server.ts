import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { recountOpenRequests } from '#app/requests/recount.server.ts';

const payload = z.object({ changeId: z.uuid() });

/** Counts the open requests anew after the holidays were changed. */
export async function recountRequests(world: World, given: unknown): Promise<void> {
  await recountOpenRequests(world, payload.parse(given).changeId);
}
