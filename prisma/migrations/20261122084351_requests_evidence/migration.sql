-- What was written to each other, what moved a clock and how the facility was set are kept as they were. A key that is put out of use
-- changes the seal of one column (the trigger's argument) and nothing else.
create function refuse_change_but_seal() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0]
     and to_jsonb(new) ->> tg_argv[0] like 'v1.%' then
    return new;
  end if;
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;

create trigger request_clock_event_kept before update or delete on request_clock_event
  for each row execute function refuse_change_but_seal('reason_sealed');
create trigger request_clock_event_not_emptied before truncate on request_clock_event
  for each statement execute function refuse_change();
create trigger request_message_kept before update or delete on request_message
  for each row execute function refuse_change_but_seal('body_sealed');
create trigger request_message_not_emptied before truncate on request_message
  for each statement execute function refuse_change();
create trigger setting_version_append_only before update or delete or truncate on setting_version
  for each statement execute function refuse_change();
create trigger deadline_reminder_append_only before update or delete or truncate on deadline_reminder
  for each statement execute function refuse_change();

-- A file of a form that is not sent yet may go again. Once it is part of a request it stays, with its name and content; for release or
-- not is decided until the answer is sent.
create function refuse_change_of_attachment() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.request_id is null then
      return old;
    end if;
  elsif to_jsonb(new) - array['bytes_sealed', 'request_id', 'draft_id', 'message_id', 'use']
        = to_jsonb(old) - array['bytes_sealed', 'request_id', 'draft_id', 'message_id', 'use']
        and (old.request_id is null or new.request_id = old.request_id) and new.bytes_sealed like 'v1.%' then
    return new;
  end if;
  raise exception 'attachment is kept with its request: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
create trigger attachment_kept before update or delete on attachment
  for each row execute function refuse_change_of_attachment();
create trigger attachment_not_emptied before truncate on attachment
  for each statement execute function refuse_change();
alter table attachment add constraint attachment_is_somewhere
  check (num_nonnulls(request_id, draft_id) = 1);

-- The queue is searched by words of any language, without stemming: names and numbers.
create index privacy_request_search_idx on privacy_request using gin (to_tsvector('simple', search_text));
-- Open requests are few among many: what the queue and the officer's pages count.
create index privacy_request_open_due_idx on privacy_request (due_on, received_at, id)
  where status not in ('draft', 'responded', 'closed');
-- An answered request is looked at again once at a time.
alter table privacy_request add constraint privacy_request_follows_says_how
  check ((follows_id is null) = (follows_as is null));
