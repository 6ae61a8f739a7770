import type { Db, Tx } from '#app/db/client.server.ts';
import { isLabelField } from './label-fields.ts';
import type { LabelValues } from './label.ts';

/** A label as it was published. It never changes. */
export interface PublishedLabel {
  id: string;
  /** With the vendor's slug, how it is cited: `northlight/3`. */
  number: number;
  publishedAt: Date;
  values: LabelValues;
}

/**
 * Labels by the id of their version. A version never changes, so one that is kept here is never out of date; which version is in force is
 * asked of the database each time. Of a database that is closed nothing is kept.
 */
const kept = new WeakMap<object, Map<string, PublishedLabel>>();
const mostKept = 1_000;

const head = { id: true, vendorId: true, number: true, publishedAt: true } as const;
type Head = { id: string; vendorId: string; number: number; publishedAt: Date };

/** The label of each vendor that is in force, by the vendor's id. */
export async function labelsInForce(db: Db): Promise<Map<string, PublishedLabel>> {
  const heads = await db.vendorLabelVersion.findMany({
    orderBy: [{ vendorId: 'asc' }, { number: 'desc' }],
    distinct: ['vendorId'],
    select: head,
  });
  const labels = await read(db, heads);
  return new Map(heads.flatMap(({ id, vendorId }) => (labels.has(id) ? [[vendorId, labels.get(id)!]] : [])));
}

/** The newest version of a vendor's label; null before the first. */
export async function newestLabel(db: Db | Tx, vendorId: string): Promise<PublishedLabel | null> {
  const newest = await db.vendorLabelVersion.findFirst({
    where: { vendorId },
    orderBy: { number: 'desc' },
    select: head,
  });
  return newest && ((await read(db, [newest])).get(newest.id) ?? null);
}

/** Every version that there ever was of a vendor's label, the newest first. */
export async function labelVersions(db: Db | Tx, vendorId: string): Promise<PublishedLabel[]> {
  const heads = await db.vendorLabelVersion.findMany({
    where: { vendorId },
    orderBy: { number: 'desc' },
    select: head,
  });
  const labels = await read(db, heads);
  return heads.flatMap(({ id }) => labels.get(id) ?? []);
}

async function read(db: Db | Tx, heads: readonly Head[]): Promise<Map<string, PublishedLabel>> {
  const before = kept.get(db) ?? new Map<string, PublishedLabel>();
  const missing = heads.filter(({ id }) => !before.has(id));
  const found = new Map(heads.flatMap(({ id }) => (before.has(id) ? [[id, before.get(id)!]] : [])));
  if (missing.length === 0) return found;
  const rows = await db.vendorLabelValue.findMany({
    where: { versionId: { in: missing.map(({ id }) => id) } },
    select: {
      versionId: true,
      field: true,
      state: true,
      code: true,
      plain: true,
      plainEs: true,
      value: true,
      assertedBy: true,
      evidenceUrl: true,
      asOf: true,
      validUntil: true,
    },
  });
  for (const { id, number, publishedAt } of missing) {
    const values: LabelValues = {};
    for (const { versionId, field, asOf, validUntil, ...value } of rows)
      if (versionId === id && isLabelField(field))
        values[field] = { ...value, asOf: dateOf(asOf), validUntil: dateOf(validUntil) };
    found.set(id, { id, number, publishedAt, values });
  }
  if (before.size + missing.length > mostKept) before.clear();
  for (const { id } of missing) before.set(id, found.get(id)!);
  kept.set(db, before);
  return found;
}

const dateOf = (day: Date | null) => day && day.toISOString().slice(0, 10);
