import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { countsFor, type CalendarOwner } from './calendars.ts';
import { addVersion } from './settings.server.ts';

export interface Holiday {
  calendar: string;
  /** `YYYY-MM-DD` */
  on: string;
  name: string;
}

/** More than a century of public holidays. */
export const mostHolidays = 2_000;

/** Every holiday of every calendar, by date. */
export async function allHolidays(db: Db | Tx): Promise<Holiday[]> {
  const rows = await db.holiday.findMany({
    orderBy: [{ onDate: 'asc' }, { calendar: 'asc' }],
    select: { calendar: true, onDate: true, name: true },
  });
  return rows.map(({ calendar, onDate, name }) => ({ calendar, on: isoDate(onDate), name }));
}

/** The days alone, each once, of the calendars that clocks of an owner count. @param owner null: all there are */
export function holidayDates(holidays: readonly Holiday[], owner: CalendarOwner | null): string[] {
  const counted = holidays.filter(({ calendar }) => owner === null || countsFor(calendar, owner));
  return [...new Set(counted.map(({ on }) => on))];
}

/** How many last days each change of the holidays has moved; a change that is not here is still being counted. */
export async function movedByChanges(db: Db, changeIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await db.auditEvent.findMany({
    where: { type: 'holidays.recounted', subjectKind: 'holidays', subjectId: { in: [...changeIds] } },
    select: { subjectId: true, after: true },
  });
  return new Map(
    rows.map(({ subjectId, after }) => [subjectId, Number((after as { moved?: number } | null)?.moved ?? 0)]),
  );
}

export type HolidaysChanged =
  | { ok: true; changeId: string; added: number; removed: number }
  | { ok: false; refusal: 'nothingChanged' | 'tooMany' };

/**
 * Adds and removes holidays: the rows, the version of the calendars, the audit event, and the counting anew of open requests, queued, in
 * one transaction. What is there already, or is not there, is left as it is.
 */
export function changeHolidays(
  world: World,
  change: { add?: readonly Holiday[]; remove?: readonly Omit<Holiday, 'name'>[]; actor: Actor },
): Promise<HolidaysChanged> {
  const { add = [], remove = [], actor } = change;
  return inTransaction(world.db, async (tx) => {
    // Waits for every clock that is just being started; see `holidaysBetween`.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('holidays'))`;
    const at = world.clock();
    const before = new Map((await allHolidays(tx)).map((day) => [keyOf(day), day]));
    const added = new Map(add.filter((day) => !before.has(keyOf(day))).map((day) => [keyOf(day), day]));
    const removed = new Map(
      remove.flatMap((day) => {
        const there = before.get(keyOf(day));
        return there ? [[keyOf(day), there] as const] : [];
      }),
    );
    if (added.size + removed.size === 0) return { ok: false, refusal: 'nothingChanged' };
    if (before.size + added.size - removed.size > mostHolidays) return { ok: false, refusal: 'tooMany' };

    for (const { calendar, on } of removed.values())
      await tx.holiday.delete({
        where: { calendar_onDate: { calendar, onDate: dateColumn(on) } },
        select: { onDate: true },
      });
    await tx.holiday.createMany({
      data: [...added.values()].map(({ calendar, on, name }) => ({ calendar, name, onDate: dateColumn(on) })),
    });
    const after = await allHolidays(tx);
    const changeId = await addVersion(tx, {
      name: 'calendars',
      value: after.map((day) => ({ ...day })),
      first: [...before.values()].map((day) => ({ ...day })),
      actor,
      at,
    });
    await appendEvent(tx, {
      type: 'holidays.changed',
      actor,
      at,
      subject: { kind: 'holidays', id: changeId },
      before: { removed: [...removed.values()].map(inWords) },
      after: { added: [...added.values()].map(inWords) },
      visibleToPatient: false,
    });
    await enqueue(tx, 'recount-requests', { changeId }, `recount:${changeId}`);
    return { ok: true, changeId, added: added.size, removed: removed.size };
  });
}

const keyOf = ({ calendar, on }: Omit<Holiday, 'name'>) => `${on} ${calendar}`;
const inWords = ({ on, name }: Holiday) => `${on} ${name}`;

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function dateColumn(date: string): Date {
  return new Date(`${date}T00:00:00Z`);
}
