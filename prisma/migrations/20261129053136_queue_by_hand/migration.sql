-- Lists that the officer's numbers open, each in the order of its page: what has extra time, and what was answered late. The conditions are
-- written as app/requests/open-clocks.server.ts writes them.
create index privacy_request_extended_idx on privacy_request (due_on, received_at, id)
  where status not in ('draft', 'responded', 'closed') and extended_at is not null;
create index privacy_request_answered_late_idx on privacy_request (status, responded_at desc, id)
  where status = 'responded' and responded_at is not null and (responded_at at time zone time_zone)::date > due_on;

-- What staff search requests by is the names and numbers that their patient has now, of every record that is theirs. In steps with few rows
-- each: as one query, a planner that has no statistics yet reads both tables whole for each row of a large import.
create function request_search_kept(changed uuid[]) returns void language plpgsql as $$
declare
  head uuid;
  members uuid[];
  more uuid[];
begin
  for head in
    with recursive up as (
      select id, merged_into_id from patient where id = any (changed)
      union
      select above.id, above.merged_into_id from patient above join up on above.id = up.merged_into_id
    )
    select id from up where merged_into_id is null
  loop
    members := array[head];
    loop
      select array_agg(id) into more from patient where merged_into_id = any (members) and id <> all (members);
      exit when more is null;
      members := members || more;
    end loop;
    update privacy_request r set search_text = concat_ws(' ', r.reference, names.said, numbers.said)
      from (select string_agg(given_name || ' ' || family_name, ' ' order by merged_into_id nulls first, id) as said
              from patient where id = any (members)) names,
           (select string_agg(value, ' ' order by value) as said
              from patient_identifier where patient_id = any (members)) numbers
     where r.patient_id = any (members)
       and r.search_text is distinct from concat_ws(' ', r.reference, names.said, numbers.said);
  end loop;
end
$$;
create function patient_search_changed() returns trigger language plpgsql as $$
begin
  perform request_search_kept(array_remove(array[new.id, old.merged_into_id, new.merged_into_id], null));
  return null;
end
$$;
create function patient_number_changed() returns trigger language plpgsql as $$
begin
  perform request_search_kept(array[case when tg_op = 'DELETE' then old.patient_id else new.patient_id end]);
  if tg_op = 'UPDATE' and old.patient_id <> new.patient_id then
    perform request_search_kept(array[old.patient_id]);
  end if;
  return null;
end
$$;
create trigger patient_search_kept after update on patient for each row
  when (old.given_name <> new.given_name or old.family_name <> new.family_name or old.merged_into_id is distinct from new.merged_into_id)
  execute function patient_search_changed();
create trigger patient_identifier_search_kept after insert or update or delete on patient_identifier
  for each row execute function patient_number_changed();

select request_search_kept(array_agg(distinct patient_id)) from privacy_request having count(*) > 0;

-- The duty to say that it arrived was counted with the holidays of the request: it is now kept with those of its own rule.
update privacy_request set ack_holidays = holidays where ack_rule_id is not null;
