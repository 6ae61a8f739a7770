import type { Database } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { admit, type Admitted } from '#app/people/admission.server.ts';

/** Whose key this is at an instant, asked as a call from this machine asks; null for a key that opens nothing. */
export async function keyHolder(database: Database, key: string, now: Date): Promise<Admitted | null> {
  const world = { database, clock: () => now } as World;
  return (await admit(world, key, '127.0.0.1'))?.client ?? null;
}
