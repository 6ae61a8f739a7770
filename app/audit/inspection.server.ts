import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import { signingKey, type SigningKey } from '#app/crypto/signing.server.ts';
import type { World } from '#app/db/world.ts';
import { anchorsOf, checkpointState, readCheckpoints } from './checkpoints.server.ts';
import { chainHead, verifyChain, waitingEvents, type ChainVerdict } from './seal.server.ts';

/** All that can be said of the audit trail: what fits, and what this look could not check. */
export interface ChainInspection {
  verdict: ChainVerdict;
  waiting: { count: number; since: Date | null };
  checkpoints: CheckpointInspection;
}

export type CheckpointInspection =
  | { kept: 'nowhere' }
  | { kept: 'unreadable'; reason: string }
  | {
      kept: 'inFile';
      /** How many the chain was held against. */
      checked: number;
      unknownKey: number;
      /** Line numbers, from 1. */
      forged: number[];
      newest: { sequence: bigint; at: Date } | null;
    };

type Inspected = Pick<World, 'db' | 'keys' | 'checkpointFile'>;

/** Reads the whole chain, and holds it against the checkpoints. */
export async function inspectChain({ db, keys, checkpointFile }: Inspected): Promise<ChainInspection> {
  const kept = checkpointFile ? await readCheckpoints(checkpointFile, keys).catch(reasonOf) : null;
  const verdict = await verifyChain(db, kept && 'signed' in kept ? anchorsOf(kept) : []);
  const waiting = await waitingEvents(db);
  if (!kept) return { verdict, waiting, checkpoints: { kept: 'nowhere' } };
  if ('reason' in kept) return { verdict, waiting, checkpoints: { kept: 'unreadable', reason: kept.reason } };
  const { signed, forged, unknownKey } = kept;
  const newest = signed.at(-1);
  return {
    verdict,
    waiting,
    checkpoints: {
      kept: 'inFile',
      checked: signed.length,
      unknownKey,
      forged,
      newest: newest ? { sequence: newest.sequence, at: newest.at } : null,
    },
  };
}

/** Whether nothing was found that somebody must have done. */
export function isSound({ verdict, checkpoints }: ChainInspection): boolean {
  return verdict.whole && !(checkpoints.kept === 'inFile' && checkpoints.forged.length > 0);
}

/** A chain of no more entries than this is read whole each time that somebody looks: under a second. */
const readAtOnce = 20_000n;
const stalledAfter = 60_000;

export interface ChainState {
  /** Of the inspection. */
  checkedAt: Date;
  inspection: ChainInspection;
  /** What is so at this moment. */
  now: {
    stalled: { count: number; since: Date } | null;
    /** Null where none are kept, or the file does not open. */
    checkpoint: { newest: { sequence: bigint; at: Date } | null; isLate: boolean } | null;
  };
}

/** For somebody who looks at a page: the whole check of a short chain, the last kept one of a long chain, and how things stand now. */
export async function chainState(world: Inspected, now: Date): Promise<ChainState> {
  const { db, keys, checkpointFile } = world;
  const head = await chainHead(db);
  const kept = head && head.sequence > readAtOnce ? await readKeptCheck(world) : null;
  const { checkedAt, inspection } = kept ?? { checkedAt: now, inspection: await inspectChain(world) };
  const { count, since } = await waitingEvents(db, 'nearTheHead');
  const state = checkpointFile
    ? await checkpointState(db, keys, checkpointFile, now).catch(() => null)
    : null;
  return {
    checkedAt,
    inspection,
    now: {
      stalled: since && now.getTime() - since.getTime() > stalledAfter ? { count, since } : null,
      checkpoint: state && { newest: state.newest, isLate: state.late },
    },
  };
}

/** Inspects a chain that is too long for a page to do it, and keeps what was found beside the checkpoints, signed. */
export async function keepCheck(world: Inspected, now: Date): Promise<void> {
  const { db, checkpointFile, keys } = world;
  const head = await chainHead(db);
  if (!checkpointFile || !head || head.sequence <= readAtOnce) return;
  const text = JSON.stringify(
    { checkedAt: now, inspection: await inspectChain(world) },
    (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value),
  );
  const signature = signerOf(keys).sign(text);
  const unfinished = `${keptCheckFile(checkpointFile)}.${process.pid}`;
  await writeFile(unfinished, `${signature}\n${text}\n`, { mode: 0o600 });
  await rename(unfinished, keptCheckFile(checkpointFile));
}

async function readKeptCheck({
  checkpointFile,
  keys,
}: Inspected): Promise<{ checkedAt: Date; inspection: ChainInspection } | null> {
  if (!checkpointFile) return null;
  const kept = await readFile(keptCheckFile(checkpointFile), 'utf8').catch(() => '');
  const [signature = '', text = ''] = kept.split('\n');
  if (!signerOf(keys).verifies(text, signature)) return null;
  // Signed: it was written by `keepCheck`.
  return JSON.parse(text, (key, value: unknown) => {
    if (typeof value === 'string' && /^\d+n$/.test(value)) return BigInt(value.slice(0, -1));
    return typeof value === 'string' && ['checkedAt', 'at', 'since'].includes(key) ? new Date(value) : value;
  }) as { checkedAt: Date; inspection: ChainInspection };
}

const keptCheckFile = (checkpointFile: string) => `${checkpointFile}.check`;

function signerOf({ keys, currentId }: KeyRing): SigningKey {
  const key = keys.get(currentId);
  if (!key) throw new Error('the current key is missing');
  return signingKey(key, 'audit check');
}

function reasonOf(error: unknown): { reason: string } {
  return { reason: error instanceof Error ? error.message : String(error) };
}
