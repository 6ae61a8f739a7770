import { afterAll, beforeAll, bench, describe } from 'vitest';
import type pg from 'pg';
import { prepareAccounting } from '#app/disclosures/accounting.server.ts';
import { percentile, readPage } from '#tests/support/bench-pages.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { signedIn } from '#tests/support/killed-load.ts';
import { startRealSite, type RealSite } from '#tests/support/site-process.ts';
import { castMember, patientOf } from '#tests/support/world.ts';

// npm run build && npm run bench -- ledger. A patient's page and a two-year accounting out of a ledger of 100,000 disclosures, and out of one of
// 10,000,000 (BENCH_ROWS sets another number): the larger may cost twice as much. The patient has as many rows in both.

const few = 100_000;
const many = Number(process.env.BENCH_ROWS ?? 10_000_000);
const most = 2;
const rounds = 40;
const rowsAPatient = 40;
const mrn = 'RB000417';

let site: RealSite;
let cookie: string;
let patientId: string;
let requestId: string;
const complaints: string[] = [];

beforeAll(async () => {
  site = await startRealSite({ count: 1, smtpUrl: 'smtp://127.0.0.1:1', fromTemplate: true });
  patientId = (await patientOf(site.fresh.world, mrn)).patientId;
  // Any request of another patient: what is drawn up for it is taken back.
  await fileOptOut(site.fresh.world, { mrn: 'RB000902' });
  const request = await site.fresh.world.db.privacyRequest.findFirstOrThrow({ select: { id: true } });
  requestId = request.id;
  cookie = await signedIn(site.processes, castMember({ mrn })).cookie();
  await connected(site.fresh.databaseUrl, async (client) => {
    await fill(client, 0, few);
    // Of the patient that is asked about: as many in the small ledger as in the large one.
    await client.query(
      `insert into disclosure select (jsonb_populate_record(d, jsonb_build_object('id', gen_random_uuid(), 'occurred_at',
              now() - n * interval '12 days', 'study_uid', '2.25.5' || n, 'corrects_id', null))).*
         from disclosure d cross join generate_series(1, 60) n
        where d.id = (select id from disclosure where patient_id = $1 and corrects_id is null and not retracted limit 1)`,
      [patientId],
    );
  });
  const small = await measure(few);
  await connected(site.fresh.databaseUrl, (client) => fill(client, few, many));
  const large = await measure(many);
  for (const what of ['page', 'accounting'] as const) {
    const ratio = large[what] / small[what];
    process.stdout.write(`ledger: ${what} ${ratio.toFixed(2)} times as long (at most ${most})\n`);
    if (ratio > most)
      complaints.push(`the ${what} of a large ledger takes ${ratio.toFixed(2)} times as long`);
  }
}, 7_200_000);
afterAll(() => site.stop(), 300_000);

/** Disclosures of other patients, numbered from and to, spread over six years. */
async function fill(client: pg.Client, from: number, to: number): Promise<void> {
  // Rows by the million, made of one that is right: what it points to is there.
  await client.query(`set session_replication_role = 'replica'`);
  await client.query(
    `insert into patient select (jsonb_populate_record(p, jsonb_build_object('id', md5(n::text)::uuid))).*
       from patient p cross join generate_series($2::int, $3::int) n where p.id = $1`,
    [patientId, Math.ceil(from / rowsAPatient), Math.ceil(to / rowsAPatient) - 1],
  );
  await client.query(
    `insert into disclosure (id, patient_id, vendor_id, occurred_at, recorded_at, study_uid, modality, sop_class_uids, instance_count,
                             destination, purpose, legal_basis, legally_required, exclusion_reason, release_rule_id,
                             release_rule_version)
     select gen_random_uuid(), md5((n / $4)::text)::uuid, d.vendor_id, now() - (n % 2190) * interval '1 day' - (n % 86400) * interval '1 second',
            now(), '2.25.6' || n, 'CT', d.sop_class_uids, 120, d.destination, d.purpose, d.legal_basis, d.legally_required, d.exclusion_reason, d.release_rule_id,
            d.release_rule_version
       from generate_series($2::int, $3::int - 1) n
      cross join (select * from disclosure where patient_id = $1 and corrects_id is null and not retracted order by id limit 1) d`,
    [patientId, from, to, rowsAPatient],
  );
  await client.query(`set session_replication_role = 'origin'`);
  await client.query('vacuum analyze disclosure, patient');
  await client.query('checkpoint');
}

/** Medians, in milliseconds. */
async function measure(rows: number): Promise<{ page: number; accounting: number }> {
  const page: number[] = [];
  const accounting: number[] = [];
  for (let round = -5; round < rounds; round += 1) {
    const began = performance.now();
    await readPage(site.processes[0]!, '/disclosures', { cookie });
    const read = performance.now();
    await draw();
    const end = performance.now();
    if (round < 0) continue;
    page.push(read - began);
    accounting.push(end - read);
  }
  const medians = { page: percentile(page, 0.5), accounting: percentile(accounting, 0.5) };
  process.stdout.write(
    `ledger: ${rows} rows: a patient’s page ${medians.page.toFixed(1)} ms, an accounting of two years ${medians.accounting.toFixed(1)} ms\n`,
  );
  return medians;
}

/** An accounting of two years that is drawn up and taken back. */
async function draw(): Promise<void> {
  const { world } = site.fresh;
  const now = new Date();
  const day = (at: number) => new Date(at).toISOString().slice(0, 10);
  const window = { from: day(now.getTime() - 730 * 86_400_000), to: day(now.getTime()) };
  const takenBack = new Error('taken back');
  await world.db
    .$transaction(async (tx) => {
      const order = {
        requestId,
        reference: 'PV-BENCH0',
        patientId,
        window,
        place: 'states' as const,
        timeZone: 'America/New_York',
        coverage: [],
        now,
      };
      await prepareAccounting(tx, world.keys, order);
      throw takenBack;
    })
    .catch((error: unknown) => {
      if (error !== takenBack) throw error;
    });
}

describe(`a ledger of ${many} disclosures`, () => {
  bench(
    'answers as printed above',
    () => {
      if (complaints.length > 0) throw new Error(complaints.join('; '));
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
