-- That somebody was asked decides whether their "no" can end: like the choice itself, it is never changed or removed.
create trigger opt_out_ask_append_only before update or delete or truncate on opt_out_ask
  for each statement execute function refuse_change();

-- A list that nobody wrote is an empty one. Of a record in which one were missing it could not be said what it covers.
alter table opt_out
  alter column purposes set not null,
  alter column vendor_ids set not null,
  alter column study_uids set not null,
  alter column given_for_ids set not null;
