-- Names are looked for without their accents, and in either case: Zoë Jiménez is found by "zoe jimenez". Letters that Unicode does not take
-- apart are named here.
create function plain_letters(said text) returns text language sql immutable strict parallel safe as $$
  select translate(replace(replace(lower(regexp_replace(normalize(said, nfkd), '[\u0300-\u036f]', '', 'g')), 'ß', 'ss'), 'æ', 'ae'), 'øđðłħı', 'oddlhi')
$$;

create index patient_search_idx on patient using gin (to_tsvector('simple', plain_letters(given_name || ' ' || family_name)));

-- Most numbers that come are of people who have asked for nothing: that is looked up first. By index, also by a session that saw these tables
-- empty, or each number of a large import would read all before it.
create or replace function request_search_kept(changed uuid[]) returns void language plpgsql set enable_seqscan = off as $$
declare
  head uuid;
  members uuid[];
  more uuid[];
begin
  select array_agg(one) into changed from unnest(changed) one
   where exists (select 1 from privacy_request where patient_id = one)
      or exists (select 1 from patient where id = one and merged_into_id is not null)
      or exists (select 1 from patient where merged_into_id = one);
  if changed is null then
    return;
  end if;
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
    update privacy_request r set search_text = plain_letters(concat_ws(' ', r.reference, names.said, numbers.said))
      from (select string_agg(given_name || ' ' || family_name, ' ' order by merged_into_id nulls first, id) as said
              from patient where id = any (members)) names,
           (select string_agg(value, ' ' order by value) as said
              from patient_identifier where patient_id = any (members)) numbers
     where r.patient_id = any (members)
       and r.search_text is distinct from plain_letters(concat_ws(' ', r.reference, names.said, numbers.said));
  end loop;
end
$$;

update privacy_request set search_text = plain_letters(search_text) where search_text <> plain_letters(search_text);
