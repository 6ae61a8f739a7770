import { importJWK } from 'jose';
import type { Actor } from '#app/audit/actor.ts';
import { inTransaction, type Db } from '#app/db/client.server.ts';
import { readKeySet, type KeySetRefusal } from './key-set.ts';
import { lockClient, tellOfKey } from './machine-clients.server.ts';
import { daysLater, keyLife, wholeDays } from './machine-keys.ts';

interface Setting {
  clientId: string;
  actor: Actor;
  now: Date;
}

/**
 * Registers the public keys that a program signs its assertions with, in the place of those before; to change keys without a gap the set
 * has the old and the new one. Officers are told, as of any key.
 */
export async function registerKeySet(
  db: Db,
  { clientId, actor, now, text, lifeDays }: Setting & { text: string; lifeDays: number },
): Promise<{ ok: true; kids: string[] } | { ok: false; refusal: KeySetRefusal | 'gone' }> {
  const read = readKeySet(text);
  if (!read.ok) return read;
  const { keys } = read;
  for (const { jwk, algorithm } of keys) {
    const isKey = await importJWK(jwk, algorithm).then(
      () => true,
      () => false,
    );
    if (!isKey) return { ok: false, refusal: 'otherKey' };
  }
  const expiresAt = daysLater(now, wholeDays(lifeDays, { least: 1, most: keyLife.most }));
  const kids = keys.map(({ kid }) => kid);
  return inTransaction(db, async (tx) => {
    const client = await lockClient(tx, { id: clientId });
    if (!client) return { ok: false, refusal: 'gone' };
    await tx.signingKey.updateMany({ where: { clientId, revokedAt: null }, data: { revokedAt: now } });
    await tx.signingKey.createMany({
      data: keys.map((key) => ({ ...key, clientId, createdAt: now, expiresAt })),
    });
    await tellOfKey(tx, {
      type: 'apiKey.setRegistered',
      actor,
      at: now,
      subject: { kind: 'machineClient', id: clientId },
      after: { name: client.name, kids, endsAt: expiresAt.toISOString() },
      visibleToPatient: false,
    });
    return { ok: true, kids };
  });
}

/** Ends all signing keys of a program; its API keys go on. @returns false when it has none that stand */
export async function endKeySet(db: Db, { clientId, actor, now }: Setting): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const client = await lockClient(tx, { id: clientId });
    if (!client) return false;
    const ended = await tx.signingKey.updateManyAndReturn({
      where: { clientId, revokedAt: null },
      data: { revokedAt: now },
      select: { kid: true },
    });
    if (ended.length === 0) return false;
    await tellOfKey(tx, {
      type: 'apiKey.revoked',
      actor,
      at: now,
      subject: { kind: 'machineClient', id: clientId },
      before: { name: client.name, kids: ended.map(({ kid }) => kid) },
      visibleToPatient: false,
    });
    return true;
  });
}
