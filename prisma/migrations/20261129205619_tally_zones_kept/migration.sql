-- Nobody writes a request until this migration is done: the tallies are counted anew at its end.
lock table privacy_request in share row exclusive mode;

-- A day ends when it ends in the zone of its request.
create or replace function tally_added() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, time_zone, count(*)
    from came where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
  insert into answer_tally (kind, rule_id, month, days, on_time, count)
  select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, count(*)
    from came where status = 'responded' and responded_at is not null group by 1, 2, 3, 4, 5;
  return null;
end
$$;
create or replace function tally_changed() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, time_zone, sum(step)
    from (select *, 1 as step from came union all select *, -1 from gone) as changed
   where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(step) <> 0;
  insert into answer_tally (kind, rule_id, month, days, on_time, count)
  select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, sum(step)
    from (select *, 1 as step from came union all select *, -1 from gone) as changed
   where status = 'responded' and responded_at is not null group by 1, 2, 3, 4, 5 having sum(step) <> 0;
  return null;
end
$$;
create or replace function tally_removed() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, time_zone, -count(*)
    from gone where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
  insert into answer_tally (kind, rule_id, month, days, on_time, count)
  select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, -count(*)
    from gone where status = 'responded' and responded_at is not null group by 1, 2, 3, 4, 5;
  return null;
end
$$;

delete from open_tally;
insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count)
select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
       extended_at is not null, due_on, clock_paused, time_zone, count(*)
  from privacy_request where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
