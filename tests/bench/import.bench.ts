import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, bench, describe } from 'vitest';
import { connected } from '#tests/support/database.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

// npm run bench -- import. A long CSV by `admin import` in a process of its own: what it holds at most, at a tenth of the lines and at all of
// them; and how fast it is against the same rows by bound multi-row INSERT in raw SQL, in the same run. BENCH_LINES sets another number.

const lines = Number(process.env.BENCH_LINES ?? 1_000_000);
const patients = 2_000;
/** Rows of the import that the floor writes again. */
const floorRows = Math.min(lines, 50_000);
const aTransaction = 500;
/** A longer file may not cost more memory than this, in megabytes. */
const mostGrowth = 64;

interface Taken {
  lines: number;
  states: Record<string, number>;
  seconds: number;
  peak: number;
}

let folder: string;
const made: FreshWorld[] = [];
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-import-bench-'));
  await compare();
}, 7_200_000);
afterAll(async () => {
  await Promise.all(made.map((fresh) => fresh.drop()));
  await rm(folder, { recursive: true, force: true });
}, 300_000);

/** A facility with many patients, of which none has a release. */
async function facility(): Promise<FreshWorld> {
  const fresh = await freshWorld({ seeded: true });
  made.push(fresh);
  await connected(fresh.databaseUrl, async (client) => {
    await client.query(
      `insert into patient select (jsonb_populate_record(p, jsonb_build_object('id', md5(n::text)::uuid))).*
         from patient p join patient_identifier i on i.patient_id = p.id and i.value = 'RB000417'
        cross join generate_series(1, $1::int) n`,
      [patients],
    );
    await client.query(
      `insert into patient_identifier (id, patient_id, issuer, value, recorded_at)
       select gen_random_uuid(), md5(n::text)::uuid, 'RIVERBEND', 'B' || n, now() from generate_series(1, $1::int) n`,
      [patients],
    );
    await client.query('vacuum analyze');
  });
  return fresh;
}

async function write(count: number): Promise<string> {
  const file = path.join(folder, `${count}.csv`);
  const stream = createWriteStream(file);
  stream.write(
    'event_time,source_ae,patient_id,issuer,study_uid,destination_ae,sop_class,instances,outcome\r\n',
  );
  const from = Date.UTC(2021, 0, 1);
  for (let n = 0; n < count; n++) {
    const at = new Date(from + n * 60_000).toISOString();
    const line = `${at},RIVERPACS,B${1 + (n % patients)},RIVERBEND,2.25.4${n},NORTHLIGHT_AI,1.2.840.10008.5.1.4.1.1.2,120,success\r\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
  return file;
}

async function take(fresh: FreshWorld, count: number): Promise<Taken> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    'tests/support/import-process.ts',
    fresh.databaseUrl,
    await write(count),
  ]);
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Taken;
}

const tables = ['audit_record', 'disclosure', 'disclosure_evidence', 'audit_event'] as const;

/** The rows of the first lines as text, and a statement that writes so many of them. */
async function rowsOf(client: pg.Client, table: (typeof tables)[number]) {
  const { rows: columns } = await client.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
      where attrelid = $1::text::regclass and attnum > 0 and not attisdropped and attidentity = '' and not ($1::text = 'audit_event' and attname = 'id')`,
    [table],
  );
  const proved = `select e.disclosure_id from disclosure_evidence e join audit_record r on r.id = e.audit_record_id
                   where r.batch_id = $1 and r.index < $2`;
  // In the order of the lines, so that a transaction of the floor holds what one of the import held.
  const of = {
    audit_record: `t.batch_id = $1 and t.index < $2 order by t.index`,
    disclosure: `t.id in (${proved}) order by t.occurred_at`,
    disclosure_evidence: `t.disclosure_id in (${proved}) order by (select index from audit_record where id = t.audit_record_id)`,
    audit_event: `t.type = 'disclosure.recorded' and t.subject_id in (select one.disclosure_id::text from (${proved}) one) order by t.at, t.id`,
  }[table];
  const { rows: batches } = await client.query<{ id: string }>(
    `select id from ingest_batch where channel = 'file'`,
  );
  const { rows } = await client.query<string[]>({
    text: `select ${columns.map(({ name }) => `t."${name}"::text`).join(', ')} from "${table}" t where ${of}`,
    values: [batches[0]?.id, floorRows],
    rowMode: 'array',
  });
  const insert = (part: string[][]) => ({
    text: `insert into "${table}" (${columns.map(({ name }) => `"${name}"`).join(', ')}) values ${part
      .map(
        (_, row) =>
          `(${columns.map(({ type }, at) => `$${row * columns.length + at + 1}::${type}`).join(', ')})`,
      )
      .join(', ')}`,
    values: part.flat(),
  });
  return { rows, insert };
}

/** Seconds for the same rows by bound multi-row INSERT, as many lines a transaction. */
async function floor(from: FreshWorld): Promise<number> {
  const into = await facility();
  const found = await connected(from.databaseUrl, async (client) => {
    const { rows: batches } = await client.query<{ id: string; receivedAt: Date }>(
      `select id, received_at as "receivedAt" from ingest_batch where channel = 'file'`,
    );
    const rows = [];
    for (const table of tables) rows.push(await rowsOf(client, table));
    return { batch: batches[0], rows };
  });
  return connected(into.databaseUrl, async (client) => {
    await client.query(`insert into ingest_batch (id, channel, received_at) values ($1, 'file', $2)`, [
      found.batch?.id,
      found.batch?.receivedAt,
    ]);
    const began = performance.now();
    for (let at = 0; at < floorRows; at += aTransaction) {
      await client.query('begin');
      for (const { rows, insert } of found.rows) {
        const part = rows.slice(at, at + aTransaction);
        if (part.length > 0) await client.query(insert(part));
      }
      await client.query('commit');
    }
    return (performance.now() - began) / 1_000;
  });
}

async function compare(): Promise<void> {
  const short = await facility();
  const few = await take(short, lines / 10);
  const many = await take(await facility(), lines);
  const raw = floorRows / (await floor(short));
  const speed = (taken: Taken) => taken.lines / taken.seconds;
  process.stdout.write(
    [
      '',
      ...[few, many].map(
        (taken) =>
          `import: ${taken.lines} lines (${JSON.stringify(taken.states)}) in ${taken.seconds.toFixed(0)} s, ${speed(taken).toFixed(0)} lines a second, at most ${taken.peak.toFixed(0)} MB`,
      ),
      `import: floor ${raw.toFixed(0)} lines a second by bound multi-row INSERT of the same rows; ratio ${(speed(few) / raw).toFixed(2)}, of the long file ${(speed(many) / raw).toFixed(2)}`,
      '',
    ].join('\n'),
  );
  if (many.states.accepted !== many.lines) throw new Error('not every line was accepted');
  if (many.peak > few.peak + mostGrowth) throw new Error('a longer file costs more memory');
}

describe(`a file of ${lines} lines`, () => {
  bench('is taken in, as printed above', () => undefined, {
    iterations: 1,
    time: 0,
    warmupIterations: 0,
    warmupTime: 0,
  });
});
