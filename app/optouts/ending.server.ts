import { Prisma, type Db } from '#app/db/client.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { countedAsks, ownEnd } from './counted-asks.server.ts';
import { endingHorizon, endingPageSize, type EndingStanding } from './ending.ts';
import { askFrom } from './rules.ts';
import { joined } from './vendor-notices/ledger.server.ts';

export interface EndingCounts {
  choices: number;
  /** People: records that were joined are one. */
  patients: number;
  by: Partial<Record<EndingStanding, { choices: number; patients: number }>>;
}

export interface EndingChoice {
  id: string;
  act: 'denied' | 'permitted';
  request: { id: string; reference: string };
  /** When it may end; of one that was asked about, when it ends. */
  endsAt: Date;
  askFrom: Date;
  askedAt: Date | null;
  standing: EndingStanding;
}

/** Choices in force that are to end within the horizon, or could have ended by now, as `askAboutEnding` finds them; as `ending`. */
async function endings(db: Db, now: Date) {
  const { askDaysBefore } = await settingNow(db, 'choices');
  const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const until = inDays(Math.max(endingHorizon, askDaysBefore));
  const letter = (which: Prisma.Sql) => Prisma.sql`exists (
    select from notice letter where letter.request_id = o.request_id and letter.kind = 'choiceEnds' and letter.sent_at is null and ${which})`;
  // An account of their own is known here; who acts for them, the job that asks finds out, which runs within a day.
  const hasAccount = Prisma.sql`due.person in (
    select coalesce(mine.person, u.patient_id) from user_account u left join joined mine on mine.id = u.patient_id
     where u.disabled_at is null and u.patient_id is not null)`;
  const query = Prisma.sql`
    with recursive ${joined}, due as (
      select o.id, o.act::text as act, o.request_id, o.sequence, coalesce(j.person, o.patient_id) as person,
             coalesce(o.may_end_at, o.expires_at) as may_end_at, ${ownEnd} as own_end, (select min(ask.asked_at) ${countedAsks}) as asked_at,
             ${letter(Prisma.sql`letter.dead_at is null`)} as waits, ${letter(Prisma.sql`letter.dead_at is not null`)} as died
        from opt_out o left join joined j on j.id = o.patient_id
       where ((o.act = 'denied' and o.may_end_at <= ${until}) or (o.act = 'permitted' and o.expires_at <= ${until} and o.expires_at > ${now}))
         and not exists (select from opt_out later where later.supersedes_id = o.id)
    ), ending as (
      select due.*, case when asked_at is not null then 'asked' when waits then 'onItsWay' when died then 'undelivered'
                         when may_end_at > ${inDays(askDaysBefore - 1)} or ${hasAccount} then 'later' else 'nobody' end as standing,
             case when asked_at is null then may_end_at else coalesce(own_end, may_end_at) end as ends_at
        from due where act = 'permitted' or own_end is null or own_end > ${now}
    )`;
  return { query, askDaysBefore };
}

/** How many choices end in the next weeks, and what became of asking about them. */
export async function endingCounts(db: Db, now: Date): Promise<EndingCounts> {
  const { query } = await endings(db, now);
  const rows = await db.$queryRaw<
    { standing: EndingStanding | null; choices: number; patients: number }[]
  >`${query}
    select standing, count(*)::int as choices, count(distinct person)::int as patients from ending group by grouping sets ((standing), ())`;
  const all = rows.find(({ standing }) => standing === null);
  return {
    choices: all?.choices ?? 0,
    patients: all?.patients ?? 0,
    by: Object.fromEntries(
      rows.flatMap(({ standing, ...counts }) => (standing === null ? [] : [[standing, counts]])),
    ),
  };
}

/** A page of them, the first to end first. @param page from 1 */
export async function endingChoices(
  db: Db,
  { standing, page, now }: { standing: EndingStanding | null; page: number; now: Date },
): Promise<EndingChoice[]> {
  const { query, askDaysBefore } = await endings(db, now);
  const which = standing === null ? Prisma.sql`true` : Prisma.sql`standing = ${standing}`;
  const rows = await db.$queryRaw<
    (Omit<EndingChoice, 'request' | 'askFrom'> & { mayEndAt: Date; requestId: string; reference: string })[]
  >`${query}
    select ending.id::text, act, request_id::text as "requestId", r.reference, may_end_at as "mayEndAt", ends_at as "endsAt",
           asked_at as "askedAt", standing
      from ending join privacy_request r on r.id = request_id
     where ${which} order by ends_at, sequence limit ${endingPageSize} offset ${(page - 1) * endingPageSize}`;
  return rows.map(({ mayEndAt, requestId, reference, ...row }) => ({
    ...row,
    request: { id: requestId, reference },
    askFrom: askFrom(mayEndAt, askDaysBefore),
  }));
}
