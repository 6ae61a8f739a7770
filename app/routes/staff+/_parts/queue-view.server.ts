import { recordListRead } from '#app/audit/list-reads.server.ts';
import type { DueDateProps } from '#app/components/due-date.tsx';
import { heldMessages } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { openClaimsCount } from '#app/people/identity-claims-reading.server.ts';
import { asksWaiting } from '#app/people/representations-reading.server.ts';
import { colleagues } from '#app/requests/assign.server.ts';
import { requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import {
  placeText,
  promptness,
  queueChannels,
  queueQuery,
  readPlace,
  readQueueFilter,
  statusesOf,
  times,
  type QueueFilter,
} from '#app/requests/queue.ts';
import { queueCounts, type QueueCounts } from '#app/requests/queue-counts.server.ts';
import { localDays } from '#app/requests/local-days.server.ts';
import { mostUrgent, queuePage, type QueueRow } from '#app/requests/queue.server.ts';
import type { OpenWork } from '#app/requests/reading.server.ts';
import { bases } from '#app/requests/reports.ts';
import { readAck } from '#app/requests/request-clock.ts';
import { viewsOf } from '#app/requests/saved-views.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { clockView, dueOf } from '#app/web/present-clock.server.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { statusInWords, turnInWords } from './in-words.ts';

export type QueueView = Awaited<ReturnType<typeof queueView>>;

/** The queue as its address asks for it, with what there is to do. */
export async function queueView({ world, person, locale, now }: Visit, search: URLSearchParams) {
  const { db } = world;
  const words = wordsFor(locale);
  const filter = readQueueFilter(search);
  const { timeZone } = await theFacility(db);
  const reader = { userId: person.id, days: await localDays(db, now, timeZone) };
  const after = readPlace(search.get('after'), filter.sort);
  const before = readPlace(search.get('before'), filter.sort);
  const at = after ? { after } : before ? { before } : null;
  const [counts, asked, urgent, people, views, claims, asks, unmatched] = await Promise.all([
    queueCounts(db, filter, reader),
    queuePage(db, filter, reader, at),
    mostUrgent(db),
    colleagues(db),
    viewsOf(db, person.id),
    openClaimsCount(db),
    asksWaiting(db),
    heldMessages(db),
  ]);
  // What stood there has been answered meanwhile: the first page rather than an empty one.
  const page = asked.rows.length === 0 && at ? await queuePage(db, filter, reader, null) : asked;
  await recordListRead(world, {
    actor: person,
    list: 'queue',
    patientIds: page.rows.map(({ patientId }) => patientId),
  });
  const query = queueQuery(filter);
  const pageTo = (side: 'after' | 'before') => {
    const place = page[side];
    return place && `/staff?${query ? `${query}&` : ''}${side}=${placeText(place)}`;
  };
  const here = search.toString();
  return {
    standing: filter.standing,
    filter,
    query,
    /** Where the forms of this page go, so that one stays on it. */
    formTo: `/staff?index${here ? `&${here}` : ''}`,
    isFiltered: queueQuery(filter, { sort: 'due', standing: 'open' }) !== '',
    rows: queueLines(page.rows, now, locale),
    previousTo: pageTo('before'),
    nextTo: pageTo('after'),
    total: filter.standing === 'open' ? counts.total : counts.answers,
    only: onlyView(filter, locale),
    chips: chipsOf(filter, counts, words),
    choices: choicesOf(filter, counts, words),
    sortTo: {
      due: `/staff?${queueQuery(filter, { sort: 'due' })}`,
      received: `/staff?${queueQuery(filter, { sort: 'received' })}`,
    },
    mayAct: can(person.role, 'requests.process') && filter.standing === 'open',
    mayRecord: can(person.role, 'requests.process'),
    colleagues: people,
    me: person.id,
    views: views.map((view) => ({ ...view, current: view.query === query })),
    work: workView(counts.work, locale),
    mostUrgent: urgent,
    unmatched,
    people: {
      identity: waitingView(claims, timeZone, locale),
      representatives: waitingView(asks, timeZone, locale),
      mayDecide: can(person.role, 'identity.decide'),
    },
  };
}

export interface Chip {
  label: string;
  /** Null: not counted. */
  count: number | null;
  to: string;
  current: boolean;
}

/** One line of ways into the queue: by when, and whose. */
function chipsOf(filter: QueueFilter, counts: QueueCounts, words: Words): Chip[] {
  const bare = readQueueFilter(new URLSearchParams());
  // Another day or owner keeps the kind, the state and the way that were chosen; "open" is all of them.
  const { kind, status, channel, sort } = filter;
  const kept = filter.standing === 'open' ? { kind, status, channel, sort } : {};
  const chip = (label: MessageId, change: Partial<QueueFilter>, count: number | undefined): Chip => {
    const at: QueueFilter = { ...bare, ...(Object.keys(change).length > 0 ? kept : {}), ...change };
    const query = queueQuery(at);
    return {
      label: words(label),
      count: count ?? 0,
      to: `/staff${query ? `?${query}` : ''}`,
      current: filter.standing === 'open' && query === queueQuery(filter),
    };
  };
  const asIs = { assignee: filter.assignee };
  const due = { due: filter.due, risk: filter.risk };
  return [
    chip(
      'staff.queue.open',
      {},
      counts.work.reduce((all, { open }) => all + open, 0),
    ),
    chip('queue.due.overdue', { ...asIs, due: 'overdue' }, counts.due.overdue),
    chip('queue.due.today', { ...asIs, due: 'today' }, counts.due.today),
    chip('queue.due.week', { ...asIs, due: 'week' }, counts.due.week),
    chip('queue.due.later', { ...asIs, due: 'later' }, counts.due.later),
    chip('queue.risk.atRisk', { ...asIs, risk: 'atRisk' }, counts.risk.atRisk),
    chip('queue.mine', { ...due, assignee: 'me' }, counts.assignee.me),
    chip('queue.nobodys', { ...due, assignee: 'nobody' }, counts.assignee.nobody),
    {
      label: words('staff.queue.ended'),
      count: null,
      to: '/staff?standing=ended',
      current: filter.standing === 'ended',
    },
  ];
}

export interface SelectChoice {
  value: string;
  label: string;
}

/** The choices of each list, with how many requests each would show. */
function choicesOf(filter: QueueFilter, counts: QueueCounts, words: Words) {
  const counted = (side: Record<string, number>, value: string, label: string): SelectChoice => ({
    value,
    label: filter.standing === 'open' ? words('queue.counted', { label, count: side[value] ?? 0 }) : label,
  });
  return {
    kind: requestKinds.map((kind) => counted(counts.kind, kind, words(`requests.kind.${kind}`))),
    status: statusesOf(filter.standing).map((status) =>
      counted(counts.status, status, statusInWords(words, { kind: null, status, resolution: null })),
    ),
    channel: queueChannels.map((channel) =>
      counted(counts.channel, channel, words(`staff.channel.${channel}`)),
    ),
    time: times.map((time) => counted(counts.time, time, words(`queue.time.${time}`))),
    basis: bases.map((basis) => counted(counts.basis, basis, words(`site.basis.${basis}`))),
    answered: promptness.map((value) => ({ value, label: words(`queue.answered.${value}`) })),
  };
}

/** What narrows the queue beside the lists and the chips: a day, or the months of the answer; each with the way to all of it. */
function onlyView(filter: QueueFilter, locale: Locale): { what: string; without: string }[] {
  const words = wordsFor(locale);
  const monthOf = (month: string) =>
    new Intl.DateTimeFormat(formatTag[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(`${month}-01T00:00:00Z`),
    );
  const { dueOn, risk, from, to } = filter;
  const without = (change: Partial<QueueFilter>) => `/staff?${queueQuery(filter, change)}`;
  return [
    ...(dueOn
      ? [
          {
            what: words('queue.only.dueOn', { day: dateInWords(locale, dueOn) }),
            without: without({ dueOn: null }),
          },
        ]
      : []),
    ...(risk === 'soon' ? [{ what: words('queue.only.soon'), without: without({ risk: null }) }] : []),
    ...(from
      ? [
          {
            what: words(to === from ? 'queue.only.inMonth' : 'queue.only.fromMonth', {
              month: monthOf(from),
            }),
            without: without({ from: null, to: null }),
          },
        ]
      : []),
  ];
}

export interface QueueLine {
  id: string;
  reference: string;
  /** Of the request as it is shown: what the form acts on. */
  version: number;
  kind: string;
  patient: string;
  /** Who asked on the patient's behalf, in words; null when they asked themselves. */
  askedBy: string | null;
  /** Null: taken back, so nothing is due any more and nothing was answered. */
  due: DueDateProps | null;
  /** Where the patient is to be told first that it arrived: that this is its day, and that of the answer. */
  dueNote: string | null;
  status: string;
  turn: string;
  /** Null: nobody has taken it yet. */
  owner: string | null;
  received: string;
}

/** The queue's rows for the page. Dates in the facility's zone. */
export function queueLines(rows: readonly QueueRow[], now: Date, locale: Locale): QueueLine[] {
  const words = wordsFor(locale);
  return rows.map((row) => ({
    id: row.id,
    reference: row.reference,
    version: row.version,
    kind: words(`requests.kind.${row.kind}`),
    patient: row.patientName,
    askedBy: row.filedByName && words('staff.queue.askedBy', { name: row.filedByName }),
    ...dueLine(row, now, locale),
    status: statusInWords(words, row),
    turn: turnInWords(words, row),
    owner: row.assigneeName,
    received: dayOfInstantInWords(locale, row.receivedAt, row.timeZone),
  }));
}

/** The day that comes first of a row. */
function dueLine(row: QueueRow, now: Date, locale: Locale): Pick<QueueLine, 'due' | 'dueNote'> {
  const ack = row.next === 'confirmation' ? readAck(row, now) : null;
  const { due } = clockView(row, now, locale);
  if (!ack || !due) return { due, dueNote: null };
  const words = wordsFor(locale);
  const first = words('queue.next.confirmation');
  return {
    due: dueOf(ack, locale),
    dueNote: due.state === 'paused' ? first : `${first}. ${words('queue.next.answer', { date: due.date })}`,
  };
}

export interface WorkLine {
  kind: RequestKind;
  open: number;
  late: number;
  /** Null: all their clocks stand still. */
  earliestDue: string | null;
}

function workView(work: readonly OpenWork[], locale: Locale): WorkLine[] {
  return work.map(({ earliestDueOn, ...line }) => ({
    ...line,
    earliestDue: earliestDueOn && dateInWords(locale, earliestDueOn),
  }));
}

export interface WaitingLine {
  count: number;
  /** Since when the oldest waits, in words; null when nothing does. */
  oldest: string | null;
}

function waitingView(
  { count, oldest }: { count: number; oldest: Date | null },
  timeZone: string,
  locale: Locale,
): WaitingLine {
  return { count, oldest: oldest && dayOfInstantInWords(locale, oldest, timeZone) };
}
