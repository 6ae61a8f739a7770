-- What became of a held record later is evidence as the record is: it is added, and never changed or removed.
create trigger record_settlement_append_only before update or delete or truncate on record_settlement
  for each statement execute function refuse_change();

-- A decision stands as it was made. That it was carried out, and that it was undone, is written once.
create function refuse_change_of_decision() returns trigger language plpgsql as $$
declare
  once constant text[] := array['settled_at', 'undone_by_id', 'undone_at', 'undo_reason', 'unsettled_at'];
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - once = to_jsonb(old) - once
     and (old.undone_at is null or (new.undone_at = old.undone_at and new.undone_by_id = old.undone_by_id
                                    and new.undo_reason = old.undo_reason)) then
    return new;
  end if;
  raise exception 'matching_decision is kept as it was made: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger matching_decision_kept before update or delete on matching_decision
  for each row execute function refuse_change_of_decision();
create trigger matching_decision_not_emptied before truncate on matching_decision
  for each statement execute function refuse_change();
alter table matching_decision add constraint matching_decision_undone_says_why
  check ((undone_at is null) = (undo_reason is null) and (undone_at is null) = (undone_by_id is null));
