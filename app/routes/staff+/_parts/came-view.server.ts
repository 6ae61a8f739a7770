import type { World } from '#app/db/world.ts';
import { firstWordSince } from '#app/requests/messages.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { localDate } from '#app/words/dates.ts';

/** Days of what a patient was asked for, facility-local `YYYY-MM-DD`. */
export interface CameView {
  /** Null: nothing is asked for. */
  askedOn: string | null;
  /** Of the patient's first message since; null where none came. */
  firstOn: string | null;
  today: string;
}

/** Between which days something came that a request waits for, and the day on which it most likely did. */
export async function cameView(
  { db }: Pick<World, 'db'>,
  { id, asking, timeZone }: RequestDetail,
  now: Date,
): Promise<CameView> {
  const first = asking && (await firstWordSince(db, id, asking.at));
  return {
    askedOn: asking && localDate(asking.at, timeZone),
    firstOn: first && localDate(first, timeZone),
    today: localDate(now, timeZone),
  };
}
