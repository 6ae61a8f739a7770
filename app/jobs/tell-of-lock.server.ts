import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { tellOfLock } from '#app/people/sign-in-locks.server.ts';

const payload = z.object({ userId: z.uuid() });

export function tellOfLockJob(world: World, given: unknown): Promise<void> {
  return tellOfLock(world, payload.parse(given).userId);
}
