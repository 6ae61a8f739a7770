import { z } from 'zod';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { World } from '#app/db/world.ts';

const words = z.record(z.string(), z.string());

/** What somebody asked in their own words, by the name of the form's field; empty where the form asked for none. */
export async function readStatement(
  world: Pick<World, 'db' | 'keys'>,
  requestId: string,
): Promise<Record<string, string>> {
  const row = await world.db.privacyRequest.findUnique({
    where: { id: requestId },
    select: { statementSealed: true },
  });
  if (!row?.statementSealed) return {};
  const text = open(world.keys, row.statementSealed, boundTo('privacy_request', requestId)).toString('utf8');
  return words.parse(JSON.parse(text));
}
