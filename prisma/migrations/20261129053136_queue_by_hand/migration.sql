-- Lists that the officer's numbers open, each in the order of its page: what has extra time, and what was answered late. The conditions are
-- written as app/requests/open-clocks.server.ts writes them.
create index privacy_request_extended_idx on privacy_request (due_on, received_at, id)
  where status not in ('draft', 'responded', 'closed') and extended_at is not null;
create index privacy_request_answered_late_idx on privacy_request (status, responded_at desc, id)
  where status = 'responded' and responded_at is not null and (responded_at at time zone time_zone)::date > due_on;

-- What staff search requests by is the names and numbers that their patient has now, of every record that is theirs.
create function request_search_kept(changed uuid[]) returns void language sql as $$
  with recursive up as (
    select id, merged_into_id from patient where id = any (changed)
    union
    select above.id, above.merged_into_id from patient above join up on above.id = up.merged_into_id
  ), members as (
    select id as head, id from up where merged_into_id is null
    union
    select members.head, below.id from patient below join members on below.merged_into_id = members.id
  ), said as (
    select members.head,
           string_agg(p.given_name || ' ' || p.family_name, ' ' order by p.merged_into_id nulls first, p.id) as names,
           (select string_agg(i.value, ' ' order by i.value) from patient_identifier i
             join members mine on mine.id = i.patient_id where mine.head = members.head) as numbers
      from members join patient p on p.id = members.id group by members.head
  )
  update privacy_request r set search_text = concat_ws(' ', r.reference, said.names, said.numbers)
    from members join said on said.head = members.head
   where r.patient_id = members.id and r.search_text is distinct from concat_ws(' ', r.reference, said.names, said.numbers)
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

select request_search_kept(array_agg(id)) from patient having count(*) > 0;

-- The duty to say that it arrived was counted with the holidays of the request: it is now kept with those of its own rule.
update privacy_request set ack_holidays = holidays where ack_rule_id is not null;
