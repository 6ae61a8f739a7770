import { enqueue, inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

/** Far above what one try may take (app/mail/mailer.server.ts), so that a job held for longer is one whose process died. */
const longestTry = '3 minutes';
const forgottenAfter = 5 * 60_000;
const atOnce = 500;

/**
 * Sees to it that every letter that is owed is being tried. The queue holds a job whose process was killed for four hours; here it is
 * free after minutes. A letter that is neither sent nor given up and has no job that will run (used up by crashes, or lost with a
 * restored queue) is queued anew. Running it twice changes nothing.
 */
export async function keepMail(world: World): Promise<void> {
  await world.db.$queryRaw`
    select graphile_worker.force_unlock_workers(array_agg(distinct locked_by))::text
      from graphile_worker.jobs
     where task_identifier in ('send-notice', 'send-webhook') and locked_at < now() - ${longestTry}::interval
    having count(*) > 0`;
  await world.db.$queryRaw`
    select count(*)::int
      from graphile_worker.complete_jobs(array(
        select id from graphile_worker.jobs
         where task_identifier in ('send-notice', 'send-webhook') and attempts >= max_attempts and locked_at is null))`;
  const forgotten = await world.db.$queryRaw<{ id: string }[]>`
    select notice.id
      from notice
     where sent_at is null and dead_at is null
       and owed_at < ${new Date(world.clock().getTime() - forgottenAfter)}
       and not exists (
         select 1 from graphile_worker.jobs
          where key = 'notice:' || notice.id)
     order by owed_at
     limit ${atOnce}`;
  if (forgotten.length === 0) return;
  await inTransaction(world.db, async (tx) => {
    for (const { id } of forgotten) await enqueue(tx, 'send-notice', { noticeId: id }, `notice:${id}`);
  });
}
