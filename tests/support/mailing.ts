import { Logger, runMigrations, runOnce } from 'graphile-worker';
import { newKeyRingEntry, parseKeyRing } from '#app/crypto/key-ring.server.ts';
import { inTransaction, openDatabase } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { queuePreset } from '#app/jobs/queue-preset.ts';
import { taskList } from '#app/jobs/tasks.server.ts';
import type { Mailer } from '#app/mail/mailer.server.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { freshDatabase } from './database.ts';
import { testClock, type TestClock } from './world.ts';

export interface MailingPlace {
  world: World;
  clock: TestClock;
  databaseUrl: string;
  drop(): Promise<void>;
}

/** A World on an empty database with a queue, in which nothing runs by itself. */
export async function mailingPlace(now: Date): Promise<MailingPlace> {
  const { url, drop } = await freshDatabase();
  await runMigrations({ connectionString: url, logger: quiet });
  let closing = false;
  const database = openDatabase(url, (error) => {
    // The database goes before the last of its connections has said good-bye.
    if (!closing) throw error;
  });
  const clock = testClock(now);
  return {
    clock,
    databaseUrl: url,
    world: {
      database,
      db: database.db,
      keys: parseKeyRing(newKeyRingEntry('k1')),
      clock: clock.now,
      appOrigin: 'https://portal.riverbend.example',
      demo: false,
    },
    drop: async () => {
      closing = true;
      await database.close();
      await drop();
    },
  };
}

const quiet = new Logger(() => () => undefined);

/** Does what the queue has to do now. */
export async function runQueue(world: World, mailer: Mailer): Promise<void> {
  await runOnce({
    preset: queuePreset,
    pgPool: world.database.pool,
    taskList: taskList({ ...world, mailer }),
    logger: quiet,
    noHandleSignals: true,
  });
}

/** As when the wait before the next try is over. */
export async function runJobsNow(world: World, mailer: Mailer): Promise<void> {
  const { rows } = await world.database.pool.query<{ id: string }>('select id from graphile_worker.jobs');
  await world.database.pool.query('select graphile_worker.reschedule_jobs($1::bigint[], run_at := now())', [
    rows.map(({ id }) => id),
  ]);
  await runQueue(world, mailer);
}

export interface Job {
  key: string;
  attempts: number;
  waits: boolean;
}

export async function jobsOf(world: World): Promise<Job[]> {
  const { rows } = await world.database.pool.query<Job>(
    'select key, attempts, run_at > now() as waits from graphile_worker.jobs order by id',
  );
  return rows;
}

export interface Owing {
  kind: NoticeKind;
  locale?: string;
  facilityName?: string;
  displayName?: string;
  failAfter?: boolean;
}

/** A facility, a patient with an account and a request, and a notice owed about it. */
export async function owe(
  world: World,
  { kind, locale = 'en', facilityName, displayName, failAfter }: Owing,
) {
  const { db } = world;
  const now = world.clock();
  await db.facility.create({
    data: {
      name: facilityName ?? 'Riverbend Imaging',
      issuer: 'RIVERBEND',
      timeZone: 'America/Los_Angeles',
      jurisdiction: 'us',
      phone: '555-0100',
      email: 'privacy@riverbend.example',
      address: '100 River Road, Riverbend, OR 97000',
    },
  });
  const patient = await db.patient.create({
    data: {
      familyName: 'Ruiz',
      givenName: 'Ana',
      bornOn: new Date('1961-02-28'),
      createdAt: now,
      identifiers: { create: { issuer: 'RIVERBEND', value: 'RB000417', recordedAt: now } },
    },
  });
  const user = await db.user.create({
    data: {
      email: 'ana@example.org',
      displayName: displayName ?? 'Ana Ruiz',
      role: 'patient',
      locale,
      passwordHash: 'none',
      patientId: patient.id,
      createdAt: now,
    },
  });
  const request = await db.privacyRequest.create({
    data: {
      reference: 'PV-7K3M',
      kind: 'accounting',
      patientId: patient.id,
      filedById: user.id,
      channel: 'portal',
      status: 'submitted',
      details: {},
      receivedAt: now,
      enteredAt: now,
      timeZone: 'America/Los_Angeles',
      jurisdiction: 'US',
      ruleId: 'hipaa.accounting',
      ruleVersion: 1,
      holidays: [],
      receivedOn: new Date('2027-05-14'),
      dueOn: new Date('2027-07-13'),
      submissionKey: '0190a000-0000-4000-8000-000000000001',
    },
  });
  const noticeId = await inTransaction(db, async (tx) => {
    const id = await oweNotice(tx, { kind, userId: user.id, requestId: request.id, now });
    if (failAfter) throw new Error('the change failed');
    if (id === null) throw new Error('nothing is owed');
    return id;
  });
  return { noticeId, requestId: request.id, patientId: patient.id, userId: user.id };
}
