import { readFile } from 'node:fs/promises';
import type { Db } from '#app/db/client.server.ts';
import { coveredFields, type CoveredFields } from './seal.server.ts';
import { readCheckpointLine } from './checkpoint.ts';
import { chainText, contentText } from './events.ts';

/** An event of a request, with the very text whose hash its link holds: of the content alone, or in the first links of all of it. */
export interface ProvenEvent {
  /** Null until the event is sealed, moments after its commit. */
  sequence: string | null;
  text: string;
}

/** A link without its event: enough to recompute its hash where `contentHash` is not null. */
export interface ProvenLink {
  sequence: string;
  previousHash: string;
  contentHash: string | null;
  hash: string;
  sealedAt: string;
}

/** What shows that the events of one request stand in the chain, and since when nobody can have changed them. */
export interface ChainProof {
  events: ProvenEvent[];
  /** The stretches of the chain from each event to the next checkpoint, or to the head where none came since; in order, without gaps within. */
  links: AsyncIterable<ProvenLink[]>;
  /** Those lines of the file of checkpoints that the stretches end at, as they stand there. */
  checkpoints: string[];
}

const pageSize = 1_000n;

/** @param checkpointFile absent where the installation keeps none: the stretches then end at the head of the chain */
export async function chainProof(
  db: Db,
  requestId: string,
  checkpointFile: string | undefined,
): Promise<ChainProof> {
  type Row = CoveredFields & {
    sequence: bigint | null;
    previousHash: string | null;
    contentHash: string | null;
    sealedAt: Date | null;
  };
  const rows = await db.$queryRaw<Row[]>`
    select s.sequence, s.previous_hash as "previousHash", s.content_hash as "contentHash", s.sealed_at as "sealedAt", ${coveredFields}
      from audit_event e left join audit_seal s on s.event_id = e.id
     where e.request_id = ${requestId}::uuid order by s.sequence nulls last, e.id`;
  const noted = await notedLines(checkpointFile);
  const head = await db.auditSeal.aggregate({ _max: { sequence: true } });
  const sequences = rows.flatMap(({ sequence }) => (sequence === null ? [] : [sequence]));
  const stretches = stretchesOf(
    sequences,
    noted.map(({ sequence }) => sequence),
    head._max.sequence ?? 0n,
  );
  const ends = new Set(stretches.flatMap(({ ends }) => ends));
  return {
    events: rows.map(({ sequence, previousHash, contentHash, sealedAt, ...event }) => ({
      sequence: sequence?.toString() ?? null,
      text:
        sequence !== null && previousHash !== null && sealedAt !== null && contentHash === null
          ? chainText({ ...event, sequence, previousHash, sealedAt })
          : contentText(event),
    })),
    links: linksOf(db, stretches),
    checkpoints: noted.filter(({ sequence }) => ends.has(sequence)).map(({ line }) => line),
  };
}

async function notedLines(file: string | undefined): Promise<{ sequence: bigint; line: string }[]> {
  if (!file) return [];
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    const sequence = readCheckpointLine(line)?.sequence;
    return sequence === undefined ? [] : [{ sequence, line }];
  });
}

interface Stretch {
  from: bigint;
  to: bigint;
  /** The checkpoints within it that an event is covered by. */
  ends: bigint[];
}

/**
 * From each place to the first noted place at or after it (else the head), those that touch joined. Both lists may stand in any order;
 * notes beyond the head, left by a chain that was cut, cover nothing.
 */
export function stretchesOf(places: readonly bigint[], noted: readonly bigint[], head: bigint): Stretch[] {
  const byPlace = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);
  const notes = noted.filter((note) => note <= head).sort(byPlace);
  const joined: Stretch[] = [];
  for (const from of [...places].sort(byPlace)) {
    const note = notes.find((one) => one >= from);
    const to = note ?? head;
    const last = joined.at(-1);
    if (last && from <= last.to + 1n) {
      if (to > last.to) last.to = to;
      if (note !== undefined && !last.ends.includes(note)) last.ends.push(note);
    } else joined.push({ from, to, ends: note === undefined ? [] : [note] });
  }
  return joined;
}

async function* linksOf(db: Db, stretches: readonly Stretch[]): AsyncGenerator<ProvenLink[]> {
  for (const { from, to } of stretches) {
    for (let at = from; at <= to; at += pageSize) {
      const last = at + pageSize - 1n < to ? at + pageSize - 1n : to;
      const page = await db.auditSeal.findMany({
        where: { sequence: { gte: at, lte: last } },
        orderBy: { sequence: 'asc' },
        select: { sequence: true, previousHash: true, contentHash: true, hash: true, sealedAt: true },
      });
      yield page.map(({ sequence, sealedAt, ...link }) => ({
        sequence: sequence.toString(),
        ...link,
        sealedAt: sealedAt.toISOString(),
      }));
    }
  }
}
