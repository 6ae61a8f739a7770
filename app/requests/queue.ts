import { z } from 'zod';
import { requestKinds, type RequestKind } from './kinds/registry.ts';
import { openStatuses, type RequestStatus } from './moves.ts';
import { bases, type Basis } from './reports.ts';

export const queueChannels = ['portal', 'paper', 'phone', 'desk'] as const;
const dueBuckets = ['overdue', 'today', 'week', 'later'] as const;
export type DueBucket = (typeof dueBuckets)[number];
/** As the clock says it: inside the days of warning of its rule, past its last day, or due today or within the seven days after. */
const risks = ['atRisk', 'overdue', 'soon'] as const;
/**
 * Whether its time was extended, its clock stands still, the law wants the patient told that it arrived and nobody did, or the patient has
 * to say something first: who they are, what they mean, what they choose about a cost.
 */
export const times = ['extended', 'still', 'unconfirmed', 'patient'] as const;
/** Of answers: all of a time, those that were late, those that were not. */
export const promptness = ['any', 'late', 'inTime'] as const;
const endedStatuses = ['responded', 'closed'] as const satisfies readonly RequestStatus[];

/** Which requests the queue shows, and in which order. */
export interface QueueFilter {
  standing: 'open' | 'ended';
  kind: RequestKind | null;
  status: RequestStatus | null;
  due: DueBucket | null;
  risk: (typeof risks)[number] | null;
  time: (typeof times)[number] | null;
  /** Who set its last day: the law or the facility. */
  basis: Basis | null;
  /** Its last day, `YYYY-MM-DD`, where its clock runs. */
  dueOn: string | null;
  /** Answers alone, by when they were sent: the newest first. */
  answered: (typeof promptness)[number] | null;
  /** First and last month of the answer, `YYYY-MM` in the zone of the request. */
  from: string | null;
  to: string | null;
  /** A person's id, `me` for whoever looks, `nobody`. */
  assignee: string | null;
  channel: (typeof queueChannels)[number] | null;
  sort: 'due' | 'received';
}

/** A place in the queue, for the page after or before it. */
export interface QueuePlace {
  /** `YYYY-MM-DD`; null where the queue goes by the day of receipt. */
  dueOn: string | null;
  /** Of receipt; where the queue goes by the day of the answer, of that. */
  receivedAt: Date;
  id: string;
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);

const filterFields = {
  standing: z.enum(['open', 'ended']),
  kind: z.enum(requestKinds),
  status: z.enum([...openStatuses, ...endedStatuses]),
  due: z.enum(dueBuckets),
  risk: z.enum(risks),
  time: z.enum(times),
  basis: z.enum(bases),
  dueOn: z.iso.date(),
  answered: z.enum(promptness),
  from: month,
  to: month,
  assignee: z.union([z.enum(['me', 'nobody']), z.uuid()]),
  channel: z.enum(queueChannels),
  sort: z.enum(['due', 'received']),
};

/** The filter that an address asks for. Whatever is no filter is as if it was not there. */
export function readQueueFilter(search: URLSearchParams): QueueFilter {
  const one = <T>(name: keyof typeof filterFields, schema: z.ZodType<T>): T | null => {
    const read = schema.safeParse(search.get(name));
    return read.success ? read.data : null;
  };
  const standing = one('standing', filterFields.standing) ?? 'open';
  const status = one('status', filterFields.status);
  const isOpen = standing === 'open';
  const answered = isOpen ? null : one('answered', filterFields.answered);
  return {
    standing,
    kind: one('kind', filterFields.kind),
    status: status && statusesOf(standing).includes(status) ? status : null,
    // What has ended is due no more.
    due: isOpen ? one('due', filterFields.due) : null,
    risk: isOpen ? one('risk', filterFields.risk) : null,
    time: isOpen ? one('time', filterFields.time) : null,
    basis: isOpen || answered ? one('basis', filterFields.basis) : null,
    dueOn: isOpen ? one('dueOn', filterFields.dueOn) : null,
    answered,
    from: answered && one('from', filterFields.from),
    to: answered && one('to', filterFields.to),
    assignee: one('assignee', filterFields.assignee),
    channel: one('channel', filterFields.channel),
    sort: isOpen ? (one('sort', filterFields.sort) ?? 'due') : 'received',
  };
}

export function statusesOf(standing: QueueFilter['standing']): readonly RequestStatus[] {
  return standing === 'open' ? openStatuses : endedStatuses;
}

/** The filter as the query of an address, without what is as usual; `''` for the whole queue. */
export function queueQuery(filter: QueueFilter, change: Partial<QueueFilter> = {}): string {
  const { standing, sort, ...rest } = { ...filter, ...change };
  const query = new URLSearchParams();
  if (standing === 'ended') query.set('standing', standing);
  for (const [name, value] of Object.entries(rest)) if (value) query.set(name, value);
  if (standing === 'open' && sort === 'received') query.set('sort', sort);
  return query.toString();
}

export function placeText({ dueOn, receivedAt, id }: QueuePlace): string {
  return [...(dueOn ? [dueOn] : []), receivedAt.getTime(), id].join('.');
}

/** A place as an address names it; null when it cannot be one of this order. */
export function readPlace(text: string | null, sort: QueueFilter['sort']): QueuePlace | null {
  const found = /^(?:(\d{4}-\d\d-\d\d)\.)?(-?\d{1,14})\.([0-9a-f-]{36})$/.exec(text ?? '');
  if (!found) return null;
  const [, day = null, received, id] = found;
  if ((sort === 'due') !== (day !== null) || !z.uuid().safeParse(id).success) return null;
  if (day !== null && !z.iso.date().safeParse(day).success) return null;
  return { dueOn: day, receivedAt: new Date(Number(received)), id: id ?? '' };
}
