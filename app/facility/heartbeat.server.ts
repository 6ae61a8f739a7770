import type { Db } from '#app/db/client.server.ts';

/** What runs by itself and says so: the queue's worker each minute, the reminders each quarter of an hour. */
export type Beating = 'worker' | 'remind';

/** Milliseconds after which each of them is taken to stand still. */
export const staleAfter: Record<Beating, number> = { worker: 5 * 60_000, remind: 45 * 60_000 };

/** Notes that something ran to its end. An older beat does not undo a newer one. */
export async function beat(db: Db, name: Beating, at: Date): Promise<void> {
  await db.$executeRaw`
    insert into heartbeat as held (name, beat_at) values (${name}, ${at})
    on conflict (name) do update set beat_at = greatest(held.beat_at, excluded.beat_at)`;
}

export interface Heartbeat {
  lastAt: Date | null;
  isStale: boolean;
}

/** When each last ran; never is stale. */
export async function heartbeats(db: Db, now: Date): Promise<Record<Beating, Heartbeat>> {
  const rows = await db.heartbeat.findMany({ select: { name: true, beatAt: true } });
  const of = (name: Beating): Heartbeat => {
    const lastAt = rows.find((row) => row.name === name)?.beatAt ?? null;
    return { lastAt, isStale: !lastAt || now.getTime() - lastAt.getTime() > staleAfter[name] };
  };
  return { worker: of('worker'), remind: of('remind') };
}
