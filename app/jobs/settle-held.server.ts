import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { settleDecided } from '#app/disclosures/matching-settle.server.ts';
import { unsettle } from '#app/disclosures/matching-undo.server.ts';

const payload = z.object({ decisionId: z.uuid() });

export function settleHeld(world: World, given: unknown): Promise<void> {
  return settleDecided(world, payload.parse(given).decisionId);
}

export function unsettleUndone(world: World, given: unknown): Promise<void> {
  return unsettle(world, payload.parse(given).decisionId);
}
