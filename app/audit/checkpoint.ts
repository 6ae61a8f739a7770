/** A link of the chain, noted outside of the database and signed: whoever rewrites the database cannot rewrite it. */
export interface Checkpoint {
  sequence: bigint;
  hash: string;
  /** When it was noted. */
  at: Date;
  /** How many events the chain held. */
  events: number;
  keyId: string;
}

export interface SignedCheckpoint extends Checkpoint {
  signature: string;
  signedText: string;
}

/** One line of the file: JSON, in one order of its fields. @param sign gives the signature of a text */
export function checkpointLine(checkpoint: Checkpoint, sign: (text: string) => string): string {
  return JSON.stringify({ ...fieldsOf(checkpoint), signature: sign(textOf(checkpoint)) });
}

/** Reads a line; whether its signature is right is another question. Null when it is no checkpoint. */
export function readCheckpointLine(line: string): SignedCheckpoint | null {
  const read = parsed(line);
  if (typeof read !== 'object' || read === null) return null;
  const { sequence, hash, at, events, keyId, signature } = read as Record<string, unknown>;
  if (typeof sequence !== 'string' || !/^[1-9]\d{0,17}$/.test(sequence)) return null;
  if (typeof hash !== 'string' || !/^[0-9a-f]{64}$/.test(hash)) return null;
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return null;
  if (typeof events !== 'number' || typeof keyId !== 'string' || typeof signature !== 'string') return null;
  const checkpoint = { sequence: BigInt(sequence), hash, at: new Date(at), events, keyId };
  return { ...checkpoint, signature, signedText: textOf(checkpoint) };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}

function textOf(checkpoint: Checkpoint): string {
  return JSON.stringify(fieldsOf(checkpoint));
}

function fieldsOf({ sequence, hash, at, events, keyId }: Checkpoint) {
  return { sequence: sequence.toString(), hash, at: at.toISOString(), events, keyId };
}
