import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { mappingOf, sameUses, type ColumnUse } from '../ingest/csv/columns.ts';

export interface KeptMapping {
  version: number;
  uses: ColumnUse[];
}

/** What the columns of a source's files were last read as; null: nobody has said yet. */
export async function keptMapping(db: Db | Tx, auditSourceId: string): Promise<KeptMapping | null> {
  const row = await db.columnMapping.findFirst({
    where: { auditSourceId },
    orderBy: { version: 'desc' },
    select: { version: true, columns: true },
  });
  return row && { version: row.version, uses: mappingOf(row.columns) };
}

/** Keeps what the columns are read as from now on, as a version of its own where it is new. Files that were taken in stay as they were read. */
export async function keepMapping(
  tx: Tx,
  { auditSourceId, uses, actor, now }: { auditSourceId: string; uses: ColumnUse[]; actor: Person; now: Date },
): Promise<void> {
  // Two at one moment would both be the next version.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`columns:${auditSourceId}`}, 0))`;
  const before = await keptMapping(tx, auditSourceId);
  if (before && sameUses(before.uses, uses)) return;
  const version = (before?.version ?? 0) + 1;
  await tx.columnMapping.create({
    data: { auditSourceId, version, columns: uses, keptById: actor.id, keptAt: now },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'import.columnsKept',
    actor,
    at: now,
    subject: { kind: 'auditSource', id: auditSourceId },
    after: { version, fields: uses.flatMap(({ field }) => field ?? []) },
    visibleToPatient: false,
  });
}
