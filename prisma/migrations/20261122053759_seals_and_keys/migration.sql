-- The links of the chain are evidence, as the events are.
create trigger audit_seal_append_only before update or delete or truncate on audit_seal
  for each statement execute function refuse_change();

-- A key that is put out of use leaves nothing behind: what it sealed is sealed anew with the current one. That is the one change of a
-- message that came in, and of an accounting beside its being given; what they say stays as it was, and their SHA-256 shows it.
create function refuse_change_of_audit_record() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.raw_sealed <> old.raw_sealed and new.raw_sealed like 'v1.%'
     and to_jsonb(new) - 'raw_sealed' = to_jsonb(old) - 'raw_sealed' then
    return new;
  end if;
  raise exception 'audit_record is append-only: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
drop trigger audit_record_append_only on audit_record;
create trigger audit_record_kept before update or delete on audit_record
  for each row execute function refuse_change_of_audit_record();
create trigger audit_record_not_emptied before truncate on audit_record
  for each statement execute function refuse_change();

create or replace function refuse_change_of_accounting() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.given_at is null and new.given_at is not null
     and to_jsonb(new) - 'given_at' = to_jsonb(old) - 'given_at' then
    return new;
  end if;
  if tg_op = 'UPDATE' and new.document_sealed <> old.document_sealed and new.document_sealed like 'v1.%'
     and to_jsonb(new) - 'document_sealed' = to_jsonb(old) - 'document_sealed' then
    return new;
  end if;
  raise exception 'accounting is kept as it was given: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
