import type pg from 'pg';
import { connected } from './database.ts';

const tables = [
  'ingest_batch',
  'audit_record',
  'disclosure',
  'disclosure_evidence',
  'audit_event',
  'audit_seal',
  'waiting_record',
] as const;
type Table = (typeof tables)[number];

const eventsOfParts = `(select 'disclosure' as kind, disclosure_id::text as id, part from proved
    union all select 'auditRecord', id::text, part from place)`;

/** Which part a row is written in: that of its report, or of the row that it points to. */
const partOf: Record<Table, string> = {
  ingest_batch: `join (select batch_id, min(part) as part from place group by batch_id) p on p.batch_id = t.id`,
  audit_record: `join place p on p.id = t.id`,
  disclosure: `join proved p on p.disclosure_id = t.id`,
  disclosure_evidence: `join (select e.audit_record_id as id, e.disclosure_id, greatest(r.part, d.part) as part from disclosure_evidence e
      join place r on r.id = e.audit_record_id join proved d on d.disclosure_id = e.disclosure_id) p
    on p.id = t.audit_record_id and p.disclosure_id = t.disclosure_id`,
  audit_event: `join ${eventsOfParts} p on p.kind = t.subject_kind and p.id = t.subject_id`,
  audit_seal: `join audit_event e on e.id = t.event_id
    join ${eventsOfParts} p on p.kind = e.subject_kind and p.id = e.subject_id`,
  waiting_record: `join place p on p.id = t.record_id`,
};

interface TableRows {
  /** By part. */
  parts: Map<number, string[][]>;
  insert(rows: string[][]): { text: string; values: string[] };
}

async function rowsOf(client: pg.Client, table: Table): Promise<TableRows> {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attidentity = ''
        and attname <> 'machine_client_id'`,
    [table],
  );
  const { rows } = await client.query<[number, ...string[]]>({
    text: `select p.part, ${columns.map(({ name }) => `t."${name}"::text`).join(', ')} from "${table}" t ${partOf[table]} order by p.part`,
    rowMode: 'array',
  });
  const parts = new Map<number, string[][]>();
  for (const [part, ...cells] of rows) {
    const others = parts.get(part);
    if (others) others.push(cells);
    else parts.set(part, [cells]);
  }
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const cell = (row: number) => (column: { type: string }, at: number) =>
    `$${row * columns.length + at + 1}::${column.type}`;
  return {
    parts,
    insert: (part) => ({
      text: `insert into "${table}" (${names}) values ${part.map((_, row) => `(${columns.map(cell(row)).join(', ')})`).join(', ')}`,
      values: part.flat(),
    }),
  };
}

/**
 * Writes the rows that reports left in one database into another, by bound multi-row INSERT in raw SQL.
 * @param size records a transaction @returns records a second
 */
export async function rawSpeed(
  fromUrl: string,
  intoUrl: string,
  { most, size }: { most: number; size: number },
): Promise<number> {
  const { count, found } = await connected(fromUrl, async (client) => {
    await client.query(
      `create temporary table place as
         select r.id, r.batch_id, ((row_number() over (order by r.id) - 1) / ${size})::int as part
           from audit_record r join ingest_batch b on b.id = r.batch_id where b.channel <> 'seed' order by r.id limit ${most}`,
    );
    await client.query(
      `create temporary table proved as
         select e.disclosure_id, p.part from disclosure_evidence e join place p on p.id = e.audit_record_id where e.role = 'report'`,
    );
    await client.query('analyze place; analyze proved');
    const all: TableRows[] = [];
    for (const table of tables) all.push(await rowsOf(client, table));
    const { rows } = await client.query<{ count: string }>('select count(*) from place');
    return { count: Number(rows[0]?.count), found: all };
  });
  return connected(intoUrl, async (client) => {
    const began = performance.now();
    for (let part = 0; part * size < count; part += 1) {
      await client.query('begin');
      for (const { parts, insert } of found) {
        const rows = parts.get(part);
        if (rows) await client.query(insert(rows));
      }
      await client.query('commit');
    }
    return count / ((performance.now() - began) / 1_000);
  });
}
