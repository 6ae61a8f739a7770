-- Nobody writes a request until this migration is done: the tallies are counted anew at its end.
lock table privacy_request in share row exclusive mode;
alter table privacy_request disable trigger privacy_request_tally_changed;

-- A complaint in the United Kingdom had the rule of its acknowledgement as the clock of its answer. Open ones get both: the duty to
-- acknowledge, with the day it was counted to, and what was promised for the answer when it was filed. Ended ones stay as they were.
update privacy_request r
   set ack_rule_id = r.rule_id, ack_rule_version = r.rule_version, ack_due_on = r.due_on,
       rule_id = 'promise.complaint', rule_version = 1, promised_count = p.days, due_on = r.received_on + coalesce(p.days, 30)
  from (select q.id, (select (s.value ->> 'promise.complaint')::int from setting_version s
                       where s.name = 'promises' and s.set_at <= q.entered_at order by s.set_at desc, s.id desc limit 1) as days
          from privacy_request q) p
 where p.id = r.id and r.kind = 'complaint' and r.rule_id = 'uk.complaint.ack' and r.status not in ('draft', 'responded', 'closed');

-- Which clocks stand still, as app/clocks/count.ts has it. No policy ever stopped one before: only the law of the United Kingdom does.
-- Asked for who they are by the last day, or to explain by the last day, and not answered since.
update privacy_request r
   set clock_paused = true
 where r.status in ('identityCheck', 'waitingOnPatient') and r.rule_id = 'uk.gdpr.art12a'
   and exists (
     select 1 from request_clock_event asked
      where asked.request_id = r.id
        and ((asked.type = 'identityInfoRequested'
              and (asked.at at time zone r.time_zone)::date <= (
                select min(day)::date
                  from generate_series(r.received_on + interval '1 month', r.received_on + interval '3 months', interval '1 day') as day
                 where extract(isodow from day) < 6 and not day::date = any (r.holidays)))
             or (asked.type = 'clarificationRequested' and (asked.at at time zone r.time_zone)::date <= r.due_on))
        and not exists (
          select 1 from request_clock_event answered
           where answered.request_id = r.id and (answered.at, answered.id) > (asked.at, asked.id)
             and answered.type = case asked.type when 'identityInfoRequested' then 'identityInfoReceived'
                                                 else 'clarificationReceived' end::request_clock_event_type));

alter table privacy_request enable trigger privacy_request_tally_changed;

create or replace function tally_added() returns trigger language plpgsql as $$
begin
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, count(*)
    from came where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
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
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, sum(step)
    from (select *, 1 as step from came union all select *, -1 from gone) as changed
   where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9 having sum(step) <> 0;
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
  insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, count)
  select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
         extended_at is not null, due_on, clock_paused, -count(*)
    from gone where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
  insert into answer_tally (kind, rule_id, month, days, on_time, count)
  select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
         (responded_at at time zone time_zone)::date - received_on,
         (responded_at at time zone time_zone)::date <= due_on, -count(*)
    from gone where status = 'responded' and responded_at is not null group by 1, 2, 3, 4, 5;
  return null;
end
$$;

delete from open_tally;
insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, count)
select kind, status, channel, rule_id, rule_version, coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'),
       extended_at is not null, due_on, clock_paused, count(*)
  from privacy_request where status not in ('draft', 'responded', 'closed') group by 1, 2, 3, 4, 5, 6, 7, 8, 9;
insert into answer_tally (kind, rule_id, month, days, on_time, count)
select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM'),
       (responded_at at time zone time_zone)::date - received_on,
       (responded_at at time zone time_zone)::date <= due_on, count(*)
  from privacy_request where status = 'responded' and responded_at is not null group by 1, 2, 3, 4, 5;


-- What is due later is, beside what falls due after the week, what stands still before it.
drop index privacy_request_waiting_idx;
create index privacy_request_paused_idx on privacy_request (due_on, received_at, id)
  where clock_paused and status not in ('draft', 'responded', 'closed');
-- Complaints that nobody has confirmed yet, by the day on which that is owed.
create index privacy_request_ack_idx on privacy_request (ack_due_on, received_at, id)
  where acknowledged_at is null and ack_due_on is not null and status not in ('draft', 'responded', 'closed');
