-- An agency's statement stays as it was recorded: only an earlier end may be added, once, and a key put out of use.
create function refuse_change_of_suspension() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE'
     and to_jsonb(new) - array['ended_at', 'ended_by_id', 'statement_sealed']
       = to_jsonb(old) - array['ended_at', 'ended_by_id', 'statement_sealed']
     and (old.ended_at is null or (new.ended_at = old.ended_at and new.ended_by_id = old.ended_by_id))
     and (new.ended_at is null) = (new.ended_by_id is null)
     and new.statement_sealed like 'v1.%' then
    return new;
  end if;
  raise exception 'accounting_suspension is append-only: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger accounting_suspension_kept before update or delete on accounting_suspension
  for each row execute function refuse_change_of_suspension();
create trigger accounting_suspension_not_emptied before truncate on accounting_suspension
  for each statement execute function refuse_change();
-- 45 CFR 164.528(a)(2)(ii)(C): an oral statement suspends for 30 days at most.
alter table accounting_suspension add constraint accounting_suspension_oral_30_days
  check (until_on >= stated_on and (form = 'written' or until_on <= stated_on + 30));

create trigger research_protocol_append_only before update or delete or truncate on research_protocol
  for each statement execute function refuse_change();
alter table research_protocol add constraint research_protocol_people_positive check (people > 0);

-- What an alert is about does not change, a closed one says how and why, and none goes.
create function refuse_change_of_alert() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE'
     and to_jsonb(new) - array['state', 'version', 'taken_at', 'taken_by_id', 'closed_at', 'closed_by_id', 'outcome', 'reason_sealed', 'reminded_at']
       = to_jsonb(old) - array['state', 'version', 'taken_at', 'taken_by_id', 'closed_at', 'closed_by_id', 'outcome', 'reason_sealed', 'reminded_at']
     and new.version >= old.version then
    return new;
  end if;
  raise exception 'opt_out_alert is kept: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger opt_out_alert_kept before update or delete on opt_out_alert
  for each row execute function refuse_change_of_alert();
create trigger opt_out_alert_not_emptied before truncate on opt_out_alert
  for each statement execute function refuse_change();
alter table opt_out_alert add constraint opt_out_alert_closed_says_why
  check (state <> 'closed' or num_nulls(closed_at, closed_by_id, outcome, reason_sealed) = 0);

alter table accounting_suspension
  add constraint accounting_suspension_patient_id_fkey foreign key (patient_id) references patient (id),
  add constraint accounting_suspension_vendor_id_fkey foreign key (vendor_id) references vendor (id),
  add constraint accounting_suspension_recorded_by_id_fkey foreign key (recorded_by_id) references user_account (id),
  add constraint accounting_suspension_ended_by_id_fkey foreign key (ended_by_id) references user_account (id);
alter table research_protocol
  add constraint research_protocol_vendor_id_fkey foreign key (vendor_id) references vendor (id),
  add constraint research_protocol_recorded_by_id_fkey foreign key (recorded_by_id) references user_account (id);
alter table opt_out_alert
  add constraint opt_out_alert_patient_id_fkey foreign key (patient_id) references patient (id),
  add constraint opt_out_alert_opt_out_id_fkey foreign key (opt_out_id) references opt_out (id),
  add constraint opt_out_alert_taken_by_id_fkey foreign key (taken_by_id) references user_account (id),
  add constraint opt_out_alert_closed_by_id_fkey foreign key (closed_by_id) references user_account (id);

-- The ledger is searched by time across all patients. Rows come nearly in that order, so that a summary of blocks costs next to nothing to keep.
create index disclosure_occurred_at_brin on disclosure using brin (occurred_at);
