import type { Db, Prisma } from '#app/db/client.server.ts';
import { sourceSettings } from '../source-settings.server.ts';
import { lineCounts, stateOf, type ImportState, type LineCounts } from './imports.ts';
import { counted } from './take-in-file.server.ts';

const shown = {
  id: true,
  state: true,
  auditSourceId: true,
  fileName: true,
  byteCount: true,
  sha256: true,
  rowCount: true,
  uploadedById: true,
  uploadedAt: true,
  batchId: true,
  confirmedById: true,
  confirmedAt: true,
  ...counted,
  progressedAt: true,
  endedAt: true,
  stopReason: true,
} as const satisfies Prisma.FileImportSelect;
type Row = Prisma.FileImportGetPayload<{ select: typeof shown }>;

/** A file as its page shows it. */
export interface ImportFacts {
  id: string;
  state: ImportState;
  source: string | null;
  fileName: string;
  sha256: string;
  /** Null: nobody counted them before they were taken in. */
  rowCount: number | null;
  taken: number;
  counts: LineCounts;
  uploadedAt: Date;
  /** Null: at the command line. */
  uploadedBy: string | null;
  confirmedAt: Date | null;
  confirmedBy: string | null;
  endedAt: Date | null;
  stopReason: string | null;
  batchId: string | null;
}

async function factsOf(db: Db, rows: readonly Row[], now: Date): Promise<ImportFacts[]> {
  const people = await db.user.findMany({
    where: { id: { in: rows.flatMap((row) => [row.uploadedById ?? [], row.confirmedById ?? []].flat()) } },
    select: { id: true, displayName: true },
  });
  const nameOf = (id: string | null) =>
    id === null ? null : (people.find((person) => person.id === id)?.displayName ?? '');
  return rows.map((row) => ({
    id: row.id,
    state: stateOf(row, now),
    source: row.auditSourceId,
    fileName: row.fileName,
    sha256: row.sha256,
    rowCount: row.rowCount,
    taken: row.taken,
    counts: lineCounts(row),
    uploadedAt: row.uploadedAt,
    uploadedBy: nameOf(row.uploadedById),
    confirmedAt: row.confirmedAt,
    confirmedBy: nameOf(row.confirmedById),
    endedAt: row.endedAt,
    stopReason: row.stopReason,
    batchId: row.batchId,
  }));
}

const importsAPage = 20;

/** Files, the newest first. @param before the last one of the page before */
export async function importsPage(
  db: Db,
  { before, now }: { before: { at: Date; id: string } | undefined; now: Date },
): Promise<{ imports: ImportFacts[]; hasMore: boolean }> {
  const rows = await db.fileImport.findMany({
    ...(before
      ? {
          where: {
            OR: [{ uploadedAt: { lt: before.at } }, { uploadedAt: before.at, id: { lt: before.id } }],
          },
        }
      : {}),
    orderBy: [{ uploadedAt: 'desc' }, { id: 'desc' }],
    take: importsAPage + 1,
    select: shown,
  });
  return {
    imports: await factsOf(db, rows.slice(0, importsAPage), now),
    hasMore: rows.length > importsAPage,
  };
}

export async function importById(db: Db, id: string, now: Date): Promise<ImportFacts | null> {
  const row = await db.fileImport.findUnique({ where: { id }, select: shown });
  return row && ((await factsOf(db, [row], now))[0] ?? null);
}

/** The same file where it was taken in before, in whatever manner; the first of them. */
export async function takenInBefore(
  db: Db,
  { id, sha256 }: Pick<ImportFacts, 'id' | 'sha256'>,
): Promise<{ id: string; at: Date } | null> {
  const row = await db.fileImport.findFirst({
    where: { sha256, id: { not: id }, state: { in: ['running', 'done', 'stopped'] } },
    orderBy: { uploadedAt: 'asc' },
    select: { id: true, confirmedAt: true, uploadedAt: true },
  });
  return row && { id: row.id, at: row.confirmedAt ?? row.uploadedAt };
}

/** Systems whose log a file may be: those that reported, or of which something is set or kept. */
export async function importSources(db: Db): Promise<string[]> {
  const [known, kept] = await Promise.all([
    sourceSettings(db),
    db.columnMapping.findMany({ distinct: ['auditSourceId'], select: { auditSourceId: true } }),
  ]);
  return [...new Set([...known, ...kept].map(({ auditSourceId }) => auditSourceId))].sort();
}
