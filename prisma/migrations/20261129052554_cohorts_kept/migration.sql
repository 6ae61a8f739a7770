-- What became of a list is written once; nothing else of it changes.
create function refuse_change_of_cohort() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old."end" is null
     and to_jsonb(new) - '{vendor_id,checked_at,valid_until,end,ended_at,row_count,permitted,denied,asked_sha256,answered_sha256}'::text[]
       = to_jsonb(old) - '{vendor_id,checked_at,valid_until,end,ended_at,row_count,permitted,denied,asked_sha256,answered_sha256}'::text[] then
    return new;
  end if;
  raise exception 'cohort_check is kept as it was answered: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger cohort_check_kept before update or delete on cohort_check
  for each row execute function refuse_change_of_cohort();
create trigger cohort_check_not_emptied before truncate on cohort_check
  for each statement execute function refuse_change();
create trigger cohort_denial_append_only before update or delete or truncate on cohort_denial
  for each statement execute function refuse_change();

-- Who asked: a program, or somebody at the facility.
alter table cohort_check add constraint cohort_check_asker check (num_nonnulls(machine_client_id, asked_by_id) = 1);
-- An answer says when it was decided; what ended says when.
alter table cohort_check add constraint cohort_check_end
  check ((("end" is null) = (ended_at is null)) and ("end" is distinct from 'answered' or checked_at is not null));
