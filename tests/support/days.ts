import type { Person } from '#app/audit/actor.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import type { LocalDays } from '#app/requests/local-days.server.ts';
import type { RequestKind } from '#app/requests/kinds/registry.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { moveRequest, type AskedMove } from '#app/requests/requests.server.ts';
import type { FreshWorld } from './world.ts';

/** What the forms of those kinds say. */
export const details = {
  access: { part: 'images', delivery: 'link' },
  complaint: { about: 'other' },
  accounting: { from: '2021-02-10', to: '2027-02-10' },
} as const;

/** It is this day in every time zone in which a request is counted. */
export const allOn = (day: string): LocalDays => ({
  now: new Date(`${day}T15:00:00Z`),
  earliest: day,
  latest: day,
});

/** Requests of the seed's facility, in New York, that came and moved on days. @param people.patientId whose they are, where nobody is named */
export function byDays(
  fresh: () => FreshWorld,
  people: () => { staff: Person; patientId: string },
): {
  /** The same facility under another law. */
  under(jurisdiction: string): Promise<unknown>;
  /** It is ten in the morning of this day. */
  on(day: string): void;
  /** What came on paper, on this day. */
  enter(kind: keyof typeof details, receivedOn: string, patientId?: string): Promise<string>;
  move(
    id: string,
    name: AskedMove['name'],
    more?: Partial<AskedMove>,
    actor?: Person,
  ): ReturnType<typeof moveRequest>;
  /** The same, and it is made. */
  moved(
    ...made: [id: string, name: AskedMove['name'], more?: Partial<AskedMove>, actor?: Person]
  ): Promise<void>;
  read(id: string): Promise<NonNullable<Awaited<ReturnType<typeof findRequest>>>>;
  dueOn(id: string): Promise<string>;
} {
  const world = () => fresh().world;
  const read = async (id: string) => {
    const found = await findRequest(world().db, id, null);
    if (!found) throw new Error('it is there');
    return found;
  };
  const move = async (
    id: string,
    name: AskedMove['name'],
    more: Partial<AskedMove> = {},
    actor: Person = people().staff,
  ) => moveRequest(world(), id, { name, expectedVersion: (await read(id)).version, ...more }, actor);
  return {
    read,
    move,
    moved: async (...made) => {
      const done = await move(...made);
      if (!done.ok) throw new Error(done.refusal);
    },
    dueOn: async (id) => (await read(id)).dueOn,
    under: (jurisdiction) =>
      world().db.facility.update({ where: { id: 1 }, data: { jurisdiction }, select: { id: true } }),
    on: (day) => {
      const { clock } = fresh();
      clock.advance(Date.parse(`${day}T15:00:00Z`) - clock.now().getTime());
    },
    enter: async (kind, receivedOn, patientId = people().patientId) => {
      const now = fresh().clock.now().getTime();
      const filed = await enterRequest<RequestKind>(world(), {
        actor: people().staff,
        patientId,
        channel: 'paper',
        receivedAt: new Date(Math.min(Date.parse(`${receivedOn}T15:00:00Z`), now)),
        locale: 'en',
        submissionKey: crypto.randomUUID(),
        kind,
        details: details[kind],
      });
      if (!filed.ok) throw new Error(filed.refusal);
      return filed.requestId;
    },
  };
}
