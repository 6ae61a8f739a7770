import { appendEvent } from '#app/audit/audit.server.ts';
import { plainview, type Person } from '#app/audit/actor.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { networkOf } from './networks.ts';

/** Where somebody who has not shown who they are was refused. */
export type RefusedAt = 'password' | 'passkey' | 'mailCode' | 'recoveryFactor' | 'invitation' | 'sheetCode';

type Whom =
  | { user: Pick<Person, 'id' | 'role' | 'patientId'> }
  /** An address of mail that is nobody's account, or not yet. */
  | { email: string }
  | { invitation: string }
  /** Nothing told whom it was about: where it came from. */
  | { address: string };

/**
 * Writes that a try was refused (ASVS 5.0.0 V16.3.1). Nobody has shown who they are, so the actor is Plainview. Its owner sees a try of
 * a patient's account among what was done with it. One event, whether or not there is an account: it takes as long.
 */
export function recordRefusedTry(world: World, at: RefusedAt, whom: Whom): Promise<void> {
  const user = 'user' in whom ? whom.user : null;
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'session.refused',
      actor: plainview,
      at: world.clock(),
      subject: subjectOf(whom),
      ...(user?.patientId ? { patientId: user.patientId } : {}),
      after: { step: at },
      visibleToPatient: user?.role === 'patient',
    }),
  );
}

function subjectOf(whom: Whom): { kind: string; id: string } {
  if ('user' in whom) return { kind: 'user', id: whom.user.id };
  if ('email' in whom) return { kind: 'address', id: sha256Hex(whom.email) };
  if ('invitation' in whom) return { kind: 'invitation', id: whom.invitation };
  return { kind: 'network', id: networkOf(whom.address) };
}
