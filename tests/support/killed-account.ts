import type { Client } from 'pg';
import { verifyChain, waitingEvents } from '#app/audit/seal.server.ts';
import { connected } from './database.ts';
import { testOrigin } from './fixed.ts';
import type { Ledger, Load } from './killed-load.ts';
import { pause, type RealSite } from './site-process.ts';
import type { SmtpSink } from './smtp-sink.ts';

/** What was acknowledged, and what is amiss: all of it is to be nought. */
export interface Account {
  acknowledged: Record<string, number>;
  requests: number;
  sentAgain: number;
  letters: { owed: number; delivered: number; twice: number };
  amiss: {
    acknowledgedAndLost: number;
    withoutClock: number;
    withoutTheirOneEvent: number;
    withoutTheirOneReceipt: number;
    withoutTheirOneAnswer: number;
    twiceForOneForm: number;
    owedWithoutJob: number;
    neverDelivered: number;
    notSealed: number;
    chainBroken: number;
  };
}

const drainedWithin = 120_000;

/** Holds the ledger against the database and the mail server, once everything runs again and the mail is out. */
export async function takeAccount(
  { fresh }: RealSite,
  { ledger, load, sink }: { ledger: Ledger; load: Load; sink: SmtpSink },
): Promise<Account> {
  const noted = await ledger.read();
  const acknowledged: Record<string, number> = {};
  for (const { did } of noted) acknowledged[did] = (acknowledged[did] ?? 0) + 1;
  return connected(fresh.databaseUrl, async (client) => {
    const count = async (sql: string, values: unknown[] = []) =>
      Number((await client.query<{ count: string }>(sql, values)).rows[0]?.count);
    const idsOf = (did: string) => noted.flatMap((one) => (one.did === did ? [one.id] : []));
    const lost = async (did: string, isThere: string) =>
      count(
        `select count(*) from unnest($1::uuid[]) as noted (id)
          where not exists (select 1 from privacy_request r where r.id = noted.id and ${isThere})`,
        [idsOf(did)],
      );
    // By its key: a request that was filed under another id than was said is lost too.
    const filed = noted.flatMap((one) => (one.did === 'filed' ? [one] : []));
    const written = noted.flatMap((one) => (one.did === 'written' ? [one] : []));
    const lostOfForms = await count(
      `select count(*) from unnest($1::uuid[], $2::uuid[]) as noted (id, key)
        where (select count(*) from privacy_request r where r.id = noted.id and r.submission_key = noted.key) <> 1`,
      [filed.map(({ id }) => id), filed.map(({ key }) => key)],
    );
    const lostOfMessages = await count(
      `select count(*) from unnest($1::uuid[], $2::uuid[]) as noted (id, key)
        where (select count(*) from request_message m where m.request_id = noted.id and m.submission_key = noted.key) <> 1`,
      [written.map(({ id }) => id), written.map(({ key }) => key)],
    );
    const owedWithoutJob = await count(
      `select count(*) from notice where sent_at is null and dead_at is null and not exists
         (select 1 from graphile_worker.jobs j where j.key = 'notice:' || notice.id)`,
    );
    await drain(client);
    const events = (type: string) =>
      `(select count(*) from audit_event e where e.request_id = r.id and e.type = '${type}')`;
    const notices = (kind: string) =>
      `(select count(*) from notice n where n.request_id = r.id and n.kind = '${kind}')`;
    const requests = (where: string) => count(`select count(*) from privacy_request r where ${where}`);
    const { rows: owed } = await client.query<{ id: string }>(
      `select id from notice where request_id is not null and dead_at is null`,
    );
    const delivered = new Map<string, number>();
    for (const { mail } of sink.received) {
      const id = mail.messageId ?? '';
      delivered.set(id, (delivered.get(id) ?? 0) + 1);
    }
    const verdict = await verifyChain(fresh.world.db);
    return {
      acknowledged,
      requests: await requests('true'),
      sentAgain: load.sentAgain,
      letters: {
        owed: owed.length,
        delivered: delivered.size,
        // Handed over, and killed before it was noted: at least once is what a letter can have. It has the same id both times.
        twice: [...delivered.values()].filter((times) => times > 1).length,
      },
      amiss: {
        acknowledgedAndLost:
          lostOfForms +
          lostOfMessages +
          (await lost('acknowledged', 'r.acknowledged_at is not null')) +
          (await lost('answered', `r.status = 'responded' and r.responded_at is not null`)),
        withoutClock: await requests(
          `r.rule_id = '' or r.due_on is null or r.received_on is null or r.due_on < r.received_on`,
        ),
        withoutTheirOneEvent: await requests(
          `${events('request.submitted')} <> 1 or ${events('request.acknowledged')} <> (r.acknowledged_at is not null)::int`,
        ),
        withoutTheirOneReceipt: await requests(`${notices('requestReceived')} <> 1`),
        withoutTheirOneAnswer: await requests(
          `(r.status = 'responded')::int <> ${events('request.responded')} or (r.status = 'responded')::int <> ${notices('answerReady')}`,
        ),
        twiceForOneForm:
          (await count(
            `select count(*) - count(distinct submission_key) as count from privacy_request where submission_key = any($1::uuid[])`,
            [[...load.keys]],
          )) +
          (await count(
            `select count(*) from privacy_request where channel = 'portal' and submission_key <> all($1::uuid[])`,
            [[...load.keys]],
          )),
        owedWithoutJob,
        neverDelivered: owed.filter(({ id }) => !delivered.has(messageIdOf(id))).length,
        notSealed: (await waitingEvents(fresh.world.db)).count,
        chainBroken: verdict.whole ? 0 : 1,
      },
    };
  });
}

const messageIdOf = (noticeId: string) => `<notice.${noticeId}@${new URL(testOrigin).hostname}>`;

/**
 * Waits until no letter is owed. What a killed process held comes free after minutes (app/jobs/keep-mail.server.ts): here they go by at
 * once, in the queue's own table.
 */
async function drain(client: Client): Promise<void> {
  await client.query(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '10 minutes' where locked_at is not null`,
  );
  await client.query(
    `select graphile_worker.add_job('keep-mail'), graphile_worker.add_job('remind', job_key := 'remind')`,
  );
  const end = performance.now() + drainedWithin;
  for (;;) {
    const { rows } = await client.query<{ owed: number; unsealed: number }>(
      `select (select count(*) from notice where sent_at is null and dead_at is null)::int as owed,
              (select count(*) from audit_event e where not exists
                (select 1 from audit_seal s where s.event_id = e.id))::int as unsealed`,
    );
    const [{ owed, unsealed } = { owed: 0, unsealed: 0 }] = rows;
    if (owed + unsealed === 0 || performance.now() > end) return;
    await pause(200);
  }
}
