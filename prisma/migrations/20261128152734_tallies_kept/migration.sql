-- Whoever writes a request adds to the tallies what that changed, in the same statement: rows are only added, so that writers of one
-- kind and day do not wait for each other, and a sum over the rows that a reader sees is exact.
create function tally_added() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, count(*)
    from came where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8;
  insert into answer_tally (kind, month, days, on_time, count)
  select kind, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, count(*)
    from came where status = 'responded' and responded_at is not null group by 1, 2, 3, 4;
  return null;
end
$$;
create function tally_changed() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, sum(step)
    from (select *, 1 as step from came union all select *, -1 from gone) as changed
   where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8 having sum(step) <> 0;
  insert into answer_tally (kind, month, days, on_time, count)
  select kind, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, sum(step)
    from (select *, 1 as step from came union all select *, -1 from gone) as changed
   where status = 'responded' and responded_at is not null group by 1, 2, 3, 4 having sum(step) <> 0;
  return null;
end
$$;
create function tally_removed() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, -count(*)
    from gone where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8;
  insert into answer_tally (kind, month, days, on_time, count)
  select kind, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, -count(*)
    from gone where status = 'responded' and responded_at is not null group by 1, 2, 3, 4;
  return null;
end
$$;
create trigger privacy_request_tally_added after insert on privacy_request
  referencing new table as came for each statement execute function tally_added();
create trigger privacy_request_tally_changed after update on privacy_request
  referencing old table as gone new table as came for each statement execute function tally_changed();
create trigger privacy_request_tally_removed after delete on privacy_request
  referencing old table as gone for each statement execute function tally_removed();

-- What is there already. Nobody writes a request until this migration is done: making the triggers holds the table.
insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, count)
select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
       extended_at is not null, due_on, count(*)
  from privacy_request where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8;
insert into answer_tally (kind, month, days, on_time, count)
select kind, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
       (responded_at at time zone time_zone)::date - received_on,
       (responded_at at time zone time_zone)::date <= due_on, count(*)
  from privacy_request where status = 'responded' and responded_at is not null group by 1, 2, 3, 4;

-- A person looked for who has few of many open requests.
create index privacy_request_open_assignee_idx on privacy_request (assignee_id, due_on, received_at, id)
  where status not in ('draft', 'responded', 'closed');
