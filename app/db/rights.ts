/** The role that Plainview works as, from the site and the worker to the commands. It owns nothing, and signs in nowhere by itself. */
export const appRole = 'plainview_app';

/**
 * What the role may do with each table. A table that is not here gives it nothing. Evidence is written and read: it is not changed and
 * not removed; the columns of an `update (…)` are the exceptions, and the triggers of those tables narrow them further.
 */
export const appRights: Record<string, string> = {
  accounting: 'select, insert, update (given_at, document_sealed)',
  accounting_suspension: 'select, insert, update (ended_at, ended_by_id, statement_sealed)',
  answer_tally: 'select, insert, delete',
  answer_template: 'select, insert, update (retired_at)',
  attachment: 'select, insert, update (request_id, draft_id, message_id, use, bytes_sealed), delete',
  // Neither the row's number nor when it came: those the database says itself.
  audit_event:
    'select, insert (at, type, actor_kind, actor_id, actor_name, on_behalf_of, subject_kind, subject_id, patient_id, request_id, before, after, reason, visible_to_patient, shown_patient_ids)',
  audit_record: 'select, insert, update (raw_sealed)',
  audit_seal: 'select, insert',
  audit_source: 'select, insert, update, delete',
  calendar_feed: 'select, insert, update (last_read_at, revoked_at)',
  cohort_check:
    'select, insert, update (vendor_id, checked_at, valid_until, "end", ended_at, row_count, permitted, denied, asked_sha256, answered_sha256)',
  cohort_denial: 'select, insert',
  column_mapping: 'select, insert',
  code_set: 'select, insert, update, delete',
  credential_order: 'select, insert, update',
  deadline_reminder: 'select, insert',
  disclosure: 'select, insert',
  disclosure_evidence: 'select, insert',
  entry_document: 'select, insert, update (bytes_sealed)',
  export_check: 'select, insert',
  export_check_item: 'select, insert',
  facility: 'select, insert, update',
  expiry_reminder: 'select, insert',
  fee_notice:
    'select, insert, update (amount_cents, currency, ground, basis_sealed, told_at, told_by_id, choice, chosen_at, chosen_by_id)',
  file_import:
    'select, insert, update (state, bytes_sealed, row_count, manner, batch_key, batch_id, confirmed_by_id, confirmed_at, taken, accepted, duplicate, ignored, unmapped, quarantined, rejected, progressed_at, place_line, place_byte, ended_at, stop_reason)',
  heartbeat: 'select, insert, update',
  holiday: 'select, insert, update, delete',
  identity_claim: 'select, insert, update',
  ingest_batch: 'select, insert, update',
  installation_mark: 'select, insert',
  invitation: 'select, insert, update, delete',
  kept_form: 'select, insert, update, delete',
  known_device: 'select, insert, update, delete',
  machine_client: 'select, insert, update',
  machine_key: 'select, insert, update',
  machine_token: 'select, insert, delete',
  mail_proof: 'select, insert, update, delete',
  matching_decision:
    'select, insert, update (settled_at, undone_by_id, undone_at, undo_reason, unsettled_at)',
  notice: 'select, insert, update',
  officer_order: 'select, insert, update (state, decided_by_id, decided_at, refusal)',
  one_time_code: 'select, insert, update, delete',
  open_tally: 'select, insert, delete',
  opt_out: 'select, insert',
  opt_out_alert:
    'select, insert, update (state, version, taken_at, taken_by_id, closed_at, closed_by_id, outcome, reason_sealed, reminded_at)',
  opt_out_ask: 'select, insert',
  outbox_message: 'select, insert, update, delete',
  passkey: 'select, insert, update, delete',
  passkey_challenge: 'select, insert, update, delete',
  patient: 'select, insert, update',
  patient_flag: 'select, insert, update',
  patient_identifier: 'select, insert, update, delete',
  patient_merge: 'select, insert, update (unmerged_by_id, unmerged_at, unmerge_reason)',
  pending_sign_in: 'select, insert, update, delete',
  privacy_request: 'select, insert, update',
  rate_limit: 'select, insert, update, delete',
  record_settlement: 'select, insert',
  release_rule: 'select, insert, update (valid_to)',
  representation: 'select, insert, update',
  representative_evidence: 'select, insert, update (bytes_sealed)',
  request_clock_event: 'select, insert, update (reason_sealed)',
  request_draft: 'select, insert, update, delete',
  request_message: 'select, insert, update (body_sealed)',
  request_response: 'select, insert, update',
  research_protocol: 'select, insert',
  restored_backup: 'select, insert, update (confirmed_at)',
  saved_view: 'select, insert, update, delete',
  sent_letter: 'select, insert, update (letter_sealed)',
  session: 'select, insert, update, delete',
  setting_version: 'select, insert',
  signing_key: 'select, insert, update (revoked_at, last_used_at)',
  source_gap: 'select, insert, update (to_at, missing, alerted_at, stream)',
  source_heartbeat: 'select, insert, update',
  source_rhythm: 'select, insert, update, delete',
  source_sender: 'select, insert, update (trusted_at)',
  source_sequence: 'select, insert, update',
  used_assertion: 'select, insert, delete',
  user_account: 'select, insert, update',
  vendor: 'select, insert, update',
  vendor_agreement: 'select, insert, update (valid_to)',
  vendor_channel: 'select, insert, update (ended_at)',
  vendor_delivery:
    'select, insert, update (token_sealed, letter_id, tries, tried_at, failure, sent_at, dead_at)',
  vendor_endpoint: 'select, insert, update (valid_to)',
  vendor_label_draft: 'select, insert, update, delete',
  vendor_label_value: 'select, insert',
  vendor_label_version: 'select, insert',
  vendor_model_card: 'select, insert, update (taken_at)',
  vendor_notice:
    'select, insert, update (sent_at, failed_at, acknowledged_at, answered_at, reminders, escalated_at, closed_at)',
  vendor_notice_event: 'select, insert, update (text_sealed)',
  vendor_proof: 'select, insert, update (bytes_sealed)',
  vendor_secret: 'select, insert, update (ended_at, secret_sealed)',
  waiting_record: 'select, insert, update, delete',
  _prisma_migrations: 'select',
};

/** The SQL that gives the role these rights in one database, and no others. Run by the owner of the tables, in one transaction. */
export function grantStatements(tables: readonly string[]): string[] {
  return [
    `grant usage on schema public to ${appRole}`,
    `revoke all on all tables in schema public from ${appRole}`,
    ...tables.flatMap((table) => {
      const rights = appRights[table];
      return rights ? [`grant ${rights} on "${table}" to ${appRole}`] : [];
    }),
    `grant usage on all sequences in schema public to ${appRole}`,
    // The one way in which evidence ends: the function looks by the database's own clock whether its six years are over.
    `grant execute on function public.remove_request_after_six_years(uuid, timestamptz) to ${appRole}`,
  ];
}

/**
 * The same for the job queue. Its tables have row-level security without policies, so that only their owner sees rows: the role gets a
 * policy on each.
 */
export function queueStatements(tables: readonly string[]): string[] {
  return [
    `grant usage on schema graphile_worker to ${appRole}`,
    `grant select, insert, update, delete on all tables in schema graphile_worker to ${appRole}`,
    `revoke insert, update, delete on graphile_worker.migrations from ${appRole}`,
    `grant usage on all sequences in schema graphile_worker to ${appRole}`,
    `grant execute on all functions in schema graphile_worker to ${appRole}`,
    ...tables.flatMap((table) => [
      `drop policy if exists ${appRole} on graphile_worker."${table}"`,
      `create policy ${appRole} on graphile_worker."${table}" to ${appRole} using (true) with check (true)`,
    ]),
  ];
}
