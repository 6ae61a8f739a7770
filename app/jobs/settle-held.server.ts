import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { settleWaiting } from '#app/disclosures/matching-again.server.ts';
import { settleDecided } from '#app/disclosures/matching-settle.server.ts';
import { unsettle } from '#app/disclosures/matching-unsettle.server.ts';

const payload = z.object({ decisionId: z.uuid() });

export function settleHeld(world: World, given: unknown): Promise<void> {
  return settleDecided(world, payload.parse(given).decisionId);
}

export function unsettleUndone(world: World, given: unknown): Promise<void> {
  return unsettle(world, payload.parse(given).decisionId);
}

const by = { byId: z.uuid().optional() };
const waiting = z.union([
  z.strictObject({ patientId: z.uuid(), ...by }),
  z.strictObject({ auditSourceId: z.string(), ...by }),
  z.strictObject({ endpointId: z.uuid(), ...by }),
  z.strictObject({ groupId: z.string(), ...by }),
  z.strictObject({ ownIssuer: z.literal('changed'), ...by }),
]);

export function settleWaitingJob(world: World, given: unknown): Promise<void> {
  const { byId, ...entered } = waiting.parse(given);
  return settleWaiting(world, entered, byId);
}
