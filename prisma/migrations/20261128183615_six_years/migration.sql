-- 45 CFR 164.530(j): papers are kept for six years from when they were last in effect. What has no effect any more ends then, and only by
-- the function below: it belongs to the owner of the tables, and the role that Plainview works as may call it and remove nothing else.

create function is_being_removed(request text) returns boolean language sql stable as $$
  select coalesce(current_setting('plainview.removing', true) = request and current_user <> 'plainview_app', false)
$$;

create or replace function refuse_change_but_seal() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0]
     and to_jsonb(new) ->> tg_argv[0] like 'v1.%' then
    return new;
  end if;
  if tg_op = 'DELETE' and is_being_removed(to_jsonb(old) ->> 'request_id') then
    return old;
  end if;
  raise exception '% is append-only: % refused', tg_table_name, lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;

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
  if tg_op = 'DELETE' and is_being_removed(old.request_id::text) then
    return old;
  end if;
  raise exception 'accounting is kept as it was given: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;

create or replace function refuse_change_of_attachment() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.request_id is null or is_being_removed(old.request_id::text) then
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

create function refuse_change_of_reminder() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and is_being_removed(old.request_id::text) then
    return old;
  end if;
  raise exception 'deadline_reminder is append-only: % refused', lower(tg_op) using errcode = 'integrity_constraint_violation';
end
$$;
drop trigger deadline_reminder_append_only on deadline_reminder;
create trigger deadline_reminder_kept before update or delete on deadline_reminder
  for each row execute function refuse_change_of_reminder();
create trigger deadline_reminder_not_emptied before truncate on deadline_reminder
  for each statement execute function refuse_change();

-- Removes a request with all that was written about it, where its last act lies before `before` and six years or more back by this
-- server's clock. Never one that is open, that another one follows, that stands behind a “no”, or whose kind has effect for longer.
-- Gives back what went with it; null where nothing did.
create function remove_request_after_six_years(request uuid, before timestamptz) returns jsonb
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  last_act timestamptz;
  gone jsonb;
begin
  perform 1 from privacy_request r
    where r.id = request and r.status in ('responded', 'closed')
      and r.kind in ('accounting', 'access', 'question', 'recall', 'complaint') for update;
  if not found
     or exists (select 1 from opt_out where request_id = request)
     or exists (select 1 from privacy_request f where f.follows_id = request)
     or exists (select 1 from request_response a join accounting l on l.id = a.accounting_id
                 where l.request_id = request and a.request_id <> request) then
    return null;
  end if;
  select max(at) into last_act from (
    select greatest(received_at, entered_at, extended_at, acknowledged_at, responded_at, closed_at) from privacy_request where id = request
    union all select written_at from request_message where request_id = request
    union all select added_at from attachment where request_id = request
    union all select request_clock_event.at from request_clock_event where request_id = request
    union all select greatest(drafted_at, sent_at) from request_response where request_id = request
    union all select greatest(prepared_at, given_at) from accounting where request_id = request
    union all select greatest(told_at, chosen_at) from fee_notice where request_id = request
    union all select greatest(owed_at, sent_at) from notice where request_id = request
  ) as acts (at);
  if last_act is null or last_act >= before or last_act > now() - interval '6 years' then
    return null;
  end if;
  select jsonb_build_object(
    'messages', (select count(*) from request_message where request_id = request),
    'files', (select count(*) from attachment where request_id = request),
    'lists', (select count(*) from accounting where request_id = request)) into gone;
  perform set_config('plainview.removing', request::text, true);
  delete from outbox_message where notice_id in (select id from notice where request_id = request);
  delete from notice where request_id = request;
  delete from deadline_reminder where request_id = request;
  delete from fee_notice where request_id = request;
  delete from request_response where request_id = request;
  delete from accounting where request_id = request;
  delete from attachment where request_id = request;
  delete from request_message where request_id = request;
  delete from request_clock_event where request_id = request;
  delete from privacy_request where id = request;
  perform set_config('plainview.removing', '', true);
  return gone;
end
$$;
revoke execute on function remove_request_after_six_years(uuid, timestamptz) from public;
