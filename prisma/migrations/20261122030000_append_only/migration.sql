-- What is evidence is never changed or removed: a correction is a new row.

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;

create trigger audit_event_append_only before update or delete or truncate on audit_event
  for each statement execute function refuse_change();
create trigger audit_record_append_only before update or delete or truncate on audit_record
  for each statement execute function refuse_change();
create trigger disclosure_append_only before update or delete or truncate on disclosure
  for each statement execute function refuse_change();
create trigger disclosure_evidence_append_only before update or delete or truncate on disclosure_evidence
  for each statement execute function refuse_change();
create trigger opt_out_append_only before update or delete or truncate on opt_out
  for each statement execute function refuse_change();
create trigger export_check_append_only before update or delete or truncate on export_check
  for each statement execute function refuse_change();
create trigger export_check_item_append_only before update or delete or truncate on export_check_item
  for each statement execute function refuse_change();

-- An accounting may be marked as given, once. Nothing else of it changes.
create function refuse_change_of_accounting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.given_at is null and new.given_at is not null
     and to_jsonb(new) - 'given_at' = to_jsonb(old) - 'given_at' then
    return new;
  end if;
  raise exception 'accounting is kept as it was given: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger accounting_kept before update or delete on accounting
  for each row execute function refuse_change_of_accounting();
create trigger accounting_not_emptied before truncate on accounting
  for each statement execute function refuse_change();

-- A disclosure that the law does not make the facility list says why not.
alter table disclosure add constraint disclosure_exclusion_says_why
  check (legally_required or exclusion_reason is not null);
alter table disclosure add constraint disclosure_instance_count_positive
  check (instance_count is null or instance_count >= 0);

-- The last accepted one-time code's step only rises.
create function refuse_older_totp_step() returns trigger language plpgsql as $$
begin
  if old.totp_last_step is not null and new.totp_last_step < old.totp_last_step and new.totp_secret_sealed = old.totp_secret_sealed then
    raise exception 'totp_last_step only rises' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger totp_step_rises before update on user_account
  for each row execute function refuse_older_totp_step();
