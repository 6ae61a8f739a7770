import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { Prisma, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { cellsOf, columnNames } from '../ingest/csv/header.ts';
import { CsvSplitter } from '../ingest/csv/split.ts';
import type { IngestState } from '../ingest/delivery.ts';
import type { LineFilter } from './imports.ts';

export interface ImportedLine {
  id: string;
  /** From 0. */
  index: number;
  /** As it was taken in. */
  state: IngestState;
  reason: string | null;
  /** The group of unmatched reports that it waits in; null where it waits no more. */
  groupId: string | null;
}

// Literals, so that the index of lines that were not accepted is found.
const filters: Readonly<Record<LineFilter, Prisma.Sql>> = {
  accepted: Prisma.sql`and r.state = 'accepted'`,
  duplicate: Prisma.sql`and r.state = 'duplicate' and r.state <> 'accepted'`,
  unmatched: Prisma.sql`and r.state in ('unmapped', 'quarantined') and r.state <> 'accepted'`,
  refused: Prisma.sql`and r.state = 'rejected' and r.state <> 'accepted'`,
  ignored: Prisma.sql`and r.state = 'ignored' and r.state <> 'accepted'`,
};

/** Lines that a person has to do something about: refused, or waiting still. */
const needsAttention = Prisma.sql`and r.state in ('unmapped', 'quarantined', 'rejected') and r.state <> 'accepted'
  and (r.state = 'rejected' or w.record_id is not null)`;

const linesAPage = 50;

/** What became of the lines of a file, in their order. @param after index of the last line of the page before */
export async function linesPage(
  db: Db,
  { batchId, filter, after }: { batchId: string; filter: LineFilter | null; after: number },
): Promise<{ lines: ImportedLine[]; hasMore: boolean }> {
  const lines = await read(db, {
    batchId,
    after,
    only: filter ? filters[filter] : Prisma.empty,
    atMost: linesAPage + 1,
  });
  return { lines: lines.slice(0, linesAPage), hasMore: lines.length > linesAPage };
}

function read(
  db: Db,
  { batchId, after, only, atMost }: { batchId: string; after: number; only: Prisma.Sql; atMost: number },
): Promise<ImportedLine[]> {
  return db.$queryRaw<ImportedLine[]>`
    select r.id, r.index, r.state::text as state, r.reason, w.group_id as "groupId"
      from audit_record r left join waiting_record w on w.record_id = r.id
     where r.batch_id = ${batchId}::uuid and r.index > ${after} ${only}
     order by r.index limit ${atMost}`;
}

export interface AttentionLine extends ImportedLine {
  /** As the file has them; none where the line could not be taken apart. */
  cells: string[];
}

const atOnce = 500;

/** The lines that need somebody, with what they say, some at a time. `names` are those of the file's columns. */
export async function* linesForAttention(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  batchId: string,
): AsyncGenerator<{ names: string[]; lines: AttentionLine[] }> {
  for (let after = -1; ;) {
    const lines = await read(db, { batchId, after, only: needsAttention, atMost: atOnce });
    if (lines.length === 0) return;
    const sealed = await db.auditRecord.findMany({
      where: { id: { in: lines.map(({ id }) => id) } },
      select: { id: true, rawSealed: true },
    });
    const kept = new Map(sealed.map(({ id, rawSealed }) => [id, rawSealed]));
    const taken = lines.map((line) => ({
      line,
      ...partsOf(open(keys, kept.get(line.id)!, boundTo('audit_record', line.id))),
    }));
    yield { names: taken[0]?.names ?? [], lines: taken.map(({ line, cells }) => ({ ...line, cells })) };
    after = lines.at(-1)!.index;
  }
}

function partsOf(bytes: Uint8Array): { names: string[]; cells: string[] } {
  const splitter = new CsvSplitter();
  const [first, record] = [...splitter.push(bytes), ...splitter.end()];
  const names = columnNames(first);
  const read = record && cellsOf(record);
  return { names: names.ok ? names.names : [], cells: read?.ok ? read.cells : [] };
}
