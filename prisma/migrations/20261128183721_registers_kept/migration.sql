-- What a register said once stands: a row is never changed or removed. Its end is written, and may be moved to an earlier day.
create function refuse_change_but_end() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'valid_to' = to_jsonb(old) - 'valid_to'
     and new.valid_to is not null and (old.valid_to is null or new.valid_to <= old.valid_to) then
    return new;
  end if;
  raise exception '% is kept as it was written: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger release_rule_kept before update or delete on release_rule
  for each row execute function refuse_change_but_end();
create trigger release_rule_not_emptied before truncate on release_rule
  for each statement execute function refuse_change();
create trigger vendor_endpoint_kept before update or delete on vendor_endpoint
  for each row execute function refuse_change_but_end();
create trigger vendor_endpoint_not_emptied before truncate on vendor_endpoint
  for each statement execute function refuse_change();
create trigger vendor_agreement_kept before update or delete on vendor_agreement
  for each row execute function refuse_change_but_end();
create trigger vendor_agreement_not_emptied before truncate on vendor_agreement
  for each statement execute function refuse_change();
alter table vendor_agreement add constraint vendor_agreement_ends_after_it_began check (valid_to is null or valid_to >= valid_from);
alter table release_rule add constraint release_rule_ends_after_it_began check (valid_to is null or valid_to >= valid_from);
-- One rule of a vendor has each version number, and one at most goes on.
create unique index release_rule_one_version on release_rule (vendor_id, version);
create unique index release_rule_one_open on release_rule (vendor_id) where valid_to is null;
