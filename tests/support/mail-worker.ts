// A worker of its own process, that ends itself as `kill -9` does at a given step of sending. Started by tests/integration/mail-trouble.test.ts.
import { Logger, runOnce } from 'graphile-worker';
import { openDatabase } from '#app/db/client.server.ts';
import { queuePreset } from '#app/jobs/queue-preset.ts';
import { taskList } from '#app/jobs/tasks.server.ts';
import { smtpMailer, type Mailer } from '#app/mail/mailer.server.ts';
import { mailFrom, testKeys } from './fixed.ts';

interface Orders {
  databaseUrl: string;
  smtpUrl: string;
  now: string;
  dieAt: KillPoint;
}

export const killPoints = ['jobTaken', 'tryCounted', 'handedOver', 'markedSent'] as const;
export type KillPoint = (typeof killPoints)[number];

async function work({ databaseUrl, smtpUrl, now, dieAt }: Orders): Promise<void> {
  const dieIf = (point: KillPoint) => {
    if (point === dieAt) process.kill(process.pid, 'SIGKILL');
  };
  const database = openDatabase(databaseUrl, () => undefined);
  const smtp = smtpMailer(smtpUrl, mailFrom);
  const mailer: Mailer = {
    async send(message) {
      dieIf('tryCounted');
      await smtp.send(message);
      dieIf('handedOver');
    },
  };
  const tasks = taskList({
    database,
    db: database.db,
    keys: testKeys,
    clock: () => new Date(now),
    appOrigin: 'https://portal.riverbend.example',
    demo: false,
    mailer,
  });
  const send = tasks['send-notice'];
  await runOnce({
    preset: queuePreset,
    pgPool: database.pool,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    taskList: {
      'send-notice': async (payload, helpers) => {
        dieIf('jobTaken');
        await send?.(payload, helpers);
        dieIf('markedSent');
      },
    },
  });
}

if (process.env.MAIL_WORKER_ORDERS) await work(JSON.parse(process.env.MAIL_WORKER_ORDERS) as Orders);
