import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import pg from 'pg';
import { afterAll, beforeAll, bench, describe } from 'vitest';
import { action as askChecks } from '#app/routes/api+/v1+/checks.ts';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { callsAMinute } from '#app/people/machine-keys.ts';
import type { CheckAnswer } from '#app/optouts/checks.server.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { addPatients, optedOutEvery } from '#tests/support/many-patients.ts';
import { freshWorld, somebody, worldOn, type FreshWorld } from '#tests/support/world.ts';

// npm run bench -- checks. What asking costs with authentication, receipt and log in place, each against its floor in the same run, in
// turns: ten thousand items against one set-based statement by pg that does the same; a list against COPY in, join, COPY out by psql; single
// checks in 32 loops through the route's action, without HTTP, against the raw prepared query at 32 connections. BENCH_PATIENTS and BENCH_SECONDS set other sizes. Fails over a floor, or at one wrong answer.

const patients = Number(process.env.BENCH_PATIENTS ?? 2_000_000);
const seconds = Number(process.env.BENCH_SECONDS ?? 60);
const listRows = Math.min(1_000_000, patients);
const rounds = 5;
const connections = 32;

let fresh: FreshWorld;
let world: FreshWorld['world'];
let folder: string;
const keys: string[] = [];
const printed = { push: (line: string) => void process.stdout.write(`\n${line}\n`) };

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  // The real clock: limits of calls end as they do.
  world = worldOn(fresh.databaseUrl, { now: () => new Date(), advance: () => undefined }, { demo: true });
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-checks-bench-'));
  await addPatients(fresh, patients);
  for (let n = 0; n < 300; n++)
    keys.push(
      (
        await createMachineClient(world.db, {
          name: `gateway ${n}`,
          scopes: ['checks:read'],
          actor: somebody,
          now: new Date(),
        })
      ).key,
    );
  const failures = [await tenThousand(), await aList(), await singles()].flat();
  if (failures.length > 0) throw new Error(failures.join('; '));
}, 7_200_000);
afterAll(async () => {
  await world.database.close();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
}, 300_000);

let calls = 0;
/** One call, through the door of the route. Each key makes as many as it may. */
async function ask(body: string): Promise<string> {
  const key = keys[Math.floor(calls++ / (callsAMinute / 2)) % keys.length] ?? '';
  const request = new Request(`${testOrigin}/api/v1/checks`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body,
  });
  const context = { world, address: '127.0.0.1', requestId: 'bench', logError: fail };
  const answer = await askChecks({ request, context, params: {} } as unknown as Parameters<
    typeof askChecks
  >[0]);
  if (!(answer instanceof Response) || answer.status !== 200) throw new Error('a check was not answered');
  return answer.text();
}

function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

const question = (numbers: number[]) =>
  JSON.stringify({
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    items: numbers.map((n) => ({ patientId: `B${n}`, issuer: 'RIVERBEND' })),
  });
const isDenied = (n: number) => n % optedOutEvery === 0;
const anyPatient = () => 1 + Math.floor(Math.random() * patients);

function wrongIn(answer: string, numbers: number[]): number {
  const { results } = JSON.parse(answer) as CheckAnswer;
  return results.filter(
    ({ patientId, decision }, index) =>
      patientId !== `B${numbers[index]}` || decision !== (isDenied(numbers[index] ?? 0) ? 'deny' : 'permit'),
  ).length;
}

/** The same work in one statement: key, recipient, patients with joined records, decision, receipt, items. */
const setBased = `
  with recursive asked as (
    select issuer, value, place from unnest($1::text[], $2::text[]) with ordinality as asked (issuer, value, place)
  ), vendor_asked as (
    select id from vendor where slug = $3
  ), found as materialized (
    select place, issuer, value, patient_id from asked join patient_identifier using (issuer, value)
  ), up as (
    select id as asked, id, merged_into_id from patient where id in (select patient_id from found)
    union select up.asked, above.id, above.merged_into_id from up join patient above on above.id = up.merged_into_id
  ), member as (
    select asked, id from up union select member.asked, below.id from member join patient below on below.merged_into_id = member.id
  ), no as (
    select distinct on (member.asked) member.asked, o.id from member join opt_out o on o.patient_id = member.id
     where o.act = 'denied' and 'aiTraining' = any(o.purposes) and not exists (select from opt_out w where w.supersedes_id = o.id)
       and (o.vendor_reach = 'all' or (select id from vendor_asked) = any(o.vendor_ids)) and o.effective_from <= now()
  ), decided as (
    select place, issuer, value, patient_id, case when no.id is null then 'permit' else 'deny' end as decision,
           case when no.id is null then 'noOptOut' else 'optedOut' end as reason, no.id as opt_out_id
      from found left join no on no.asked = found.patient_id
  ), receipt as (
    insert into export_check (id, machine_client_id, checked_at, valid_until, purpose, recipient, identifiable)
    select gen_random_uuid(), k.client_id, now(), now() + interval '15 minutes', 'MLTRAINING', $3, true from machine_key k where k.key_hash = $4
    returning id
  ), kept as (
    insert into export_check_item (check_id, index, issuer, value, patient_id, decision, reason, opt_out_id)
    select receipt.id, place - 1, issuer, value, patient_id, decision::export_decision, reason, opt_out_id from decided, receipt
    returning index
  )
  select value as "patientId", issuer, decision, reason from decided order by place`;

const median = (of: number[]) => [...of].sort((a, b) => a - b)[Math.floor(of.length / 2)] ?? NaN;

async function tenThousand(): Promise<string[]> {
  const spent = { ours: [] as number[], floor: [] as number[] };
  let wrong = 0;
  const client = new pg.Client({
    connectionString: fresh.databaseUrl,
    options: '-c jit=off',
  });
  await client.connect();
  const turns = {
    ours: (_: number[], body: string) => ask(body),
    floor: async (numbers: number[]) => {
      const { rows } = await client.query({
        name: 'set-based',
        text: setBased,
        values: [
          numbers.map(() => 'RIVERBEND'),
          numbers.map((n) => `B${n}`),
          'umbra',
          createHash('sha256')
            .update(keys[0] ?? '')
            .digest('hex'),
        ],
      });
      return JSON.stringify({ results: rows });
    },
  };
  for (let round = -2; round < rounds * 2; round++)
    for (const kind of round % 2 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const numbers = [...new Set(Array.from({ length: 10_400 }, anyPatient))].slice(0, 10_000);
      const body = question(numbers);
      const began = performance.now();
      const answer = await turns[kind](numbers, body);
      if (round >= 0) spent[kind].push(performance.now() - began);
      wrong += wrongIn(answer, numbers);
    }
  await client.end();
  const ratio = median(spent.ours) / median(spent.floor);
  printed.push(
    `checks: 10,000 items in ${median(spent.ours).toFixed(0)} ms, the set-based statement in ${median(spent.floor).toFixed(0)} ms: ratio ${ratio.toFixed(2)} (1.40 at most); ${wrong} wrong`,
  );
  return [...(ratio > 1.4 ? ['ten thousand items take too long'] : []), ...(wrong ? ['a wrong answer'] : [])];
}

interface ListTaken {
  seconds: number;
  before: number;
  peak: number;
  permitted: number;
  denied: Record<string, number>;
}

async function aList(): Promise<string[]> {
  const [asked, answered, floorAnswered, short] = ['asked.csv', 'answered.csv', 'floor.csv', 'short.csv'].map(
    (name) => path.join(folder, name),
  );
  if (!asked || !answered || !floorAnswered || !short) throw new Error('no names');
  const stream = createWriteStream(asked);
  stream.write('patient_id,issuer,study_uid\n');
  const start = patients - listRows;
  for (let n = 1; n <= listRows; n++)
    if (!stream.write(`B${start + n},RIVERBEND,2.25.${n}\n`)) await once(stream, 'drain');
  stream.end();
  await once(stream, 'close');
  await writeFile(short, 'patient_id,issuer,study_uid\nB10,RIVERBEND,\nB11,RIVERBEND,\n');
  const run = promisify(execFile);
  // As a site runs: built. What loads TypeScript takes 40 MB of its own.
  const program = path.resolve('node_modules/.cache/plainview-bench/cohort-process.mjs');
  await build({
    ...{ entryPoints: ['tests/support/cohort-process.ts'], outfile: program, logLevel: 'error' },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external' },
  });
  const script = [
    'set jit = off',
    'begin',
    'create temp table asked (patient_id text, issuer text, study_uid text) on commit drop',
    `\\copy asked from '${asked}' csv header`,
    'analyze asked',
    `\\copy (select a.* from asked a join patient_identifier i on i.issuer = a.issuer and i.value = a.patient_id where not exists (select from opt_out o where o.patient_id = i.patient_id and o.act = 'denied' and 'aiTraining' = any(o.purposes))) to '${floorAnswered}' csv header`,
    'commit',
  ];
  const spent = { ours: [] as number[], floor: [] as number[] };
  let last: ListTaken | undefined;
  const turns = {
    ours: async () => {
      const { stdout } = await run(process.execPath, [
        program,
        fresh.databaseUrl,
        keys[1] ?? '',
        asked,
        answered,
        short,
      ]);
      last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as ListTaken;
      return last.seconds;
    },
    floor: async () => {
      const began = performance.now();
      await run('psql', [
        '-X',
        '-q',
        '-v',
        'ON_ERROR_STOP=1',
        fresh.databaseUrl,
        ...script.flatMap((sql) => ['-c', sql]),
      ]);
      return (performance.now() - began) / 1_000;
    },
  };
  for (let round = -1; round < rounds; round++)
    for (const kind of round % 2 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const took = await turns[kind]();
      if (round >= 0) spent[kind].push(took);
    }
  const ratio = median(spent.floor) / median(spent.ours);
  const sorted = async (file: string) => (await readFile(file, 'utf8')).split('\n').sort().join('\n');
  const isSame = (await sorted(answered)) === (await sorted(floorAnswered));
  printed.push(
    `checks: a list of ${listRows} rows in ${median(spent.ours).toFixed(2)} s, by psql in ${median(spent.floor).toFixed(2)} s: ${(100 * ratio).toFixed(0)} % of its speed (85 % at least); at most ${last?.peak.toFixed(0)} MB (150 at most; ${last?.before.toFixed(0)} before it was asked); ${last?.permitted} may go, ${JSON.stringify(last?.denied)}; ${isSame ? 'the same rows' : 'OTHER ROWS'}`,
  );
  return [
    ...(ratio < 0.85 ? ['a list takes too long'] : []),
    ...((last?.peak ?? Infinity) > 150 ? ['a list takes too much memory'] : []),
    ...(isSame ? [] : ['a list has other rows']),
  ];
}

async function singles(): Promise<string[]> {
  const pool = new pg.Pool({ connectionString: fresh.databaseUrl, max: connections });
  const raw = {
    name: 'raw',
    text: `select o.id from patient_identifier i left join opt_out o on o.patient_id = i.patient_id and o.act = 'denied' and 'aiTraining' = any(o.purposes) where i.issuer = $1 and i.value = $2`,
  };
  let wrong = 0;
  const turns = {
    floor: async () => {
      const n = anyPatient();
      const { rows } = await pool.query<{ id: string | null }>({ ...raw, values: ['RIVERBEND', `B${n}`] });
      if ((rows[0]?.id !== null) !== isDenied(n)) wrong++;
    },
    ours: async () => {
      const numbers = [anyPatient()];
      wrong += wrongIn(await ask(question(numbers)), numbers);
    },
  };
  const took = { floor: [] as number[], ours: [] as number[] };
  const time = { floor: 0, ours: 0 };
  const each = (seconds * 1_000) / rounds;
  for (let round = -1; round < rounds; round++)
    for (const kind of round % 2 ? (['floor', 'ours'] as const) : (['ours', 'floor'] as const)) {
      const began = performance.now();
      const until = began + (round < 0 ? 1_000 : each);
      await Promise.all(
        Array.from({ length: connections }, async () => {
          while (performance.now() < until) {
            const from = performance.now();
            await turns[kind]();
            if (round >= 0) took[kind].push(performance.now() - from);
          }
        }),
      );
      if (round >= 0) time[kind] += performance.now() - began;
    }
  await pool.end();
  const rate = (kind: 'floor' | 'ours') => (took[kind].length * 1_000) / time[kind];
  const p99 = (kind: 'floor' | 'ours') =>
    [...took[kind]].sort((a, b) => a - b)[Math.floor(took[kind].length * 0.99)] ?? NaN;
  const ratio = rate('ours') / rate('floor');
  printed.push(
    `checks: ${rate('ours').toFixed(0)} single checks a second at ${connections} connections, p99 ${p99('ours').toFixed(1)} ms; the raw prepared query ${rate('floor').toFixed(0)}, p99 ${p99('floor').toFixed(1)} ms: ${(100 * ratio).toFixed(0)} % (30 % at least), p99 ${(p99('ours') / p99('floor')).toFixed(1)} × (3 at most); ${wrong} wrong of ${took.ours.length}`,
  );
  return [
    ...(ratio < 0.3 ? ['single checks are too slow'] : []),
    ...(p99('ours') > 3 * p99('floor') ? ['single checks wait too long'] : []),
    ...(wrong ? ['a wrong answer'] : []),
  ];
}

describe(`asking about ${patients} patients`, () => {
  bench('holds its floors, as printed above', () => undefined, {
    iterations: 1,
    time: 0,
    warmupIterations: 0,
    warmupTime: 0,
  });
});
