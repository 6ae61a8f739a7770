import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { checkpointState } from '#app/audit/checkpoints.server.ts';
import { chainHead, waitingEvents } from '#app/audit/seal.server.ts';
import { KeyRingError, open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Database, Db } from '#app/db/client.server.ts';
import { keysInUse } from '#app/db/sealed-values.server.ts';
import type { Clock } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { unconfirmedRestore } from '#app/optouts/after-restore.server.ts';
import { heartbeats } from '#app/facility/heartbeat.server.ts';
import { found, spanInWords, type Finding } from './finding.ts';

const seconds = 1_000;
const minutes = 60 * seconds;

/** Whether the keys open what is stored: every key that sealed something has to be in the ring. */
export async function keysFinding(database: Database, keys: KeyRing): Promise<Finding> {
  const used = await keysInUse(database);
  const missing = used.filter((key) => !keys.keys.has(key));
  if (missing.length > 0) {
    return found(
      'keys',
      'fail',
      `data are sealed with ${missing.join(', ')}, not in APP_KEYS: add it behind the current key (${keys.currentId})`,
    );
  }
  const sample = await database.db.user.findFirst({
    where: { totpSecretSealed: { not: null } },
    orderBy: { createdAt: 'desc' },
    select: { id: true, totpSecretSealed: true },
  });
  try {
    if (sample?.totpSecretSealed) open(keys, sample.totpSecretSealed, boundTo('user_account', sample.id));
  } catch (error) {
    if (!(error instanceof KeyRingError)) throw error;
    return found(
      'keys',
      'fail',
      `a key of APP_KEYS has the right name but is another key: ${error.message}; set the one that sealed the data`,
    );
  }
  const older = used.filter((key) => key !== keys.currentId);
  const words = `current ${keys.currentId}, ${keys.keys.size} in the ring; stored data open`;
  return older.length === 0
    ? found('keys', 'ok', words)
    : found(
        'keys',
        'ok',
        `${words}; ${older.join(', ')} still in use: keys rotate moves that to ${keys.currentId}`,
      );
}

/** How far this machine's clock is from the database's. One-time codes and legal dates hang on it. */
export async function clockFinding(database: Database, clock: Clock): Promise<Finding> {
  const before = clock().getTime();
  const { rows } = await database.pool.query<{ now: Date }>('select clock_timestamp() as now');
  const after = clock().getTime();
  const theirs = rows[0]?.now.getTime() ?? NaN;
  const skew = Math.max(0, before - theirs, theirs - after);
  const words = `${(skew / seconds).toFixed(1)} s from the database’s`;
  if (skew < 2 * seconds) return found('clock', 'ok', words);
  const whatToDo = 'set both by NTP (timedatectl set-ntp true): one-time codes count 30 seconds';
  return found('clock', skew < 30 * seconds ? 'warn' : 'fail', `${words}; ${whatToDo}`);
}

/** The queue: jobs that should have run and did not, jobs that gave up, and when the worker last gave a sign of life. */
export async function workerFinding(database: Database, now: Date): Promise<Finding> {
  const table = await database.pool.query<{ there: boolean }>(
    `select to_regclass('graphile_worker.jobs') is not null as there`,
  );
  if (!table.rows[0]?.there)
    return found('worker', 'fail', 'there is no queue yet: starting Plainview makes it');
  const { rows } = await database.pool.query<{
    unfinished: number;
    failed: number;
    oldest: number | null;
    late: number | null;
  }>(`
    select count(*) filter (where attempts < max_attempts)::int as unfinished,
           count(*) filter (where attempts >= max_attempts)::int as failed,
           (extract(epoch from now() - min(created_at) filter (where attempts < max_attempts)) * 1000)::float8 as oldest,
           (extract(epoch from now() - min(run_at) filter (where attempts < max_attempts and locked_at is null and run_at <= now())) * 1000)::float8 as late
      from graphile_worker.jobs`);
  const { unfinished = 0, failed = 0, oldest = null, late = null } = rows[0] ?? {};
  const words = [
    unfinished === 0
      ? 'nothing waits'
      : `${unfinished} unfinished, the oldest for ${spanInWords(oldest ?? 0)}`,
    ...(failed > 0 ? [`${failed} gave up`] : []),
  ].join(', ');
  if (late !== null && late > 10 * minutes) {
    return found('worker', 'fail', `${words}; one is late by ${spanInWords(late)}: is Plainview running?`);
  }
  if (failed > 0) {
    return found('worker', 'warn', `${words}; see last_error in graphile_worker.jobs, and SMTP_URL for mail`);
  }
  const { worker, remind } = await heartbeats(database.db, now);
  const { lastAt, isStale } = worker;
  if (!isStale && remind.lastAt && remind.isStale) {
    const ago = spanInWords(now.getTime() - remind.lastAt.getTime());
    return found('worker', 'warn', `${words}; reminders of last days last ran ${ago} ago: see the log`);
  }
  if (!lastAt) return found('worker', 'ok', words);
  const seen = `last seen ${spanInWords(now.getTime() - lastAt.getTime())} ago`;
  return isStale
    ? found('worker', 'warn', `${words}, ${seen}: is Plainview running?`)
    : found('worker', 'ok', `${words}, ${seen}`);
}

export async function facilityFinding(db: Db): Promise<Finding> {
  const facility = await facilitySettings(db);
  if (!facility) return found('facility', 'fail', 'is not set up: npm run -s admin -- facility set --help');
  return found(
    'facility',
    'ok',
    `${facility.name} (${facility.issuer}), ${facility.timeZone}, ${facility.jurisdiction}`,
  );
}

const backupIsOldAfter = 7 * 24 * 60 * minutes;

/** The last back-up that was taken of this database, and whether one that it came out of waits for a word. */
export async function backupFinding(db: Db, now: Date): Promise<Finding> {
  const restored = await unconfirmedRestore(db);
  if (restored) {
    return found(
      'backup',
      'warn',
      `restored on ${restored.restoredAt.toISOString()}; what was said after ${restored.takenAt.toISOString()} is not here, and checks deny for want of it: look for it, then restore --confirm`,
    );
  }
  const last = await db.auditEvent.findFirst({
    where: { type: 'backup.made' },
    orderBy: { id: 'desc' },
    select: { at: true },
  });
  if (!last)
    return found(
      'backup',
      'warn',
      'none was taken by Plainview: backup --to FOLDER, unless PostgreSQL’s own tools do',
    );
  const age = now.getTime() - last.at.getTime();
  const words = `the last one was taken ${spanInWords(age)} ago`;
  return age > backupIsOldAfter
    ? found('backup', 'warn', `${words}: backup --to FOLDER`)
    : found('backup', 'ok', words);
}

const stalledAfter = 60 * seconds;

/** The newest link, whether events wait for theirs, and the checkpoints. Whether all links hold takes reading all: `audit verify`. */
export async function auditFinding(
  { db, keys, checkpointFile }: { db: Db; keys: KeyRing | null; checkpointFile: string | null },
  now: Date,
): Promise<Finding> {
  const [head, { count, since }] = await Promise.all([chainHead(db), waitingEvents(db)]);
  const late = since ? now.getTime() - since.getTime() : 0;
  if (late > stalledAfter) {
    return found(
      'audit',
      'fail',
      `${count} events wait for their place in the chain, the oldest for ${spanInWords(late)}: is Plainview running?`,
    );
  }
  if (!head) {
    return count > 0
      ? found('audit', 'ok', `${count} events wait for their place in the chain`)
      : found('audit', 'warn', 'no event yet: setting up the facility makes the first');
  }
  const words = `event ${head.sequence} of ${head.at.toISOString()}, hash ${head.hash.slice(0, 16)}…`;
  if (!keys || !checkpointFile) return found('audit', 'warn', `${words}; the checkpoints are not known`);
  try {
    await access(path.dirname(checkpointFile), constants.W_OK);
    const { newest, late: overdue } = await checkpointState(db, keys, checkpointFile, now);
    if (overdue) {
      const last = newest
        ? `the newest is event ${newest.sequence}`
        : 'there is none that a key of the ring signed';
      return found(
        'audit',
        'warn',
        `${words}; checkpoints in ${checkpointFile} are behind (${last}): is Plainview running, and may it write there?`,
      );
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return found(
      'audit',
      'warn',
      `${words}; no checkpoint can be kept in ${checkpointFile} (${why}): set AUDIT_CHECKPOINT_FILE`,
    );
  }
  return found('audit', 'ok', `${words}; all links: audit verify`);
}
