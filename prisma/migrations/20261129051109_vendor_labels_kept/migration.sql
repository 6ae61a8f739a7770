-- What a label said once stands: a version and its answers are never changed or removed, and nothing is put into one that is published.
create trigger vendor_label_version_append_only before update or delete or truncate on vendor_label_version
  for each statement execute function refuse_change();
create trigger vendor_label_value_append_only before update or delete or truncate on vendor_label_value
  for each statement execute function refuse_change();
create function refuse_late_answer() returns trigger language plpgsql as $$
begin
  if exists (select 1 from vendor_label_version v where v.id = new.version_id and v.xmin = pg_current_xact_id()::xid) then
    return new;
  end if;
  raise exception 'a version of a label is published with all of its answers' using errcode = 'integrity_constraint_violation';
end
$$;
create trigger vendor_label_value_with_its_version before insert on vendor_label_value
  for each row execute function refuse_late_answer();
-- An answer that is none says nothing; one that ends does so after it was true.
alter table vendor_label_value add constraint vendor_label_value_says_nothing
  check (state <> 'notAnswered' or (code is null and plain is null and plain_es is null and value is null and valid_until is null));
alter table vendor_label_value add constraint vendor_label_value_ends_after_it_began check (valid_until >= as_of);

create trigger expiry_reminder_append_only before update or delete or truncate on expiry_reminder
  for each statement execute function refuse_change();

-- A card stays as it came; once it is taken, that is written.
create function refuse_change_but_taken() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.taken_at is null and new.taken_at is not null
     and to_jsonb(new) - 'taken_at' = to_jsonb(old) - 'taken_at' then
    return new;
  end if;
  raise exception '% is kept as it was written: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger vendor_model_card_kept before update or delete on vendor_model_card
  for each row execute function refuse_change_but_taken();
create trigger vendor_model_card_not_emptied before truncate on vendor_model_card
  for each statement execute function refuse_change();
