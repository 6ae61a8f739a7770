import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyMigrations, MigrationRefusal, pendingMigrations } from '#app/db/migrate.server.ts';
import { migrationNames, migrationSql, readSchema } from '#app/db/schema-engine.server.ts';
import { connected, freshDatabase, type FreshDatabase } from '#tests/support/database.ts';

/** Columns of lists that are never null, for which the Prisma schema has no words either. */
const neverNull = ['given_for_ids', 'purposes', 'study_uids', 'vendor_ids'].map(
  (column) => `column opt_out.${column}`,
);

/** What the migrations make that the Prisma schema has no words for. Each must exist; nothing else may. */
const beyondPrisma = [
  'check accounting_suspension.accounting_suspension_oral_30_days',
  'check attachment.attachment_is_somewhere',
  'check code_set.code_set_owner',
  'check cohort_check.cohort_check_asker',
  'check cohort_check.cohort_check_end',
  'check credential_order.credential_order_subject',
  'check disclosure.disclosure_correction_says_why',
  'check disclosure.disclosure_exclusion_says_why',
  'check disclosure.disclosure_instance_count_positive',
  'check file_import.file_import_content',
  'check matching_decision.matching_decision_undone_says_why',
  'check opt_out_alert.opt_out_alert_closed_says_why',
  'check privacy_request.privacy_request_duplicate_of_another',
  'check privacy_request.privacy_request_follows_says_how',
  'check release_rule.release_rule_ends_after_it_began',
  'check research_protocol.research_protocol_people_positive',
  'check vendor_agreement.vendor_agreement_ends_after_it_began',
  'check vendor_label_value.vendor_label_value_ends_after_it_began',
  'check vendor_label_value.vendor_label_value_says_nothing',
  'check vendor_notice_event.vendor_notice_event_answer_says_what',
  'foreign key accounting_suspension.accounting_suspension_ended_by_id_fkey',
  'foreign key accounting_suspension.accounting_suspension_patient_id_fkey',
  'foreign key accounting_suspension.accounting_suspension_recorded_by_id_fkey',
  'foreign key accounting_suspension.accounting_suspension_vendor_id_fkey',
  'foreign key column_mapping.column_mapping_kept_by_id_fkey',
  'foreign key entry_document.entry_document_added_by_id_fkey',
  'foreign key file_import.file_import_batch_id_fkey',
  'foreign key file_import.file_import_confirmed_by_id_fkey',
  'foreign key file_import.file_import_uploaded_by_id_fkey',
  'foreign key opt_out_alert.opt_out_alert_closed_by_id_fkey',
  'foreign key opt_out_alert.opt_out_alert_opt_out_id_fkey',
  'foreign key opt_out_alert.opt_out_alert_patient_id_fkey',
  'foreign key opt_out_alert.opt_out_alert_taken_by_id_fkey',
  'foreign key research_protocol.research_protocol_recorded_by_id_fkey',
  'foreign key research_protocol.research_protocol_vendor_id_fkey',
  'foreign key vendor_channel.vendor_channel_set_by_id_fkey',
  'foreign key vendor_channel.vendor_channel_vendor_id_fkey',
  'foreign key vendor_notice.vendor_notice_opt_out_id_fkey',
  'foreign key vendor_notice.vendor_notice_patient_id_fkey',
  'foreign key vendor_notice.vendor_notice_vendor_id_fkey',
  'foreign key vendor_notice_event.vendor_notice_event_by_id_fkey',
  'foreign key vendor_secret.vendor_secret_made_by_id_fkey',
  'foreign key vendor_secret.vendor_secret_vendor_id_fkey',
  'function is_being_removed',
  'function mark_first_opt_out',
  'function patient_number_changed',
  'function patient_search_changed',
  'function plain_letters',
  'function refuse_change',
  'function refuse_change_but_end',
  'function refuse_change_but_of',
  'function refuse_change_but_seal',
  'function refuse_change_but_taken',
  'function refuse_change_of_accounting',
  'function refuse_change_of_alert',
  'function refuse_change_of_attachment',
  'function refuse_change_of_audit_record',
  'function refuse_change_of_cohort',
  'function refuse_change_of_decision',
  'function refuse_change_of_reminder',
  'function refuse_change_of_suspension',
  'function refuse_late_answer',
  'function refuse_older_totp_step',
  'function remove_request_after_six_years',
  'function request_search_kept',
  'function tally_added',
  'function tally_changed',
  'function tally_removed',
  'index audit_event.audit_event_listed_idx',
  'index audit_event.audit_event_shown_idx',
  'index audit_record.audit_record_not_accepted',
  'index audit_record.audit_record_source_received',
  'index code_set.code_set_one_of_invitation',
  'index disclosure.disclosure_occurred_at_brin',
  'index opt_out.opt_out_later',
  'index opt_out.opt_out_one_first',
  'index patient.patient_search_idx',
  'index privacy_request.privacy_request_ack_idx',
  'index privacy_request.privacy_request_answered_late_idx',
  'index privacy_request.privacy_request_extended_idx',
  'index privacy_request.privacy_request_open_assignee_idx',
  'index privacy_request.privacy_request_open_due_idx',
  'index privacy_request.privacy_request_paused_idx',
  'index privacy_request.privacy_request_search_idx',
  'index release_rule.release_rule_one_open',
  'index release_rule.release_rule_one_version',
  'index source_gap.source_gap_one_open_silence',
  'index vendor_channel.vendor_channel_in_force',
  'index vendor_notice.vendor_notice_one_open',
  'index vendor_secret.vendor_secret_page_in_force',
  'trigger accounting.accounting_kept',
  'trigger accounting.accounting_not_emptied',
  'trigger accounting_suspension.accounting_suspension_kept',
  'trigger accounting_suspension.accounting_suspension_not_emptied',
  'trigger attachment.attachment_kept',
  'trigger attachment.attachment_not_emptied',
  'trigger audit_event.audit_event_append_only',
  'trigger audit_record.audit_record_kept',
  'trigger audit_record.audit_record_not_emptied',
  'trigger audit_seal.audit_seal_append_only',
  'trigger cohort_check.cohort_check_kept',
  'trigger cohort_check.cohort_check_not_emptied',
  'trigger cohort_denial.cohort_denial_append_only',
  'trigger column_mapping.column_mapping_append_only',
  'trigger deadline_reminder.deadline_reminder_kept',
  'trigger deadline_reminder.deadline_reminder_not_emptied',
  'trigger disclosure.disclosure_append_only',
  'trigger disclosure_evidence.disclosure_evidence_append_only',
  'trigger entry_document.entry_document_kept',
  'trigger entry_document.entry_document_not_emptied',
  'trigger expiry_reminder.expiry_reminder_append_only',
  'trigger export_check.export_check_append_only',
  'trigger export_check_item.export_check_item_append_only',
  'trigger matching_decision.matching_decision_kept',
  'trigger matching_decision.matching_decision_not_emptied',
  'trigger opt_out.opt_out_append_only',
  'trigger opt_out.opt_out_first',
  'trigger opt_out_alert.opt_out_alert_kept',
  'trigger opt_out_alert.opt_out_alert_not_emptied',
  'trigger opt_out_ask.opt_out_ask_append_only',
  'trigger patient.patient_search_kept',
  'trigger patient_identifier.patient_identifier_search_kept',
  'trigger privacy_request.privacy_request_tally_added',
  'trigger privacy_request.privacy_request_tally_changed',
  'trigger privacy_request.privacy_request_tally_removed',
  'trigger record_settlement.record_settlement_append_only',
  'trigger release_rule.release_rule_kept',
  'trigger release_rule.release_rule_not_emptied',
  'trigger request_clock_event.request_clock_event_kept',
  'trigger request_clock_event.request_clock_event_not_emptied',
  'trigger request_message.request_message_kept',
  'trigger request_message.request_message_not_emptied',
  'trigger research_protocol.research_protocol_append_only',
  'trigger sent_letter.sent_letter_kept',
  'trigger sent_letter.sent_letter_not_emptied',
  'trigger setting_version.setting_version_append_only',
  'trigger user_account.totp_step_rises',
  'trigger vendor_agreement.vendor_agreement_kept',
  'trigger vendor_agreement.vendor_agreement_not_emptied',
  'trigger vendor_channel.vendor_channel_kept',
  'trigger vendor_channel.vendor_channel_not_emptied',
  'trigger vendor_delivery.vendor_delivery_kept',
  'trigger vendor_delivery.vendor_delivery_not_emptied',
  'trigger vendor_endpoint.vendor_endpoint_kept',
  'trigger vendor_endpoint.vendor_endpoint_not_emptied',
  'trigger vendor_label_value.vendor_label_value_append_only',
  'trigger vendor_label_value.vendor_label_value_with_its_version',
  'trigger vendor_label_version.vendor_label_version_append_only',
  'trigger vendor_model_card.vendor_model_card_kept',
  'trigger vendor_model_card.vendor_model_card_not_emptied',
  'trigger vendor_notice.vendor_notice_kept',
  'trigger vendor_notice.vendor_notice_not_emptied',
  'trigger vendor_notice_event.vendor_notice_event_kept',
  'trigger vendor_notice_event.vendor_notice_event_not_emptied',
  'trigger vendor_proof.vendor_proof_kept',
  'trigger vendor_proof.vendor_proof_not_emptied',
  'trigger vendor_secret.vendor_secret_kept',
  'trigger vendor_secret.vendor_secret_not_emptied',
];

/** One row for each thing in the schema `public`: its kind, its name, and all that defines it. */
const everythingInPublic = `
  WITH tables AS (
    SELECT oid, relname FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> '_prisma_migrations'
  )
  SELECT 'table' AS kind, relname::text AS name, '' AS definition FROM tables
  UNION ALL
  SELECT 'column', t.relname || '.' || a.attname,
         concat_ws(' ', format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                   'default ' || pg_get_expr(d.adbin, d.adrelid), nullif(a.attidentity::text, ''), nullif(a.attgenerated::text, ''))
    FROM tables t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  UNION ALL
  SELECT CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key'
                        WHEN 'c' THEN 'check' ELSE 'constraint ' || c.contype::text END,
         t.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
    FROM tables t JOIN pg_constraint c ON c.conrelid = t.oid
   WHERE c.contype <> 'n' -- PostgreSQL 18 lists NOT NULL here too; the columns above have it
  UNION ALL
  SELECT 'index', t.relname || '.' || i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM tables t JOIN pg_index i ON i.indrelid = t.oid
  UNION ALL
  SELECT 'trigger', t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
    FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid AND NOT g.tgisinternal
  UNION ALL
  SELECT 'enum', e.typname::text, (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = e.oid)
    FROM pg_type e WHERE e.typnamespace = 'public'::regnamespace AND e.typtype = 'e'
  UNION ALL
  SELECT 'function', p.proname::text, pg_get_functiondef(p.oid)
    FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prokind <> 'a'
  UNION ALL
  SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' ELSE 'sequence' END, relname::text, ''
    FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm', 'S')`;

async function inventory(url: string): Promise<Map<string, string>> {
  return connected(url, async (client) => {
    const { rows } = await client.query<{ kind: string; name: string; definition: string }>(
      everythingInPublic,
    );
    return new Map(rows.map(({ kind, name, definition }) => [`${kind} ${name}`, definition]));
  });
}

let databases: FreshDatabase[];
let folder: string;

beforeEach(async () => {
  databases = [];
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-migrations-'));
});

afterEach(async () => {
  for (const database of databases) await database.drop();
  await rm(folder, { recursive: true, force: true });
});

async function emptyDatabase(): Promise<string> {
  const database = await freshDatabase('template0');
  databases.push(database);
  return database.url;
}

async function migration(name: string, sql: string): Promise<void> {
  await mkdir(path.join(folder, name), { recursive: true });
  await writeFile(path.join(folder, name, 'migration.sql'), sql);
}

async function refusal(work: Promise<unknown>): Promise<MigrationRefusal> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof MigrationRefusal))
    throw new Error(`Expected a MigrationRefusal, got ${String(error)}`);
  return error;
}

const apply = (url: string, said: string[] = []) =>
  applyMigrations(url, { say: (line) => said.push(line), folder });

const tables = (url: string) =>
  connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations' ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  });

describe('the migrations of Plainview', () => {
  it('make the database that the Prisma schema describes, and beyond it only what is listed here', async () => {
    const [fromMigrations, fromSchema] = [await emptyDatabase(), await emptyDatabase()];
    await applyMigrations(fromMigrations, { say: () => undefined });
    const sql = await migrationSql([], await readSchema());
    await connected(fromSchema, (client) => client.query(sql));

    const [made, described] = [await inventory(fromMigrations), await inventory(fromSchema)];
    expect([...made.keys()].filter((key) => !described.has(key)).sort()).toEqual(beyondPrisma);
    for (const key of beyondPrisma) made.delete(key);
    for (const key of neverNull) {
      expect(made.get(key), key).toBe(described.get(key)?.replace('[]', '[] not null'));
      described.set(key, made.get(key) ?? '');
    }
    expect([...made].sort()).toEqual([...described].sort());
  });

  it('are all applied to the template of the tests', async () => {
    const database = await freshDatabase();
    databases.push(database);
    expect(await pendingMigrations(database.url)).toEqual([]);
    expect(await pendingMigrations(await emptyDatabase())).toEqual(await migrationNames());
  });
});

describe('applyMigrations', () => {
  it('applies what is missing, in order, and nothing twice', async () => {
    const url = await emptyDatabase();
    await migration('20260102000000_second', 'ALTER TABLE first ADD COLUMN name text;');
    await migration('20260101000000_first', 'CREATE TABLE first (id int);');
    expect(await pendingMigrations(url, folder)).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await apply(url)).toEqual(['20260101000000_first', '20260102000000_second']);
    expect(await apply(url)).toEqual([]);

    await migration('20260103000000_third', 'CREATE TABLE third (id int);');
    expect(await pendingMigrations(url, folder)).toEqual(['20260103000000_third']);
    expect(await apply(url)).toEqual(['20260103000000_third']);
    expect(await tables(url)).toEqual(['first', 'third']);
  });

  it('runs functions, triggers and texts with semicolons as they are written', async () => {
    const url = await emptyDatabase();
    await migration(
      '20260101000000_guarded',
      `CREATE TABLE kept (id int CHECK (id <> 7), text text DEFAULT 'a; b');
       CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         RAISE EXCEPTION 'never; not %', TG_OP;
       END;
       $$;
       CREATE TRIGGER kept_for_ever BEFORE DELETE ON kept FOR EACH ROW EXECUTE FUNCTION refuse();`,
    );
    await apply(url);
    await connected(url, async (client) => {
      const { rows } = await client.query('INSERT INTO kept VALUES (1) RETURNING text');
      expect(rows).toEqual([{ text: 'a; b' }]);
      await expect(client.query('INSERT INTO kept VALUES (7)')).rejects.toThrow('kept_id_check');
      await expect(client.query('DELETE FROM kept')).rejects.toThrow('never; not DELETE');
    });
  });

  it('lets starts at the same moment wait for each other', async () => {
    const url = await emptyDatabase();
    await migration('20260101000000_slow', 'CREATE TABLE slow (id int); SELECT pg_sleep(0.3);');
    const said: string[] = [];
    const applied = await Promise.all([apply(url, said), apply(url, said), apply(url, said)]);
    expect(applied.flat()).toEqual(['20260101000000_slow']);
    expect(said.filter((line) => line.startsWith('Waiting'))).toHaveLength(2);
  });

  it('leaves nothing of a migration that fails, says why, and tries it again at the next start', async () => {
    const url = await emptyDatabase();
    await migration('20260101000000_first', 'CREATE TABLE first (id int);');
    await migration(
      '20260102000000_bad',
      'CREATE TABLE half (id int); INSERT INTO half VALUES (1); SELECT nonsense;',
    );
    const refused = await refusal(apply(url));
    expect(refused.code).toBe('migrationFailed');
    expect(refused.message).toContain('20260102000000_bad');
    expect(refused.message).toContain('column "nonsense" does not exist');
    expect(await tables(url)).toEqual(['first']);
    expect(await pendingMigrations(url, folder)).toEqual(['20260102000000_bad']);

    await migration('20260102000000_bad', 'CREATE TABLE half (id int);');
    expect(await apply(url)).toEqual(['20260102000000_bad']);
    expect(await tables(url)).toEqual(['first', 'half']);
  });

  it('refuses a database that a newer version has migrated', async () => {
    const url = await emptyDatabase();
    await migration('20260101000000_first', 'CREATE TABLE first (id int);');
    await migration('20260102000000_newer', 'CREATE TABLE newer (id int);');
    await apply(url);
    await rm(path.join(folder, '20260102000000_newer'), { recursive: true });
    const refused = await refusal(apply(url));
    expect(refused.code).toBe('databaseIsNewer');
    expect(refused.message).toContain('20260102000000_newer');
  });

  it('refuses migrations that were edited after they were applied, but not other line ends', async () => {
    const url = await emptyDatabase();
    await migration('20260101000000_first', 'CREATE TABLE first (id int);\n');
    await apply(url);
    await migration('20260101000000_first', 'CREATE TABLE first (id int);\r\n');
    expect(await apply(url)).toEqual([]);
    await migration('20260101000000_first', 'CREATE TABLE first (id bigint);\n');
    expect((await refusal(apply(url))).code).toBe('migrationEdited');
  });
});
