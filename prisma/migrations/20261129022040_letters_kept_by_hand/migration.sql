-- What a letter said stays as it was sent; a key that is put out of use changes its seal and nothing else.
create trigger sent_letter_kept before update or delete on sent_letter
  for each row execute function refuse_change_but_seal('letter_sealed');
create trigger sent_letter_not_emptied before truncate on sent_letter
  for each statement execute function refuse_change();

-- Nothing is the same as itself.
alter table privacy_request add constraint privacy_request_duplicate_of_another check (duplicate_of_id <> id);

-- The kept letters go with their request; the one that another was closed for stays as long as that one.
create or replace function remove_request_after_six_years(request uuid, before timestamptz) returns jsonb
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
     or exists (select 1 from privacy_request f where f.follows_id = request or f.duplicate_of_id = request)
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
  delete from sent_letter where request_id = request;
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
