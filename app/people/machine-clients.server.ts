import { appendEvent, appendEventToTell } from '#app/audit/audit.server.ts';
import type { Actor } from '#app/audit/actor.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, isUniqueViolation, type Db, type Tx } from '#app/db/client.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import type { MachineScope } from './can.ts';
import { daysLater, keyLife, keyOverlap, vendorScopes, wholeDays } from './machine-keys.ts';

export interface MachineClientIdentity {
  id: string;
  name: string;
  scopes: string[];
  /** The company whose program it is; null for the facility's own programs. */
  vendorId: string | null;
  /** From which alone its keys work; empty: from everywhere. */
  networks: string[];
  /** Which it may report for; empty: any. */
  sources: string[];
  /** What its token was granted; absent where it came with an API key. */
  granted?: readonly string[];
}

export class MachineClientRefused extends Error {
  override name = 'MachineClientRefused';
  constructor(readonly reason: 'nameTaken' | 'vendorScopes' | 'vendorUnknown') {
    super(reason);
  }
}

interface Making {
  actor: Actor;
  now: Date;
  /** Days until the new key ends. */
  lifeDays?: number;
}

interface NewProgram {
  name: string;
  scopes: MachineScope[];
  vendorId?: string;
  /** CIDR: from where alone its keys work. */
  networks?: string[];
  /** Which it may report for; any without them. */
  sources?: string[];
  actor: Actor;
  now: Date;
  /** The two who answer for it; only the demo has none. */
  people?: { askedBy: string; approvedBy: string };
}

/**
 * Makes a program with its first key. The key itself is returned once and never stored.
 * @param input.vendorId the company whose program it is: it may ask about that company alone
 * @param input.chosenKey demo mode only: a key that the demo page can show again
 * @throws MachineClientRefused
 */
export async function createMachineClient(
  db: Db,
  input: Making & NewProgram & { chosenKey?: string },
): Promise<{ id: string; key: string; expiresAt: Date }> {
  const { name, scopes, vendorId, networks = [], sources = [], people, actor, now } = input;
  const key = newMachineKey(input);
  const made = await inTransaction(db, (tx) =>
    createMachineClientWithin(tx, {
      name,
      scopes,
      ...(vendorId ? { vendorId } : {}),
      networks,
      sources,
      actor,
      now,
      key,
      ...(people ? { people } : {}),
    }),
  );
  return { id: made, key: key.key, expiresAt: key.row.expiresAt };
}

/** The same in somebody's own transaction. @returns its id @throws MachineClientRefused */
export async function createMachineClientWithin(
  tx: Tx,
  input: NewProgram & { key: ReturnType<typeof newMachineKey> },
): Promise<string> {
  const { name, scopes, vendorId, networks = [], sources = [], people, actor, now, key } = input;
  if (vendorId && scopes.some((scope) => !vendorScopes.includes(scope)))
    throw new MachineClientRefused('vendorScopes');
  const vendor = vendorId
    ? await tx.vendor.findUnique({ where: { id: vendorId }, select: { slug: true } })
    : undefined;
  if (vendor === null) throw new MachineClientRefused('vendorUnknown');
  const { id } = await tx.machineClient
    .create({
      data: {
        name,
        scopes,
        vendorId: vendorId ?? null,
        networks,
        sources,
        createdAt: now,
        keys: { create: key.row },
      },
      select: { id: true },
    })
    .catch((error: unknown) => {
      throw isUniqueViolation(error) ? new MachineClientRefused('nameTaken') : error;
    });
  await tellOfKey(tx, {
    type: 'apiKey.created',
    actor,
    at: now,
    subject: { kind: 'machineClient', id },
    after: {
      name,
      scopes,
      ...(vendor ? { vendor: vendor.slug } : {}),
      ...(networks.length > 0 ? { networks } : {}),
      ...(sources.length > 0 ? { sources } : {}),
      endsAt: key.row.expiresAt.toISOString(),
      ...people,
    },
    visibleToPatient: false,
  });
  return id;
}

export interface RotatedKey {
  id: string;
  name: string;
  key: string;
  expiresAt: Date;
  /** When the keys before stop working, those that had not stopped already. */
  overlapEndsAt: Date;
}

/**
 * A new key for a program; the ones before work on until the overlap ends, and no longer than they would have.
 * @param input.overlapDays 0 to 30 @returns null when no program in use is meant
 */
export async function rotateMachineKey(
  db: Db,
  input: Making & { client: { id: string } | { name: string }; overlapDays?: number },
): Promise<RotatedKey | null> {
  const { client, actor, now } = input;
  const overlap = wholeDays(input.overlapDays ?? keyOverlap.usual, { least: 0, most: keyOverlap.most });
  const overlapEndsAt = daysLater(now, overlap);
  const { key, row } = newMachineKey(input);
  return inTransaction(db, async (tx) => {
    const found = await lockClient(tx, client);
    if (!found) return null;
    await tx.machineKey.updateMany({
      where: {
        clientId: found.id,
        revokedAt: null,
        OR: [{ expiresAt: null }, { expiresAt: { gt: overlapEndsAt } }],
      },
      data: { expiresAt: overlapEndsAt },
    });
    await tx.machineKey.create({ data: { ...row, clientId: found.id }, select: { id: true } });
    await tellOfKey(tx, {
      type: 'apiKey.rotated',
      actor,
      at: now,
      subject: { kind: 'machineClient', id: found.id },
      after: {
        name: found.name,
        endsAt: row.expiresAt.toISOString(),
        keyBeforeEndsAt: overlapEndsAt.toISOString(),
      },
      visibleToPatient: false,
    });
    return { id: found.id, name: found.name, key, expiresAt: row.expiresAt, overlapEndsAt };
  });
}

/** Writes what was done with a key, or with a secret of a company, and tells every officer by mail who did it, with whose and when. */
export async function tellOfKey(
  tx: Tx,
  event: Parameters<typeof appendEventToTell>[1],
  kind: 'keyChanged' | 'vendorSecretChanged' = 'keyChanged',
): Promise<void> {
  const eventId = await appendEventToTell(tx, event);
  const officers = await tx.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  for (const { id: userId } of officers) await oweNotice(tx, { kind, userId, eventId, now: event.at });
}

/** Two rotations at one instant wait for each other, and a program that is being revoked gets no key. */
export async function lockClient(
  tx: Tx,
  client: { id: string } | { name: string },
): Promise<{ id: string; name: string } | null> {
  const where = 'id' in client ? { id: client.id } : { name: client.name };
  const found = await tx.machineClient.findUnique({ where, select: { id: true } });
  if (!found) return null;
  const [locked] = await tx.$queryRaw<{ id: string; name: string }[]>`
    select id, name from machine_client where id = ${found.id}::uuid and revoked_at is null for update`;
  return locked ?? null;
}

/** Ends a program for good, with all its keys. @returns false when no program in use is meant */
export async function revokeMachineClient(
  db: Db,
  input: ({ id: string } | { name: string }) & { actor: Actor; now: Date },
): Promise<boolean> {
  const { actor, now } = input;
  return inTransaction(db, async (tx) => {
    const [revoked] = await tx.machineClient.updateManyAndReturn({
      where: { ...('id' in input ? { id: input.id } : { name: input.name }), revokedAt: null },
      data: { revokedAt: now },
      select: { id: true, name: true, scopes: true },
    });
    if (!revoked) return false;
    const { id, name, scopes } = revoked;
    await tx.machineKey.updateMany({ where: { clientId: id, revokedAt: null }, data: { revokedAt: now } });
    await tx.signingKey.updateMany({ where: { clientId: id, revokedAt: null }, data: { revokedAt: now } });
    await tellOfKey(tx, {
      type: 'apiKey.revoked',
      actor,
      at: now,
      subject: { kind: 'machineClient', id },
      before: { name, scopes },
      visibleToPatient: false,
    });
    return true;
  });
}

/** Ends one key for good; the program's other keys go on. @returns false when it is not there, or ended before */
export async function revokeMachineKey(
  db: Db,
  { keyId, actor, now }: { keyId: string; actor: Actor; now: Date },
): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    const [revoked] = await tx.machineKey.updateManyAndReturn({
      where: { id: keyId, revokedAt: null, client: { revokedAt: null } },
      data: { revokedAt: now },
      select: { createdAt: true, client: { select: { id: true, name: true } } },
    });
    if (!revoked) return false;
    const { client, createdAt } = revoked;
    await tellOfKey(tx, {
      type: 'apiKey.revoked',
      actor,
      at: now,
      subject: { kind: 'machineClient', id: client.id },
      before: { name: client.name, keyMadeAt: createdAt.toISOString() },
      visibleToPatient: false,
    });
    return true;
  });
}

/** A key and what is kept of it. */
export function newMachineKey({
  now,
  lifeDays,
  chosenKey,
}: Pick<Making, 'now' | 'lifeDays'> & { chosenKey?: string }) {
  const life = wholeDays(lifeDays ?? keyLife.usual, { least: 1, most: keyLife.most });
  const key = chosenKey ?? `pvk_${newSecret()}`;
  return { key, row: { keyHash: sha256Hex(key), createdAt: now, expiresAt: daysLater(now, life) } };
}

/** Every program, those in use first, by name; their keys newest first. */
export async function machineClients(db: Db) {
  const rows = await db.machineClient.findMany({
    orderBy: [{ name: 'asc' }],
    select: {
      id: true,
      name: true,
      scopes: true,
      createdAt: true,
      revokedAt: true,
      vendor: { select: { name: true } },
      networks: true,
      sources: true,
      keys: {
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        select: { id: true, createdAt: true, expiresAt: true, revokedAt: true, lastUsedAt: true },
      },
      signingKeys: {
        where: { revokedAt: null },
        orderBy: [{ createdAt: 'desc' }, { kid: 'asc' }],
        select: {
          id: true,
          kid: true,
          algorithm: true,
          createdAt: true,
          expiresAt: true,
          revokedAt: true,
          lastUsedAt: true,
        },
      },
    },
  });
  return [...rows.filter(({ revokedAt }) => !revokedAt), ...rows.filter(({ revokedAt }) => revokedAt)];
}
export type MachineClientRow = Awaited<ReturnType<typeof machineClients>>[number];

/** A call that a program's key was not enough for, at most once a minute a program and call: a loop of refusals must not fill the log. */
export async function noteDeniedCall(
  db: Db,
  { client, path, now }: { client: MachineClientIdentity; path: string; now: Date },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const noted = await tx.auditEvent.findFirst({
      where: {
        type: 'access.denied',
        actorId: client.id,
        subjectId: path,
        at: { gt: new Date(now.getTime() - 60_000) },
      },
      select: { id: true },
    });
    if (noted) return;
    await appendEvent(tx, {
      type: 'access.denied',
      actor: { kind: 'machine', id: client.id, name: client.name },
      at: now,
      subject: { kind: 'path', id: path },
      visibleToPatient: false,
    });
  });
}
