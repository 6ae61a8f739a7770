import { readFile, rename, writeFile } from 'node:fs/promises';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import { signingKey, type SigningKey } from '#app/crypto/signing.server.ts';
import type { World } from '#app/db/world.ts';
import { anchorsOf, checkpointState, readCheckpoints } from './checkpoints.server.ts';
import { readHeadNote } from './head-note.server.ts';
import {
  seededTo,
  verifyChain,
  waitingEvents,
  type Anchor,
  type ChainVerdict,
  type ReadTo,
} from './seal.server.ts';
import { bothTimes, timeKeeper, type OddTimes } from './told-times.ts';

/** All that can be said of the audit trail: what fits, and what this look could not check. */
export interface ChainInspection {
  verdict: ChainVerdict;
  /** Events that tell another time than when they came, as far as the chain is whole. */
  oddTimes: OddTimes;
  /** In a made-up facility, the place up to which its stories were told as of earlier days, whose times are not held against it; else 0. */
  seededTo: bigint;
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
      /** The note of the newest link that each sealing leaves beside the file. */
      note: 'none' | 'forged' | 'unknownKey' | 'right';
      noted: { sequence: bigint; at: Date } | null;
    };

type Inspected = Pick<World, 'db' | 'keys' | 'checkpointFile'>;

/** Reads the whole chain, or what came after it was read to `from`, and holds it against the checkpoints. */
export async function inspectChain(
  { db, keys, checkpointFile }: Inspected,
  from: ReadTo | null = null,
): Promise<ChainInspection> {
  const kept = checkpointFile ? await keptOutside(checkpointFile, keys).catch(reasonOf) : null;
  const seeded = await seededTo(db);
  const times = timeKeeper(seeded);
  const verdict = await verifyChain(db, kept && 'anchors' in kept ? kept.anchors : [], from, times.see);
  const found = { verdict, oddTimes: times.found(), seededTo: seeded, waiting: await waitingEvents(db) };
  if (!kept) return { ...found, checkpoints: { kept: 'nowhere' } };
  if ('reason' in kept) return { ...found, checkpoints: { kept: 'unreadable', reason: kept.reason } };
  return { ...found, checkpoints: kept.found };
}

/** The file of checkpoints and the note beside it. Read before the chain: what is noted meanwhile is no cut end. */
async function keptOutside(
  file: string,
  keys: KeyRing,
): Promise<{ anchors: Anchor[]; found: CheckpointInspection }> {
  const kept = await readCheckpoints(file, keys);
  const note = await readHeadNote(file, keys);
  const head = note.state === 'right' ? note.head : null;
  const newest = kept.signed.at(-1);
  return {
    anchors: [...anchorsOf(kept), ...(head ? [{ sequence: head.sequence, hash: head.hash }] : [])],
    found: {
      kept: 'inFile',
      checked: kept.signed.length,
      unknownKey: kept.unknownKey,
      forged: kept.forged,
      newest: newest ? { sequence: newest.sequence, at: newest.at } : null,
      note: note.state,
      noted: head && { sequence: head.sequence, at: head.at },
    },
  };
}

/** Whether nothing was found that somebody must have done. */
export function isSound({ verdict, oddTimes, checkpoints }: ChainInspection): boolean {
  const isForged =
    checkpoints.kept === 'inFile' && (checkpoints.forged.length > 0 || checkpoints.note === 'forged');
  return verdict.whole && oddTimes.count === 0 && !isForged;
}

const stalledAfter = 60_000;

interface KeptCheck {
  /** When the chain was read to its end. */
  checkedAt: Date;
  /** When it was last read from its very start. */
  wholeAt: Date;
  inspection: ChainInspection;
}

export interface ChainState extends KeptCheck {
  /** What is so at this moment. */
  now: {
    stalled: { count: number; since: Date } | null;
    /** Null where none are kept, or the file does not open. */
    checkpoint: { newest: { sequence: bigint; at: Date } | null; isLate: boolean } | null;
  };
}

/** For somebody who looks at a page: the check that was kept last, or a whole one where none is, and how things stand now. */
export async function chainState(world: Inspected, now: Date): Promise<ChainState> {
  const { db, keys, checkpointFile } = world;
  const [kept, { count, since }, state] = await Promise.all([
    readKeptCheck(world),
    waitingEvents(db, 'nearTheHead'),
    checkpointFile ? checkpointState(db, keys, checkpointFile, now).catch(() => null) : null,
  ]);
  return {
    ...(kept ?? { checkedAt: now, wholeAt: now, inspection: await inspectChain(world) }),
    now: {
      stalled: since && now.getTime() - since.getTime() > stalledAfter ? { count, since } : null,
      checkpoint: state && { newest: state.newest, isLate: state.late },
    },
  };
}

/**
 * Inspects the chain, which is too long for a page to do it, and keeps what was found beside the checkpoints, signed.
 * @param reach `new`: the entries that came after the last kept check, where that found the chain whole
 */
export async function keepCheck(world: Inspected, now: Date, reach: 'whole' | 'new'): Promise<void> {
  const { checkpointFile, keys } = world;
  if (!checkpointFile) return;
  const before = reach === 'new' ? await readKeptCheck(world) : null;
  const verdict = before?.inspection.verdict;
  // What was found broken stays so until the whole is read again.
  if (verdict && !verdict.whole) return;
  const from = verdict ? await stillThere(world.db, verdict) : null;
  const inspection = await inspectChain(world, from);
  const check: KeptCheck = {
    checkedAt: now,
    wholeAt: from && before ? before.wholeAt : now,
    inspection:
      from && before
        ? { ...inspection, oddTimes: bothTimes(before.inspection.oddTimes, inspection.oddTimes) }
        : inspection,
  };
  const text = JSON.stringify(check, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  const signature = signerOf(keys).sign(text);
  const unfinished = `${keptCheckFile(checkpointFile)}.${process.pid}`;
  await writeFile(unfinished, `${signature}\n${text}\n`, { mode: 0o600 });
  await rename(unfinished, keptCheckFile(checkpointFile));
}

/** Where a check ended; null where that entry is gone or another one by now, so that the whole has to be read. */
async function stillThere(
  db: Inspected['db'],
  { events, headHash }: { events: number; headHash: string },
): Promise<ReadTo | null> {
  const sequence = BigInt(events);
  const link = await db.auditSeal.findUnique({ where: { sequence }, select: { hash: true } });
  return link?.hash === headHash ? { sequence, hash: headHash } : null;
}

async function readKeptCheck({ checkpointFile, keys }: Inspected): Promise<KeptCheck | null> {
  if (!checkpointFile) return null;
  const kept = await readFile(keptCheckFile(checkpointFile), 'utf8').catch(() => '');
  const [signature = '', text = ''] = kept.split('\n');
  if (!signerOf(keys).verifies(text, signature)) return null;
  // Signed: it was written by `keepCheck`.
  return JSON.parse(text, (key, value: unknown) => {
    if (typeof value === 'string' && /^\d+n$/.test(value)) return BigInt(value.slice(0, -1));
    return typeof value === 'string' && ['checkedAt', 'wholeAt', 'at', 'since', 'recordedAt'].includes(key)
      ? new Date(value)
      : value;
  }) as KeptCheck;
}

const keptCheckFile = (checkpointFile: string) => `${checkpointFile}.check`;

function signerOf({ keys, currentId }: KeyRing): SigningKey {
  const key = keys.get(currentId);
  if (!key) throw new Error('the current key is missing');
  return signingKey(key, 'audit check with times');
}

function reasonOf(error: unknown): { reason: string } {
  return { reason: error instanceof Error ? error.message : String(error) };
}
