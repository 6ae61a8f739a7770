import { open } from '#app/crypto/key-ring.server.ts';
import type { World } from '#app/db/world.ts';

/** The code that was last mailed to an address and not typed yet; null when no code is right there. */
export async function mailedCode(world: World, email: string): Promise<string | null> {
  const proof = await world.db.mailProof.findFirst({
    where: { email, provedAt: null },
    orderBy: { createdAt: 'desc' },
    select: { id: true, codeSealed: true },
  });
  return proof?.codeSealed
    ? open(world.keys, proof.codeSealed, `mail_proof.code:${proof.id}`).toString()
    : null;
}
