import { Prisma, type Db } from '#app/db/client.server.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import type { LocalDays } from './local-days.server.ts';
import { isOpenStatus, type RequestStatus } from './moves.ts';
import {
  afterTheWeek,
  answeredBetween,
  answeredLate,
  atRisk,
  basisOfRule,
  day,
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
import { statusesOf, type QueueFilter, type QueuePlace } from './queue.ts';
import { feeWaits, queuePageSize, type RequestSummary } from './reading.server.ts';

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

/** Who looks, and on which days. */
export interface QueueReader {
  userId: string;
  days: LocalDays;
}

const isOfTime: Record<NonNullable<QueueFilter['time']>, Prisma.Sql> = {
  extended: Prisma.sql`extended_at is not null`,
  still: isPaused,
  unconfirmed: isUnconfirmed,
  patient: Prisma.sql`(${isAsked} or ${feeUnanswered})`,
};

const isAtRisk: Record<NonNullable<QueueFilter['risk']>, (days: LocalDays) => Prisma.Sql> = {
  atRisk,
  overdue: (days) => isDue('overdue', days),
  soon: isSoon,
};

/** What a filter asks of a row, besides where it stands. */
function conditions(filter: QueueFilter, { userId, days }: QueueReader): Prisma.Sql[] {
  const { kind, due, risk, time, basis, dueOn, answered, from, to, assignee, channel, sort } = filter;
  const asked: Prisma.Sql[] = [];
  if (kind) asked.push(Prisma.sql`kind = ${kind}::request_kind`);
  if (channel) asked.push(Prisma.sql`channel = ${channel}::request_channel`);
  // What is due later and what stands still are looked for apart: see pageByLastDay.
  if (due && !(due === 'later' && sort === 'due')) asked.push(isDue(due, days));
  if (risk) asked.push(isAtRisk[risk](days));
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
    const parts = filter.due === 'later' ? laterPages(reader.days) : [isOpen];
    const later = filter.due === 'later' ? [isDue('later', reader.days)] : [];
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
function laterPages(days: LocalDays): Prisma.Sql[] {
  return [
    Prisma.sql`${isOpen} and ${afterTheWeek(days)}`,
    Prisma.sql`${isPaused} and not (${afterTheWeek(days)}) and ${isOpen}`,
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
      receivedTimeKnown: true,
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

/** The open request with the earliest day: the one to begin with. A clock that stands still has none; null: no clock runs. */
export async function mostUrgent(db: Db): Promise<{ id: string } | null> {
  const order = Prisma.sql`order by due_on, received_at, id limit 1`;
  const running = [isOpen, Prisma.sql`not ${isPaused}`, Prisma.sql`not ${isUnconfirmed}`];
  const pages = [pagePart(privacyRequest, running, order), pagePart(toBeConfirmed, [], order)];
  const rows = await db.$queryRaw<{ id: string }[]>(pageByLastDay(pages, order));
  return rows[0] ?? null;
}
