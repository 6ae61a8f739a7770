import { Prisma, type Db } from '#app/db/client.server.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import { isOpenStatus, type RequestStatus } from './moves.ts';
import {
  afterTheWeek,
  answeredBetween,
  answeredLate,
  atRisk,
  basisOfRule,
  day,
  dueBucket,
  feeUnanswered,
  isAsked,
  isDue,
  isDueOn,
  isOpen,
  isPaused,
  isSoon,
  isUnconfirmed,
  toBeConfirmed,
} from './open-clocks.server.ts';
import { statusesOf, type DueBucket, type QueueFilter, type QueuePlace } from './queue.ts';
import { feeWaits, queuePageSize, type OpenWork, type RequestSummary } from './reading.server.ts';
import type { Basis } from './reports.ts';
import {
  answeredInTallies,
  openGroups,
  unconfirmedCount,
  unconfirmedGroups,
  waitingCount,
  waitingGroups,
} from './tallies.server.ts';

export interface QueueRow extends RequestSummary {
  version: number;
  patientId: string;
  patientName: string;
  /** Who asked on the patient's behalf; null when they asked themselves. */
  filedByName: string | null;
  assigneeName: string | null;
  /** What comes first, and its day: to tell the patient that it arrived, or the answer. */
  next: 'confirmation' | 'answer';
  nextOn: string;
}

export interface QueuePage {
  rows: QueueRow[];
  /** Where the page before this one ends, and the one after it begins; null: there is none. */
  before: QueuePlace | null;
  after: QueuePlace | null;
}

/** Who looks, and on which facility-local day (`YYYY-MM-DD`). */
export interface QueueReader {
  userId: string;
  today: string;
}

const isOfTime: Record<NonNullable<QueueFilter['time']>, Prisma.Sql> = {
  extended: Prisma.sql`extended_at is not null`,
  still: isPaused,
  unconfirmed: isUnconfirmed,
  patient: Prisma.sql`(${isAsked} or ${feeUnanswered})`,
};

const isAtRisk: Record<NonNullable<QueueFilter['risk']>, (today: string) => Prisma.Sql> = {
  atRisk,
  overdue: (today) => isDue('overdue', today),
  soon: isSoon,
};

/** What a filter asks of a row, besides where it stands. */
function conditions(filter: QueueFilter, { userId, today }: QueueReader): Prisma.Sql[] {
  const { kind, due, risk, time, basis, dueOn, answered, from, to, assignee, channel, sort } = filter;
  const asked: Prisma.Sql[] = [];
  if (kind) asked.push(Prisma.sql`kind = ${kind}::request_kind`);
  if (channel) asked.push(Prisma.sql`channel = ${channel}::request_channel`);
  // What is due later and what stands still are looked for apart: see pageByLastDay.
  if (due && !(due === 'later' && sort === 'due')) asked.push(isDue(due, today));
  if (risk) asked.push(isAtRisk[risk](today));
  if (time) asked.push(isOfTime[time]);
  if (basis) asked.push(Prisma.sql`${basisOfRule} = ${basis}`);
  if (dueOn) asked.push(isDueOn(dueOn));
  if (answered) asked.push(...answeredBetween(from, to));
  if (answered === 'late') asked.push(answeredLate);
  if (answered === 'inTime') asked.push(Prisma.sql`not ${answeredLate}`);
  if (assignee === 'nobody') asked.push(Prisma.sql`assignee_id is null`);
  else if (assignee) asked.push(Prisma.sql`assignee_id = ${assignee === 'me' ? userId : assignee}::uuid`);
  return asked;
}

/**
 * A page of the queue: open requests by last day (or by receipt), ended ones by receipt, answers of a time by their day, the newest first. Pages begin at a row, not at a
 * number: what is answered meanwhile moves no row to another page.
 * @param at the row that the page begins after, or ends before; null for the first page
 */
export async function queuePage(
  db: Db,
  filter: QueueFilter,
  reader: QueueReader,
  at: { after: QueuePlace } | { before: QueuePlace } | null,
): Promise<QueuePage> {
  const backwards = at !== null && 'before' in at;
  const place = at && ('after' in at ? at.after : at.before);
  const found = await db.$queryRaw<{ id: string }[]>(pageQuery(filter, reader, place, backwards));
  const more = found.length > queuePageSize;
  const ids = found.slice(0, queuePageSize).map(({ id }) => id);
  if (backwards) ids.reverse();
  const rows = await rowsOf(db, ids);
  const [first, last] = [rows[0], rows.at(-1)];
  const placeOf = (row: QueueRow): QueuePlace => ({
    dueOn: filter.sort === 'due' ? row.nextOn : null,
    receivedAt: (filter.answered && row.respondedAt) || row.receivedAt,
    id: row.id,
  });
  return {
    rows,
    before: first && (backwards ? more : at !== null) ? placeOf(first) : null,
    after: last && (backwards || more) ? placeOf(last) : null,
  };
}

function pageQuery(
  filter: QueueFilter,
  reader: QueueReader,
  place: QueuePlace | null,
  backwards: boolean,
): Prisma.Sql {
  const { standing, status, sort } = filter;
  const newestFirst = standing === 'ended';
  const direction = newestFirst === backwards ? Prisma.sql`asc` : Prisma.sql`desc`;
  const beyond = newestFirst === backwards ? Prisma.sql`>` : Prisma.sql`<`;
  const asked = conditions(filter, reader);
  const limit = queuePageSize + 1;
  if (sort === 'due') {
    if (place)
      asked.push(
        Prisma.sql`(due_on, received_at, id) ${beyond} (${day(place.dueOn ?? '')}, ${place.receivedAt}::timestamptz, ${place.id}::uuid)`,
      );
    if (status) asked.push(Prisma.sql`status = ${status}::request_status`);
    const order = Prisma.sql`order by due_on ${direction}, received_at ${direction}, id ${direction} limit ${limit}`;
    const parts = filter.due === 'later' ? laterPages(reader.today) : [isOpen];
    const later = filter.due === 'later' ? [isDue('later', reader.today)] : [];
    return pageByLastDay(
      [
        // Those that are to be confirmed are looked for by the day of that.
        ...(filter.time === 'unconfirmed'
          ? []
          : parts.map((part) =>
              pagePart(privacyRequest, [part, Prisma.sql`not ${isUnconfirmed}`, ...asked], order),
            )),
        pagePart(toBeConfirmed, [...later, ...asked], order),
      ],
      order,
    );
  }
  if (filter.answered) return answersPage(asked, place, backwards);
  if (place)
    asked.push(Prisma.sql`(received_at, id) ${beyond} (${place.receivedAt}::timestamptz, ${place.id}::uuid)`);
  // Each status has its rows in this order in an index; a page is the first of the firsts. That status and kind are one value is said by the
  // order too: behind policies PostgreSQL does not conclude it from an equality of an enum (docs/decisions/022-row-level-security.md).
  const open = standing === 'open';
  const where = Prisma.join(
    [Prisma.sql`status = standing`, ...(open ? [Prisma.sql`not ${isUnconfirmed}`] : []), ...asked],
    ' and ',
  );
  const statuses = Prisma.sql`${status ? [status] : [...statusesOf(standing)]}::text[]::request_status[]`;
  const first = Prisma.sql`select page.id, page.received_at
    from unnest(${statuses}) as standing
    cross join lateral (
      select id, received_at from privacy_request where ${where}
      order by ${filter.kind ? Prisma.sql`kind ${direction}, ` : Prisma.empty}status ${direction}, received_at ${direction}, id ${direction} limit ${limit}
    ) as page`;
  const toConfirm = open
    ? Prisma.sql`union all select id, received_at from ${toBeConfirmed} where ${Prisma.join([Prisma.sql`status = any(${statuses})`, ...asked], ' and ')}`
    : Prisma.empty;
  return Prisma.sql`select page.id from (${first} ${toConfirm}) as page
    order by page.received_at ${direction}, page.id ${direction} limit ${limit}`;
}

/** Answers, the newest first, in the order of their index; see there why the one status is in the order too. */
function answersPage(asked: Prisma.Sql[], place: QueuePlace | null, backwards: boolean): Prisma.Sql {
  const at = place && Prisma.sql`${place.receivedAt}::timestamptz`;
  if (place)
    asked.push(
      backwards
        ? Prisma.sql`responded_at >= ${at} and (responded_at > ${at} or id < ${place.id}::uuid)`
        : Prisma.sql`responded_at <= ${at} and (responded_at < ${at} or id > ${place.id}::uuid)`,
    );
  const order = backwards
    ? Prisma.sql`status desc, responded_at asc, id desc`
    : Prisma.sql`status asc, responded_at desc, id asc`;
  const where = Prisma.join(
    [Prisma.sql`status = 'responded' and responded_at is not null`, ...asked],
    ' and ',
  );
  return Prisma.sql`select id from privacy_request where ${where} order by ${order} limit ${queuePageSize + 1}`;
}

/**
 * The first of the firsts: each part is a condition that an index answers in this order. One condition with an "or" would be answered by
 * reading everything that is late before the first row that is not.
 */
function pageByLastDay(pages: Prisma.Sql[], order: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`select id from (${Prisma.join(pages, ' union all ')}) as page ${order}`;
}

const privacyRequest = Prisma.sql`privacy_request`;

function pagePart(from: Prisma.Sql, where: Prisma.Sql[], order: Prisma.Sql): Prisma.Sql {
  const asked = where.length > 0 ? Prisma.sql`where ${Prisma.join(where, ' and ')}` : Prisma.empty;
  return Prisma.sql`(select id, due_on, received_at from ${from} ${asked} ${order})`;
}

/** What is due later: after the next seven days, or standing still before that. */
function laterPages(today: string): Prisma.Sql[] {
  return [
    Prisma.sql`${isOpen} and ${afterTheWeek(today)}`,
    Prisma.sql`${isPaused} and not (${afterTheWeek(today)}) and ${isOpen}`,
  ];
}

/** The rows of these ids, in their order. */
export async function rowsOf(db: Db, ids: readonly string[]): Promise<QueueRow[]> {
  const rows = await db.privacyRequest.findMany({
    where: { id: { in: [...ids] } },
    select: {
      ...clockFields,
      id: true,
      reference: true,
      kind: true,
      status: true,
      resolution: true,
      dueOn: true,
      clockPaused: true,
      ackDueOn: true,
      feeNotice: { select: { choice: true } },
      version: true,
      patientId: true,
      patient: { select: { givenName: true, familyName: true } },
      assignee: { select: { displayName: true } },
      filedBy: { select: { displayName: true, patientId: true } },
    },
  });
  const byId = new Map(
    rows.map(({ patient, patientId, assignee, filedBy, feeNotice, ackDueOn, clockPaused, ...row }) => [
      row.id,
      {
        ...row,
        patientId,
        ...keptClock(row),
        dueOn: dateText(row.dueOn),
        feeWaits: feeWaits(row.status, feeNotice),
        patientName: `${patient.givenName} ${patient.familyName}`,
        filedByName: filedBy.patientId === patientId ? null : filedBy.displayName,
        assigneeName: assignee?.displayName ?? null,
        ...nextOf({ ...row, ackDueOn, clockPaused }),
      },
    ]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** As `toBeConfirmed` says it of one row. */
function nextOf({
  status,
  dueOn,
  clockPaused,
  ackDueOn,
  acknowledgedAt,
}: {
  status: RequestStatus;
  dueOn: Date;
  clockPaused: boolean;
  ackDueOn: Date | null;
  acknowledgedAt: Date | null;
}): Pick<QueueRow, 'next' | 'nextOn'> {
  const toConfirm = ackDueOn !== null && acknowledgedAt === null && isOpenStatus(status);
  return toConfirm && (clockPaused || ackDueOn <= dueOn)
    ? { next: 'confirmation', nextOn: dateText(ackDueOn) }
    : { next: 'answer', nextOn: dateText(dueOn) };
}

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
  earliest: Date;
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

const groupsApart = { unconfirmed: unconfirmedGroups, patient: waitingGroups };

/** How many open requests each filter would show, with the other filters as they are: exact, from the tallies. */
export async function queueCounts(db: Db, filter: QueueFilter, reader: QueueReader): Promise<QueueCounts> {
  const { userId, today } = reader;
  const chosen = filter.assignee && !['me', 'nobody'].includes(filter.assignee) ? filter.assignee : null;
  const groupsOf = (from: Prisma.Sql) => db.$queryRaw<Group[]>`
    select kind, status, channel, due, "atRisk", extended, still, basis, "onTheDay", assignee, sum(count)::int as count, min(due_on) as earliest
    from (
      select kind, status, channel, due_on, count, ${atRisk(today)} as "atRisk", extended, clock_paused as still, ${basisOfRule} as basis,
        ${filter.dueOn ? isDueOn(filter.dueOn) : Prisma.sql`false`} as "onTheDay",
        ${dueBucket(today)} as due,
        case when assignee_id is null then 'nobody' when assignee_id = ${userId}::uuid then 'me'
          when assignee_id = ${chosen}::uuid then 'chosen' else 'other' end as assignee
      from ${from}
    ) as open group by kind, status, channel, due, "atRisk", extended, still, basis, "onTheDay", assignee`;
  // The tallies do not know which of them are not confirmed, or have a cost that waits.
  const apart = filter.time === 'unconfirmed' || filter.time === 'patient' ? groupsApart[filter.time] : null;
  const [all, some, answers, unconfirmed, patient] = await Promise.all([
    groupsOf(openGroups),
    apart && groupsOf(apart),
    answeredInTallies(db, filter),
    unconfirmedCount(db),
    waitingCount(db),
  ]);
  const groups = some ?? all;
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
    work: workOf(all),
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

function workOf(groups: readonly Group[]): OpenWork[] {
  const work = new Map<RequestKind, OpenWork>();
  for (const { kind, due, count, earliest, still } of groups) {
    const line = work.get(kind) ?? { kind, open: 0, late: 0, earliestDueOn: null };
    // A clock that stands still has no last day meanwhile.
    const days = [line.earliestDueOn, still ? null : dateText(earliest)].filter((day) => day !== null);
    const earliestDueOn = days.sort()[0] ?? null;
    const late = line.late + (due === 'overdue' ? count : 0);
    work.set(kind, { kind, open: line.open + count, late, earliestDueOn });
  }
  const dayOf = ({ earliestDueOn }: OpenWork) => earliestDueOn ?? '9999';
  return [...work.values()].sort((a, b) => (dayOf(a) < dayOf(b) ? -1 : 1));
}

/** The open request with the earliest day: the one to begin with. A clock that stands still has none; null: no clock runs. */
export async function mostUrgent(db: Db): Promise<{ id: string } | null> {
  const order = Prisma.sql`order by due_on, received_at, id limit 1`;
  const running = [isOpen, Prisma.sql`not ${isPaused}`, Prisma.sql`not ${isUnconfirmed}`];
  const pages = [pagePart(privacyRequest, running, order), pagePart(toBeConfirmed, [], order)];
  const rows = await db.$queryRaw<{ id: string }[]>(pageByLastDay(pages, order));
  return rows[0] ?? null;
}
