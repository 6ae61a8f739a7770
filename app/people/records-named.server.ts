import type { Db } from '#app/db/client.server.ts';

/** A patient number as somebody outside wrote it, with who gave it where that is known. */
export interface WrittenNumber {
  issuer: string | null;
  value: string;
}

/** The records that some numbers are of: whoever sees the number of a record has seen whose it is. Most belong to no record, or are none. */
export async function recordsWithNumbers(db: Db, numbers: readonly WrittenNumber[]): Promise<string[]> {
  const values = [...new Set(numbers.map(({ value }) => value.trim()).filter(Boolean))];
  if (values.length === 0) return [];
  const rows = await db.patientIdentifier.findMany({
    where: { value: { in: values } },
    select: { issuer: true, value: true, patientId: true },
  });
  const named = (row: { issuer: string; value: string }) =>
    numbers.some(
      ({ issuer, value }) => value.trim() === row.value && (issuer === null || issuer === row.issuer),
    );
  return rows.filter(named).map(({ patientId }) => patientId);
}

/** The records that some accounts are bound to. */
export async function recordsOfAccounts(db: Db, userIds: readonly string[]): Promise<string[]> {
  const rows = await db.user.findMany({
    where: { id: { in: [...userIds] }, patientId: { not: null } },
    select: { patientId: true },
  });
  return rows.flatMap(({ patientId }) => patientId ?? []);
}
