import pg from 'pg';
import { Prisma, PrismaClient } from './generated/client.ts';
import { PgInTurn } from './in-turn.server.ts';
import { appRole } from './rights.ts';

export { Prisma };
export type * from './generated/client.ts';

export type Db = PrismaClient;
/** What a function gets that writes inside somebody else's transaction. */
export type Tx = Prisma.TransactionClient;

export interface Database {
  db: Db;
  /** The pool under it, shared with the job queue and the rate limiter. */
  pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Opens the database, as the role that Plainview works as (app/db/rights.ts), whoever signs in. Connections are made on demand: a server that is down is noticed by the first query, within 3 seconds.
 * @param onError told of errors on idle connections (the server went away); queries report their own
 */
export function openDatabase(url: string, onError: (error: Error) => void): Database {
  const pool = new pg.Pool({
    connectionString: asAppRole(url),
    max: 20,
    connectionTimeoutMillis: 3_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'plainview',
  });
  pool.on('error', onError);
  // A connection that ends while it is lent out and nothing is asked would end the process; the next query on it says so.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new PrismaClient({
    adapter: new PgInTurn(pool),
    transactionOptions: { maxWait: 3_000, timeout: 10_000 },
  });
  return {
    db,
    pool,
    close: async () => {
      await db.$disconnect();
      await pool.end();
    },
  };
}

/**
 * The role goes with the first message of each connection, so that RESET ROLE leads back to it, and a server without it refuses. Compiling a
 * query (`jit`) takes a second where one takes milliseconds: no query here runs for minutes.
 */
function asAppRole(url: string): string {
  const address = new URL(url);
  const options = address.searchParams.get('options');
  address.searchParams.set('options', `${options ? `${options} ` : ''}-c role=${appRole} -c jit=off`);
  return address.toString();
}

/** Runs `work` in one transaction: all of it, or nothing. */
export function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.$transaction(work);
}

/** Names of the tasks in app/jobs/. A room queues by name, in its own transaction. */
export type TaskName =
  | 'send-notice'
  | 'send-webhook'
  | 'vendor-notices'
  | 'owe-after-joining'
  | 'keep-mail'
  | 'rotate-keys'
  | 'sweep'
  | 'remind'
  | 'heartbeat'
  | 'recount-requests'
  | 'fold-tallies'
  | 'watch-sources'
  | 'settle-held'
  | 'settle-waiting'
  | 'take-in-file'
  | 'resume-imports'
  | 'tell-of-lock'
  | 'unsettle';

/**
 * Queues work in the transaction of the change that owes it (graphile-worker's `add_job` is plain SQL).
 * @param key two jobs of one key are one job
 * @param options.priority lower numbers go first; 0 when left out
 */
export async function enqueue(
  tx: Tx,
  task: TaskName,
  payload: Record<string, string>,
  key: string,
  { priority = 0 }: { priority?: number } = {},
): Promise<void> {
  await tx.$executeRaw`select graphile_worker.add_job(${task}::text, payload := ${JSON.stringify(payload)}::json, job_key := ${key}::text, priority := ${priority}::int)`;
}

/** True for errors that mean the database cannot be reached, as against a query that it refused. */
export function isDatabaseUnreachable(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof Prisma.PrismaClientInitializationError) return true;
    if (at instanceof Prisma.PrismaClientKnownRequestError && unreachableCodes.has(at.code)) return true;
    if (unreachableWords.test(at.message)) return true;
    // Of several addresses, none of which answers, the message is empty.
    if ('code' in at && at.code === 'ECONNREFUSED') return true;
  }
  return false;
}

// P1001/P1002/P1008/P1017: cannot reach, timed out, closed. P2024/P2028: no connection or transaction to be had in time.
const unreachableCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'ECONNREFUSED']);
const unreachableWords =
  /ECONNREFUSED|ECONNRESET|EPIPE|Connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|the database system is (shutting down|starting up|in recovery)|terminating connection|Can't reach database/i;

/** True when a write was refused because a row with this unique value exists. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return false;
  // P2010: SQL of our own was refused; the driver says why.
  if (error.code !== 'P2010') return error.code === 'P2002';
  const cause = (error.meta?.driverAdapterError as { cause?: { kind?: unknown } } | undefined)?.cause;
  return cause?.kind === 'UniqueConstraintViolation';
}
