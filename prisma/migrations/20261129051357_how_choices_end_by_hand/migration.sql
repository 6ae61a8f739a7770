-- That somebody was asked decides whether their "no" can end: like the choice itself, it is never changed or removed.
create trigger opt_out_ask_append_only before update or delete or truncate on opt_out_ask
  for each statement execute function refuse_change();
