import type pg from 'pg';
import type { World } from '#app/db/world.ts';
import { connected } from './database.ts';
import { fileOptOut, withdrawOptOut } from './filing.ts';

/** What of a patient's number tells that they said no, and that nobody has it: every tenth and the last of the list. */
export const optedOutEvery = 10;

/**
 * The demo facility with many more patients: `B1` to `B<count>` of RIVERBEND, of whom every tenth said no to AI training by anybody.
 * @returns the request that all of it was said in, and who said it
 */
export async function addPatients(
  fresh: { world: World; databaseUrl: string },
  count: number,
): Promise<{ requestId: string; recordedById: string }> {
  const first = await fileOptOut(fresh.world);
  const { requestId, recordedById } = await fresh.world.db.optOut.findUniqueOrThrow({ where: { id: first } });
  await withdrawOptOut(fresh.world, first);
  await connected(fresh.databaseUrl, (client) => fill(client, count, first));
  return { requestId, recordedById };
}

async function fill(client: pg.Client, count: number, first: string): Promise<void> {
  await addNumberedPatients(client, count);
  await client.query(
    `insert into opt_out (id, patient_id, request_id, act, purposes, vendor_reach, vendor_ids, study_reach, study_uids, covers_deidentified,
                          effective_from, recorded_at, recorded_by_id, wording_version, wording_locale)
     select gen_random_uuid(), md5(n::text)::uuid, request_id, 'denied', '{aiTraining}', 'all', '{}', 'all', '{}', true,
            effective_from, recorded_at, recorded_by_id, wording_version, wording_locale
       from opt_out cross join generate_series($2::int, $1::int, $2::int) n where opt_out.id = $3`,
    [count, optedOutEvery, first],
  );
  await client.query('vacuum analyze patient, patient_identifier, opt_out');
}

/** Patients `B1` to `B<count>` of RIVERBEND, like the one of the demo; none has a release or a choice. */
export async function addNumberedPatients(client: pg.Client, count: number): Promise<void> {
  // What a trigger keeps up to date are the requests of a patient; these have none, and it takes half a millisecond to find that out of each.
  await client.query(`set session_replication_role = 'replica'`);
  await client.query(
    `insert into patient select (jsonb_populate_record(p, jsonb_build_object('id', md5(n::text)::uuid))).*
       from patient p join patient_identifier i on i.patient_id = p.id and i.value = 'RB000417'
      cross join generate_series(1, $1::int) n`,
    [count],
  );
  await client.query(
    `insert into patient_identifier (id, patient_id, issuer, value, recorded_at)
     select gen_random_uuid(), md5(n::text)::uuid, 'RIVERBEND', 'B' || n, now() from generate_series(1, $1::int) n`,
    [count],
  );
  await client.query(`set session_replication_role = 'origin'`);
}
