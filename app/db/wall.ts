import { appRole } from './rights.ts';

/** The role that a patient's page reads as (app/db/as-patient.server.ts). It reads; it changes nothing. */
export const patientRole = 'plainview_patient';

/** Ids of the records that the reader may have, as an array's text, and of their account. Set for one transaction; unset, nothing matches. */
export const wallSettings = { records: 'plainview.records', account: 'plainview.account' } as const;

const own = (column: string) =>
  `${column} = any (nullif(current_setting('${wallSettings.records}', true), '')::uuid[])`;
const ownAmong = (column: string) =>
  `${column} && nullif(current_setting('${wallSettings.records}', true), '')::uuid[]`;
const account = `nullif(current_setting('${wallSettings.account}', true), '')`;
const ownAccount = (column: string) => `${column} = ${account}::uuid`;
const ofOwnRequest = 'request_id in (select id from privacy_request)';
const nothing = 'false';

/**
 * Which rows of a table that holds patients' rows the patient's role sees. What it names of other tables is read through their own
 * policies. A table that leads to a patient and is not here fails tests/integration/patient-wall.test.ts.
 */
export const walled: Record<string, string> = {
  accounting: `${own('patient_id')} and given_at is not null`,
  accounting_suspension: own('patient_id'),
  attachment: `"use" <> 'internal' and (${ofOwnRequest} or draft_id in (select id from request_draft))
    and ("use" <> 'forRelease' or request_id in (select request_id from request_response))`,
  audit_event: `(visible_to_patient and (${own('patient_id')} or ${ofOwnRequest} or ${ownAmong('shown_patient_ids')})) or (subject_kind = 'user' and subject_id = ${account})`,
  audit_seal: nothing,
  // What kept a list from holding them, not who asked for it.
  cohort_check: 'id in (select cohort_check_id from cohort_denial)',
  cohort_denial: 'opt_out_id in (select id from opt_out)',
  deadline_reminder: nothing,
  disclosure: own('patient_id'),
  disclosure_evidence: 'disclosure_id in (select id from disclosure)',
  export_check: 'id in (select check_id from export_check_item)',
  export_check_item: own('patient_id'),
  fee_notice: ofOwnRequest,
  identity_claim: ownAccount('user_id'),
  invitation: nothing,
  mail_proof: nothing,
  // A sheet that waits with an invitation, its order, and its codes.
  credential_order: nothing,
  code_set: nothing,
  one_time_code: nothing,
  matching_decision: nothing,
  notice: nothing,
  opt_out: own('patient_id'),
  opt_out_alert: own('patient_id'),
  opt_out_ask: `opt_out_id in (select id from opt_out) and ${own('patient_id')}`,
  outbox_message: nothing,
  patient: own('id'),
  patient_flag: nothing,
  patient_identifier: own('patient_id'),
  patient_merge: nothing,
  privacy_request: own('patient_id'),
  record_settlement: nothing,
  representation: own('patient_id'),
  representative_evidence: nothing,
  request_clock_event: ofOwnRequest,
  request_draft: `${own('patient_id')} and ${ownAccount('user_id')}`,
  request_message: `audience = 'patient' and ${ofOwnRequest}`,
  request_response: `sent_at is not null and ${ofOwnRequest}`,
  sent_letter: ofOwnRequest,
  session: nothing,
  vendor_delivery: nothing,
  vendor_notice: own('patient_id'),
  vendor_notice_event: 'notice_id in (select id from vendor_notice)',
  vendor_proof: 'event_id in (select id from vendor_notice_event)',
  // Names on a patient's papers: the facility's people, themselves, and who filed, wrote or acts for them.
  user_account: `role <> 'patient' or ${own('patient_id')} or id in (select filed_by_id from privacy_request)
    or id in (select author_id from request_message) or id in (select representative_id from representation)`,
};

/** Tables that the patient's role reads whole: no row of them is a patient's. */
export const unwalled = ['facility', 'holiday', 'setting_version', 'vendor'];

/** What the patient's role may read at all. Of what is not here it reads no row, whoever's it is. */
export const patientRights: Record<string, string> = {
  accounting: 'select',
  accounting_suspension: 'select (id, patient_id, vendor_id, hidden_until, ended_at)',
  attachment: 'select',
  // Not whom else a list named.
  audit_event:
    'select (id, at, type, actor_kind, actor_id, actor_name, on_behalf_of, subject_kind, subject_id, patient_id, request_id, before, after, reason, visible_to_patient, recorded_at)',
  cohort_check: 'select (id, checked_at, vendor_id)',
  cohort_denial: 'select',
  disclosure: 'select',
  export_check: 'select (id, checked_at, as_of_at, vendor_id)',
  export_check_item: 'select',
  facility: 'select',
  fee_notice: 'select',
  holiday: 'select',
  identity_claim: 'select (id, user_id, state, claimed_at, decided_at, reason)',
  opt_out: 'select',
  opt_out_ask: 'select',
  opt_out_alert: 'select (id, disclosure_id, patient_id, state, outcome, due_on)',
  patient: 'select',
  privacy_request: 'select',
  representation: 'select (representative_id, patient_id)',
  request_clock_event: 'select',
  request_draft: 'select',
  request_message: 'select',
  request_response: 'select',
  sent_letter: 'select',
  setting_version: 'select (id, name, value, set_at)',
  user_account: 'select (id, display_name, role, patient_id)',
  vendor: 'select (id, slug, name, address, relationship)',
  vendor_notice: 'select',
  vendor_notice_event: 'select (id, notice_id, type, at, deeds, since_on, text_sealed)',
  vendor_proof: 'select (id, event_id)',
};

/** A policy's comment is its text as it is here: PostgreSQL keeps it in a form of its own, which does not compare. */
export interface StandingPolicy {
  table: string;
  role: string;
  said: string | null;
}

/** The tables whose policies are not, or not any more, what they are here. */
export function owedTables(standing: readonly StandingPolicy[]): string[] {
  const said = new Map(standing.map((one) => [`${one.table} ${one.role}`, one.said]));
  return Object.entries(walled).flatMap(([table, rows]) =>
    said.get(`${table} ${patientRole}`) === rows && said.get(`${table} ${appRole}`) === 'true' ? [] : [table],
  );
}

/** Policies that stand, of tables that have them switched on. */
export const standingPolicies = `select c.relname as table, p.polname as role, obj_description(p.oid, 'pg_policy') as said
  from pg_policy p join pg_class c on c.oid = p.polrelid
  where c.relnamespace = 'public'::regnamespace and c.relrowsecurity and p.polpermissive and p.polroles = array[to_regrole(p.polname)::oid]`;

/**
 * The SQL that puts the policies up on some tables; run by their owner. The owner itself is not held to them (no FORCE): migrations and
 * back-ups read all rows, and a page never reads as the owner.
 */
export function wallStatements(tables: readonly string[]): string[] {
  return tables.flatMap((table) => {
    const policy = (role: string, rows: string, forWhat: string) => [
      `drop policy if exists ${role} on "${table}"`,
      `create policy ${role} on "${table}" for ${forWhat}`,
      `comment on policy ${role} on "${table}" is '${rows.replaceAll("'", "''")}'`,
    ];
    const rows = walled[table] ?? nothing;
    return [
      `alter table "${table}" enable row level security`,
      ...policy(appRole, 'true', `all to ${appRole} using (true) with check (true)`),
      ...policy(patientRole, rows, `select to ${patientRole} using (${rows})`),
    ];
  });
}

/** The SQL that gives the patient's role its rights, and no others. */
export function patientGrantStatements(tables: readonly string[]): string[] {
  return [
    `grant usage on schema public to ${patientRole}`,
    `revoke all on all tables in schema public from ${patientRole}`,
    ...tables.flatMap((table) => {
      const rights = patientRights[table];
      return rights ? [`grant ${rights} on "${table}" to ${patientRole}`] : [];
    }),
  ];
}
