import { randomBytes } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newPassword } from '#app/crypto/tokens.server.ts';
import { enqueue, inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { tellOfKey } from '#app/people/machine-clients.server.ts';
import { normalTarget, type ChannelKind, type TargetRefusal } from './channels.ts';
import { lockVendor } from './vendors.server.ts';

export interface VendorChannelInForce {
  id: string;
  kind: ChannelKind;
  target: string;
  setAt: Date;
  /** The name of whoever set it. */
  setBy: string;
}

export interface VendorSecretInForce {
  id: string;
  use: 'signing' | 'page';
  madeAt: Date;
}

export interface ToldHow {
  channel: VendorChannelInForce | null;
  secrets: VendorSecretInForce[];
}

/** Signing secrets that count at once: the present one, the next one, and one more for somebody's mistake. */
const mostSigning = 3;

/** How a vendor is told, and the secrets shared with it, without their text. */
export async function channelOf(db: Db | Tx, vendorId: string): Promise<ToldHow> {
  const [channel, secrets] = await Promise.all([
    db.vendorChannel.findFirst({
      where: { vendorId, endedAt: null },
      select: { id: true, kind: true, target: true, setAt: true, setById: true },
    }),
    db.vendorSecret.findMany({
      where: { vendorId, endedAt: null },
      orderBy: [{ use: 'asc' }, { id: 'asc' }],
      select: { id: true, use: true, madeAt: true },
    }),
  ]);
  if (!channel) return { channel, secrets };
  const { setById, ...set } = channel;
  const setBy = await db.user.findUnique({ where: { id: setById }, select: { displayName: true } });
  return { channel: { ...set, setBy: setBy?.displayName ?? '' }, secrets };
}

/** The secrets of a vendor for one use, open, the newest first. */
export async function openSecrets(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  vendorId: string,
  use: 'signing' | 'page',
): Promise<string[]> {
  const rows = await db.vendorSecret.findMany({
    where: { vendorId, use, endedAt: null },
    orderBy: { id: 'desc' },
    select: { id: true, secretSealed: true },
  });
  return rows.map(({ id, secretSealed }) =>
    open(keys, secretSealed, boundTo('vendor_secret', id)).toString(),
  );
}

export interface MadeSecret {
  use: 'signing' | 'page';
  /** Shown once, and handed to the vendor by somebody who knows it. */
  secret: string;
}

export type ChannelSet =
  { ok: true; secrets: MadeSecret[] } | { ok: false; refusal: TargetRefusal | 'gone' | 'nothingChanged' };

/** Sets how a vendor is told from now on, with the secrets that it needs and does not have yet. What waits for a channel goes out by it. */
export function setChannel(
  world: World,
  asked: { vendorId: string; kind: ChannelKind; target: string; reason: string; actor: Person },
): Promise<ChannelSet> {
  const { vendorId, kind, reason, actor } = asked;
  const now = world.clock();
  const normal = normalTarget(kind, asked.target, world.webhooks ?? null);
  if (!normal.ok) return Promise.resolve(normal);
  return inTransaction(world.db, async (tx) => {
    if (!(await lockVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
    const { channel: before, secrets } = await channelOf(tx, vendorId);
    if (before?.kind === kind && before.target === normal.target)
      return { ok: false, refusal: 'nothingChanged' };
    if (before)
      await tx.vendorChannel.update({
        where: { id: before.id },
        data: { endedAt: now },
        select: { id: true },
      });
    await tx.vendorChannel.create({
      data: { id: newRowId(now), vendorId, kind, target: normal.target, setById: actor.id, setAt: now },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'vendorChannel.set',
      actor,
      at: now,
      subject: { kind: 'vendor', id: vendorId },
      ...(before ? { before: { kind: before.kind, place: placeOf(before.kind, before.target) } } : {}),
      after: { kind, place: placeOf(kind, normal.target) },
      reason,
      visibleToPatient: false,
    });
    const missing = (['page', ...(kind === 'webhook' ? (['signing'] as const) : [])] as const).filter(
      (use) => !secrets.some((one) => one.use === use),
    );
    const made: MadeSecret[] = [];
    for (const use of missing) made.push(await addSecret(tx, world, { vendorId, use, actor, now }));
    await enqueue(tx, 'vendor-notices', {}, 'vendor-notices');
    return { ok: true, secrets: made };
  });
}

/** The address of mail, or the host: the rest of a URL may hold a secret of its own. */
const placeOf = (kind: ChannelKind, target: string) =>
  kind === 'webhook' && URL.canParse(target) ? new URL(target).host : target;

/**
 * Makes another secret. A signing secret counts beside the ones that are there, until those are ended; the code for the pages takes the
 * place of the one before.
 */
export function makeSecret(
  world: World,
  { vendorId, use, actor }: { vendorId: string; use: 'signing' | 'page'; actor: Person },
): Promise<{ ok: true; made: MadeSecret } | { ok: false; refusal: 'gone' | 'tooMany' }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (!(await lockVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
    const { secrets } = await channelOf(tx, vendorId);
    const same = secrets.filter((one) => one.use === use);
    if (use === 'signing' && same.length >= mostSigning) return { ok: false, refusal: 'tooMany' };
    if (use === 'page') for (const { id } of same) await end(tx, { id, vendorId, actor, now });
    return { ok: true, made: await addSecret(tx, world, { vendorId, use, actor, now }) };
  });
}

/** Ends a signing secret; never the last one, with which nothing could be sent. */
export function endSecret(
  world: World,
  { vendorId, id, actor }: { vendorId: string; id: string; actor: Person },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' | 'theLast' }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await lockVendor(tx, vendorId);
    const signing = (await channelOf(tx, vendorId)).secrets.filter(({ use }) => use === 'signing');
    if (!signing.some((one) => one.id === id)) return { ok: false, refusal: 'gone' };
    if (signing.length === 1) return { ok: false, refusal: 'theLast' };
    await end(tx, { id, vendorId, actor, now });
    return { ok: true };
  });
}

interface Secret {
  vendorId: string;
  actor: Person;
  now: Date;
}

async function addSecret(
  tx: Tx,
  { keys }: Pick<World, 'keys'>,
  { vendorId, use, actor, now }: Secret & { use: 'signing' | 'page' },
): Promise<MadeSecret> {
  const id = newRowId(now);
  // Standard Webhooks 1.0: 24 to 64 random bytes.
  const secret = use === 'signing' ? `whsec_${randomBytes(32).toString('base64')}` : newPassword();
  await tx.vendorSecret.create({
    data: {
      id,
      vendorId,
      use,
      secretSealed: seal(keys, secret, boundTo('vendor_secret', id)),
      madeById: actor.id,
      madeAt: now,
    },
    select: { id: true },
  });
  await tellOfKey(
    tx,
    {
      type: 'vendorSecret.made',
      actor,
      at: now,
      subject: { kind: 'vendor', id: vendorId },
      after: { use },
      visibleToPatient: false,
    },
    'vendorSecretChanged',
  );
  return { use, secret };
}

async function end(tx: Tx, { id, vendorId, actor, now }: Secret & { id: string }): Promise<void> {
  const { use } = await tx.vendorSecret.update({
    where: { id },
    data: { endedAt: now },
    select: { use: true },
  });
  await tellOfKey(
    tx,
    {
      type: 'vendorSecret.ended',
      actor,
      at: now,
      subject: { kind: 'vendor', id: vendorId },
      before: { use },
      visibleToPatient: false,
    },
    'vendorSecretChanged',
  );
}
