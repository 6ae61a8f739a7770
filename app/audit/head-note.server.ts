import { open, readFile, rename } from 'node:fs/promises';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import { signingKey } from '#app/crypto/signing.server.ts';
import type { Db } from '#app/db/client.server.ts';
import { checkpointLine, readCheckpointLine, type Checkpoint } from './checkpoint.ts';

const purpose = 'audit head';
const noteFile = (checkpointFile: string) => `${checkpointFile}.head`;

/** What the note says, and whether it can be believed. */
export type HeadNote = { state: 'none' | 'forged' | 'unknownKey' } | { state: 'right'; head: Checkpoint };

/** The note beside the file of checkpoints. @throws when it is there and cannot be read */
export async function readHeadNote(checkpointFile: string, keys: KeyRing): Promise<HeadNote> {
  const text = await readFile(noteFile(checkpointFile), 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return { state: 'none' };
  const head = readCheckpointLine(text.trimEnd());
  const key = head && keys.keys.get(head.keyId);
  if (!head) return { state: 'forged' };
  if (!key) return { state: 'unknownKey' };
  return signingKey(key, purpose).verifies(head.signedText, head.signature)
    ? { state: 'right', head }
    : { state: 'forged' };
}

/**
 * Notes the newest link outside of the database, signed, in a file of one line that each note replaces: called after each sealing, so
 * that what is cut off between two checkpoints shows too. A note that the chain no longer bears out stays as it is.
 * @throws when the chain does not hold what was noted, the note is forged, or the file cannot be written
 */
export async function noteHead(db: Db, keys: KeyRing, checkpointFile: string, now: Date): Promise<void> {
  const head = await db.auditSeal.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true },
  });
  const noted = await readHeadNote(checkpointFile, keys);
  if (noted.state === 'forged') throw new Error('the note of the chain’s head is not as it was signed');
  if (noted.state === 'right') {
    const { sequence, hash, keyId } = noted.head;
    if (head?.sequence === sequence && head.hash === hash && keyId === keys.currentId) return;
    const link = await db.auditSeal.findUnique({ where: { sequence }, select: { hash: true } });
    if (link?.hash !== hash)
      throw new Error(`the audit chain does not hold event ${sequence} as it was noted: see audit verify`);
  }
  if (!head) return;
  const key = keys.keys.get(keys.currentId);
  if (!key) throw new Error('the current key is missing');
  const line = checkpointLine(
    { ...head, at: now, events: Number(head.sequence), keyId: keys.currentId },
    (signed) => signingKey(key, purpose).sign(signed),
  );
  const unfinished = `${noteFile(checkpointFile)}.${process.pid}`;
  const opened = await open(unfinished, 'w', 0o600);
  try {
    await opened.writeFile(`${line}\n`);
    await opened.sync();
  } finally {
    await opened.close();
  }
  await rename(unfinished, noteFile(checkpointFile));
}

/** Puts the note under another name, after the chain was restored to an earlier head. */
export async function setNoteAside(checkpointFile: string, stamp: string): Promise<void> {
  await rename(noteFile(checkpointFile), `${noteFile(checkpointFile)}.${stamp}`).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
}
