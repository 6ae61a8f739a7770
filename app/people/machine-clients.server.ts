import { appendEvent } from '#app/audit/audit.server.ts';
import type { Actor } from '#app/audit/actor.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db } from '#app/db/client.server.ts';
import type { MachineScope } from './can.ts';

export interface MachineClientIdentity {
  id: string;
  name: string;
  scopes: string[];
}

/**
 * Makes a key for a program. The key itself is returned once and never stored.
 * @param chosenKey demo mode only: a key that the demo page can show again
 */
export async function createMachineClient(
  db: Db,
  input: { name: string; scopes: MachineScope[]; actor: Actor; now: Date; chosenKey?: string },
): Promise<{ id: string; key: string }> {
  const key = input.chosenKey ?? `pvk_${newSecret()}`;
  return inTransaction(db, async (tx) => {
    const { id } = await tx.machineClient.create({
      data: {
        name: input.name,
        scopes: input.scopes,
        createdAt: input.now,
        keys: { create: { keyHash: sha256Hex(key), createdAt: input.now } },
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'apiKey.created',
      actor: input.actor,
      at: input.now,
      subject: { kind: 'machineClient', id },
      after: { name: input.name, scopes: input.scopes },
      visibleToPatient: false,
    });
    return { id, key };
  });
}

/** Ends a key for good. @returns false when no key in use has this name */
export async function revokeMachineClient(
  db: Db,
  input: { name: string; actor: Actor; now: Date },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const revoked = await tx.machineClient.updateManyAndReturn({
      where: { name: input.name, revokedAt: null },
      data: { revokedAt: input.now },
      select: { id: true, scopes: true },
    });
    for (const { id, scopes } of revoked) {
      await appendEvent(tx, {
        type: 'apiKey.revoked',
        actor: input.actor,
        at: input.now,
        subject: { kind: 'machineClient', id },
        before: { name: input.name, scopes },
        visibleToPatient: false,
      });
    }
    return revoked.length > 0;
  });
}

/** Who holds this key; null for a key that is unknown, revoked or past its end. */
export async function findMachineClient(
  db: Db,
  key: string,
  now: Date,
): Promise<MachineClientIdentity | null> {
  const row = await db.machineKey.findUnique({
    where: { keyHash: sha256Hex(key) },
    select: {
      id: true,
      expiresAt: true,
      revokedAt: true,
      lastUsedAt: true,
      client: { select: { id: true, name: true, scopes: true, revokedAt: true } },
    },
  });
  if (!row || row.revokedAt || row.client.revokedAt || (row.expiresAt && row.expiresAt <= now)) return null;
  if (!row.lastUsedAt || now.getTime() - row.lastUsedAt.getTime() > 60_000) {
    await db.machineKey.updateMany({ where: { id: row.id }, data: { lastUsedAt: now } });
  }
  const { id, name, scopes } = row.client;
  return { id, name, scopes };
}
