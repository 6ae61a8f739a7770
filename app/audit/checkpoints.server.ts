import { link, open, readFile, rename, writeFile } from 'node:fs/promises';
import { signingKey } from '#app/crypto/signing.server.ts';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import type { Db } from '#app/db/client.server.ts';
import { checkpointLine, readCheckpointLine, type Checkpoint, type SignedCheckpoint } from './checkpoint.ts';
import { readHeadNote, setNoteAside } from './head-note.server.ts';
import { chainHead, type Anchor } from './seal.server.ts';

/** What the file of checkpoints holds. Line numbers count from 1. */
export interface KeptCheckpoints {
  /** Those that a key of the ring signed, in the order of the file. */
  signed: Checkpoint[];
  /** Lines whose signature is not right, or that are no checkpoint: somebody made or changed them. */
  forged: number[];
  /** How many were signed with a key that the ring no longer has: nothing can be said of them. */
  unknownKey: number;
}

/** Reads the file and checks every signature. A file that is not there holds none. @throws when it cannot be read */
export async function readCheckpoints(file: string, keys: KeyRing): Promise<KeptCheckpoints> {
  const kept: KeptCheckpoints = { signed: [], forged: [], unknownKey: 0 };
  const lines = ((await readFile(file, 'utf8').catch(unlessMissing)) ?? '').split('\n');
  for (const [index, line] of lines.entries()) {
    if (line === '') continue;
    const checkpoint = readCheckpointLine(line);
    const key = checkpoint && keys.keys.get(checkpoint.keyId);
    if (checkpoint && !key) kept.unknownKey += 1;
    else if (
      checkpoint &&
      key &&
      signingKey(key, purpose).verifies(checkpoint.signedText, checkpoint.signature)
    )
      kept.signed.push(checkpoint);
    else kept.forged.push(index + 1);
  }
  return kept;
}

export function anchorsOf({ signed }: KeptCheckpoints): Anchor[] {
  return signed.map(({ sequence, hash }) => ({ sequence, hash }));
}

const purpose = 'audit checkpoint';

/**
 * Notes the head of the chain in the file, signed with the current key, unless its newest line says the same already.
 * @returns the line that was added; null where there was nothing to add
 * @throws when the file cannot be written: the next call catches up
 */
export async function writeCheckpoint(
  db: Db,
  keys: KeyRing,
  file: string,
  now: Date,
): Promise<string | null> {
  const head = await chainHead(db);
  if (!head) return null;
  const { newest, endsWhole } = await endOf(file);
  if (newest?.sequence === head.sequence && newest.hash === head.hash && newest.keyId === keys.currentId)
    return null;
  const key = keys.keys.get(keys.currentId);
  if (!key) throw new Error('the current key is missing');
  const line = checkpointLine(
    {
      sequence: head.sequence,
      hash: head.hash,
      at: now,
      events: Number(head.sequence),
      keyId: keys.currentId,
    },
    (signed) => signingKey(key, purpose).sign(signed),
  );
  const opened = await open(file, 'a', 0o600);
  try {
    // A line that a crash cut short stays by itself.
    await opened.appendFile(`${endsWhole ? '' : '\n'}${line}\n`);
    await opened.sync();
  } finally {
    await opened.close();
  }
  return line;
}

/**
 * After the chain was restored to an earlier head: keeps the file aside, whole, under another name, and begins it anew with the lines that
 * hold for the restored chain. Does nothing where no line is later.
 * @param stamp ends the other name
 * @returns the other name, and the newest of the later checkpoints
 */
export async function setLaterAside(
  file: string,
  keys: KeyRing,
  head: bigint,
  stamp: string,
): Promise<{ aside: string; newest: Checkpoint } | null> {
  const note = await readHeadNote(file, keys);
  const noted = note.state === 'right' && note.head.sequence > head ? note.head : null;
  if (noted) await setNoteAside(file, stamp);
  const { signed } = await readCheckpoints(file, keys);
  const later = signed.filter(({ sequence }) => sequence > head);
  const newest = noted ?? later.at(-1);
  if (!newest) return null;
  if (later.length === 0) return { aside: `${file}.head.${stamp}`, newest };
  const text = await readFile(file, 'utf8');
  const kept = text.split('\n').filter((line) => {
    const sequence = readCheckpointLine(line)?.sequence;
    return sequence !== undefined && sequence <= head;
  });
  const [aside, unfinished] = [`${file}.${stamp}`, `${file}.${process.pid}`];
  await link(file, aside);
  await writeFile(unfinished, kept.map((line) => `${line}\n`).join(''), { mode: 0o600, flag: 'wx' });
  await rename(unfinished, file);
  return { aside, newest };
}

/** How long links may go without a checkpoint before somebody is told. */
const lateAfter = 15 * 60_000;

/** The newest checkpoint, where it is signed right, and whether the chain has gone on for long without another. */
export async function checkpointState(
  db: Db,
  keys: KeyRing,
  file: string,
  now: Date,
): Promise<{ newest: Checkpoint | null; late: boolean }> {
  const { newest } = await endOf(file);
  const key = newest && keys.keys.get(newest.keyId);
  const signed =
    newest && key && signingKey(key, purpose).verifies(newest.signedText, newest.signature) ? newest : null;
  const next = await db.auditSeal.findFirst({
    where: { sequence: { gt: signed?.sequence ?? 0n } },
    orderBy: { sequence: 'asc' },
    select: { sealedAt: true },
  });
  return { newest: signed, late: next !== null && now.getTime() - next.sealedAt.getTime() > lateAfter };
}

/** The last line, and whether it ends as a line does. A line is shorter than what is read. */
async function endOf(file: string): Promise<{ newest: SignedCheckpoint | null; endsWhole: boolean }> {
  const opened = await open(file, 'r').catch(unlessMissing);
  if (!opened) return { newest: null, endsWhole: true };
  try {
    const { size } = await opened.stat();
    const bytes = Buffer.alloc(Math.min(size, 1_000));
    await opened.read(bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString('utf8');
    return {
      newest: readCheckpointLine(text.trimEnd().split('\n').at(-1) ?? ''),
      endsWhole: text === '' || text.endsWith('\n'),
    };
  } finally {
    await opened.close();
  }
}

function unlessMissing(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
  throw error;
}
