import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { mayAddUntilNext, type RegisteredEndpoint } from '#app/vendors/register.ts';
import { endpointsOf, type GroupKey } from './matching.ts';

interface Deciding {
  actor: Person;
  group: { key: GroupKey };
  reason: string;
  now: Date;
}

/**
 * Adds the addresses that a group names to the register, each to one owner from an instant on: until somebody else is registered with it.
 * The caller holds the registers. @param of.vendorId null: the facility's own
 */
export async function addEndpoints(
  tx: Tx,
  { actor, group, reason, now }: Deciding,
  { vendorId, validFrom }: { vendorId: string | null; validFrom: Date },
): Promise<{ endpointIds: string[] } | { refusal: 'notForThisGroup' | 'addressOfAnother' }> {
  const named = endpointsOf(group.key);
  if (named.length === 0) return { refusal: 'notForThisGroup' };
  const added: RegisteredEndpoint[] = [];
  for (const endpoint of named) {
    const register = await tx.vendorEndpoint.findMany({
      where: endpoint,
      select: { id: true, vendorId: true, kind: true, value: true, validFrom: true, validTo: true },
    });
    const may = mayAddUntilNext(register, { vendorId, ...endpoint, validFrom });
    if (!may.ok) return { refusal: 'addressOfAnother' };
    added.push({ id: newRowId(now), vendorId, ...endpoint, validFrom, validTo: may.validTo });
  }
  await tx.vendorEndpoint.createMany({ data: added });
  for (const { id, kind, value, validTo } of added)
    await appendEvent(tx, {
      type: 'endpoint.added',
      actor,
      at: now,
      subject: { kind: 'vendorEndpoint', id },
      after: {
        vendorId,
        kind,
        value,
        validFrom: validFrom.toISOString(),
        ...(validTo ? { validTo: validTo.toISOString() } : {}),
      },
      reason,
      visibleToPatient: false,
    });
  return { endpointIds: added.map(({ id }) => id) };
}
