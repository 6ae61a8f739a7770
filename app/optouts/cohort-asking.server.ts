import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { isStillAdmitted, type Admitted } from '#app/people/admission.server.ts';
import type { CohortEnd } from './cohort-receipts.server.ts';

export type Asker = { kind: 'program'; client: Admitted } | { kind: 'person'; person: Person };

/** The key of a call ended while its list came. Nothing of it was answered; the receipt says so. */
export class KeyEnded extends Error {
  override name = 'KeyEnded';
}

/** @throws KeyEnded where the key does not work any more */
export async function stillAdmitted(world: World, asker: Asker): Promise<void> {
  if (asker.kind === 'program' && !(await isStillAdmitted(world, asker.client)))
    throw new KeyEnded('the key of this call ended while it was answered');
}

export function endBy(error: unknown): CohortEnd {
  return error instanceof KeyEnded ? 'keyEnded' : 'brokenOff';
}
