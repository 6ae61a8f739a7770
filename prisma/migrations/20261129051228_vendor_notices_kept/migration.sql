-- Foreign keys to other rooms. A recall's request may end after six years while what the vendor said of it is kept: no key to it.
alter table vendor_channel
  add constraint vendor_channel_vendor_id_fkey foreign key (vendor_id) references vendor (id),
  add constraint vendor_channel_set_by_id_fkey foreign key (set_by_id) references user_account (id);
alter table vendor_secret
  add constraint vendor_secret_vendor_id_fkey foreign key (vendor_id) references vendor (id),
  add constraint vendor_secret_made_by_id_fkey foreign key (made_by_id) references user_account (id);
alter table vendor_notice
  add constraint vendor_notice_vendor_id_fkey foreign key (vendor_id) references vendor (id),
  add constraint vendor_notice_patient_id_fkey foreign key (patient_id) references patient (id),
  add constraint vendor_notice_opt_out_id_fkey foreign key (opt_out_id) references opt_out (id);
alter table vendor_notice_event
  add constraint vendor_notice_event_by_id_fkey foreign key (by_id) references user_account (id);

-- One channel of a vendor counts at a time, and one code for its pages.
create unique index vendor_channel_in_force on vendor_channel (vendor_id) where ended_at is null;
create unique index vendor_secret_page_in_force on vendor_secret (vendor_id) where ended_at is null and use = 'page';

-- What a company was told and what it said is kept as it was. The arguments are the columns that may change.
create function refuse_change_but_of() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv::text[] = to_jsonb(old) - tg_argv::text[] then
    return new;
  end if;
  raise exception '% is kept as it was written: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger vendor_channel_kept before update or delete on vendor_channel
  for each row execute function refuse_change_but_of('ended_at');
create trigger vendor_channel_not_emptied before truncate on vendor_channel
  for each statement execute function refuse_change();
create trigger vendor_secret_kept before update or delete on vendor_secret
  for each row execute function refuse_change_but_of('ended_at', 'secret_sealed');
create trigger vendor_secret_not_emptied before truncate on vendor_secret
  for each statement execute function refuse_change();
create trigger vendor_notice_kept before update or delete on vendor_notice
  for each row execute function refuse_change_but_of('sent_at', 'failed_at', 'acknowledged_at', 'answered_at', 'reminders', 'escalated_at', 'closed_at');
create trigger vendor_notice_not_emptied before truncate on vendor_notice
  for each statement execute function refuse_change();
create trigger vendor_notice_event_kept before update or delete on vendor_notice_event
  for each row execute function refuse_change_but_seal('text_sealed');
create trigger vendor_notice_event_not_emptied before truncate on vendor_notice_event
  for each statement execute function refuse_change();
create trigger vendor_proof_kept before update or delete on vendor_proof
  for each row execute function refuse_change_but_seal('bytes_sealed');
create trigger vendor_proof_not_emptied before truncate on vendor_proof
  for each statement execute function refuse_change();
create trigger vendor_delivery_kept before update or delete on vendor_delivery
  for each row execute function refuse_change_but_of('token_sealed', 'letter_id', 'tries', 'tried_at', 'failure', 'sent_at', 'dead_at');
create trigger vendor_delivery_not_emptied before truncate on vendor_delivery
  for each statement execute function refuse_change();

-- An answer says what was done; what cannot be done is said with its reason.
alter table vendor_notice_event add constraint vendor_notice_event_answer_says_what
  check ((type = 'answered') = (coalesce(cardinality(deeds), 0) > 0));
