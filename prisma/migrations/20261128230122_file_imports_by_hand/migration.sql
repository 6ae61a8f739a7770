-- What the columns of a source's files were read as stands for what was taken in by it.
create trigger column_mapping_append_only before update or delete or truncate on column_mapping
  for each statement execute function refuse_change();
alter table column_mapping
  add constraint column_mapping_kept_by_id_fkey foreign key (kept_by_id) references user_account (id);
alter table file_import
  add constraint file_import_uploaded_by_id_fkey foreign key (uploaded_by_id) references user_account (id),
  add constraint file_import_confirmed_by_id_fkey foreign key (confirmed_by_id) references user_account (id),
  add constraint file_import_batch_id_fkey foreign key (batch_id) references ingest_batch (id);

-- Waiting files have their content; what was thrown away or lapsed has none.
alter table file_import add constraint file_import_content
  check (case state when 'waiting' then bytes_sealed is not null
                    when 'thrownAway' then bytes_sealed is null
                    when 'lapsed' then bytes_sealed is null else true end);

-- The lines of a file that need somebody are found among a million that do not.
create index audit_record_not_accepted on audit_record (batch_id, index) where state <> 'accepted';
