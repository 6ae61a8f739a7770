import type { World } from '#app/db/world.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { toPost } from '#app/requests/posted.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { stopsOncePosted } from '#app/requests/told-by-post.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';

export interface ToPostView {
  toldOn: string;
  postedOn: string | null;
  today: string;
  /** The last day as it stands: where more time was taken in it, the clock stops from it, or a cost is told in it. */
  extendsFrom: string | null;
  stopsBy: string | null;
  costsBy: string | null;
}

/** What goes by post, in words; null: somebody reads it on a page, or nothing was told. */
export async function toPostView(
  world: World,
  request: RequestDetail,
  { now, locale }: { now: Date; locale: Locale },
): Promise<ToPostView | null> {
  const { id, patientId, filedBy, timeZone, asking } = request;
  const told = await toPost(world.db, { id, patientId, filedById: filedBy.id }, now);
  const dueOn = dateInWords(locale, request.dueOn);
  // It may have been posted on any day since it was asked.
  const stops = told?.asks && asking && stopsOncePosted(request, asking.at);
  return (
    told && {
      toldOn: dateInWords(locale, localDateAt(told.toldAt, timeZone)),
      postedOn: told.postedOn && dateInWords(locale, told.postedOn),
      today: localDateAt(now, timeZone),
      extendsFrom: told.extends ? dueOn : null,
      stopsBy: stops ? dueOn : null,
      costsBy: told.costs ? dueOn : null,
    }
  );
}
