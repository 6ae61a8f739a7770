import { Prisma, type Db } from '#app/db/client.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import type { RequestStatus } from './moves.ts';
import { askedStatuses, atRisk, basisOfRule, dueBucket, isDueOn } from './open-clocks.server.ts';
import type { DueBucket, QueueFilter } from './queue.ts';
import type { QueueReader } from './queue.server.ts';
import type { OpenWork } from './reading.server.ts';
import type { Basis } from './reports.ts';
import {
  answeredInTallies,
  feeWaitingCount,
  firstDays,
  openTallies,
  unconfirmedCount,
  unconfirmedTallies,
  waitingTallies,
} from './tallies.server.ts';

/** How many open requests have these things in common. */
interface Group {
  kind: RequestKind;
  status: RequestStatus;
  channel: string;
  due: DueBucket;
  atRisk: boolean;
  extended: boolean;
  still: boolean;
  basis: Basis;
  onTheDay: boolean;
  assignee: 'me' | 'nobody' | 'chosen' | 'other';
  count: number;
}

export interface QueueCounts {
  /** What waits for an answer, by kind, whatever the filter; the most urgent kind first. */
  work: OpenWork[];
  total: number;
  /** Of answers of a time: how many; null where that is not counted. */
  answers: number | null;
  kind: Record<string, number>;
  status: Record<string, number>;
  channel: Record<string, number>;
  due: Record<string, number>;
  risk: Record<string, number>;
  time: Record<string, number>;
  basis: Record<string, number>;
  dueOn: Record<string, number>;
  assignee: Record<string, number>;
}

const talliesApart = { unconfirmed: unconfirmedTallies, patient: waitingTallies };

/** How many open requests each filter would show, with the other filters as they are: exact, from the tallies. */
export async function queueCounts(db: Db, filter: QueueFilter, reader: QueueReader): Promise<QueueCounts> {
  const { userId, days } = reader;
  const chosen = filter.assignee && !['me', 'nobody'].includes(filter.assignee) ? filter.assignee : null;
  const groupsOf = (from: Prisma.Sql) => db.$queryRaw<Group[]>`
    select kind, status, channel, due, "atRisk", extended, still, basis, "onTheDay", assignee, sum(count)::int as count
    from (
      select kind, status, channel, due_on, count, ${atRisk(days)} as "atRisk", extended, clock_paused as still, ${basisOfRule} as basis,
        ${filter.dueOn ? isDueOn(filter.dueOn) : Prisma.sql`false`} as "onTheDay",
        ${dueBucket(days)} as due,
        case when assignee_id is null then 'nobody' when assignee_id = ${userId}::uuid then 'me'
          when assignee_id = ${chosen}::uuid then 'chosen' else 'other' end as assignee
      from ${from}
    ) as open group by kind, status, channel, due, "atRisk", extended, still, basis, "onTheDay", assignee
    having sum(count) <> 0`;
  // The tallies do not know which of them are not confirmed, or have a cost that waits.
  const apart = filter.time === 'unconfirmed' || filter.time === 'patient' ? talliesApart[filter.time] : null;
  const [all, first, some, answers, unconfirmed, feeWaiting] = await Promise.all([
    groupsOf(openTallies),
    firstDays(db),
    apart && groupsOf(apart),
    answeredInTallies(db, filter),
    unconfirmedCount(db),
    feeWaitingCount(db),
  ]);
  const groups = some ?? all;
  const patient = all.reduce(
    (sum, { status, count }) => sum + (askedStatuses.has(status) ? count : 0),
    feeWaiting,
  );
  const { assignee } = filter;
  const passes: Record<
    Exclude<keyof QueueCounts, 'total' | 'work' | 'answers'>,
    (group: Group) => boolean
  > = {
    kind: (group) => !filter.kind || group.kind === filter.kind,
    status: (group) => !filter.status || group.status === filter.status,
    channel: (group) => !filter.channel || group.channel === filter.channel,
    due: (group) => !filter.due || group.due === filter.due,
    risk: (group) => !filter.risk || risksOf(group).includes(filter.risk),
    time: (group) => !filter.time || apart !== null || timesOf(group).includes(filter.time),
    basis: (group) => !filter.basis || group.basis === filter.basis,
    dueOn: (group) => !filter.dueOn || group.onTheDay,
    assignee: (group) =>
      !assignee || group.assignee === (chosen ? (chosen === userId ? 'me' : 'chosen') : assignee),
  };
  const sides = Object.keys(passes) as (keyof typeof passes)[];
  const counts: QueueCounts = {
    work: workOf(all, first),
    total: 0,
    answers,
    kind: {},
    status: {},
    channel: {},
    due: {},
    risk: {},
    time: { unconfirmed, patient },
    basis: {},
    dueOn: {},
    assignee: {},
  };
  for (const group of groups) {
    const failed = sides.filter((side) => !passes[side](group));
    if (failed.length === 0) counts.total += group.count;
    // A filter's other choices count as if it alone was not set; by when and at what risk are one choice.
    for (const side of sides) {
      const own = side === 'due' || side === 'risk' ? ['due', 'risk'] : [side];
      if (failed.some((one) => !own.includes(one))) continue;
      for (const value of valuesOf(group, side))
        counts[side][value] = (counts[side][value] ?? 0) + group.count;
    }
  }
  return counts;
}

function valuesOf(group: Group, side: Exclude<keyof QueueCounts, 'total' | 'work' | 'answers'>): string[] {
  if (side === 'risk') return risksOf(group);
  if (side === 'time') return timesOf(group);
  return side === 'dueOn' ? (group.onTheDay ? ['onTheDay'] : []) : [group[side]];
}

function risksOf({ atRisk, due }: Group): string[] {
  return [
    ...(atRisk ? ['atRisk'] : []),
    ...(due === 'overdue' ? ['overdue'] : []),
    ...(due === 'today' || due === 'week' ? ['soon'] : []),
  ];
}

function timesOf({ extended, still }: Group): string[] {
  return [...(extended ? ['extended'] : []), ...(still ? ['still'] : [])];
}

function workOf(groups: readonly Group[], first: ReadonlyMap<RequestKind, string>): OpenWork[] {
  const work = new Map<RequestKind, OpenWork>();
  for (const { kind, due, count } of groups) {
    const { open, late } = work.get(kind) ?? { open: 0, late: 0 };
    const earliestDueOn = first.get(kind) ?? null;
    work.set(kind, { kind, open: open + count, late: late + (due === 'overdue' ? count : 0), earliestDueOn });
  }
  const dayOf = ({ earliestDueOn }: OpenWork) => earliestDueOn ?? '9999';
  return [...work.values()].sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1));
}
