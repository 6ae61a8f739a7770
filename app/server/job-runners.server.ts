import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { run, type Runner, type TaskList } from 'graphile-worker';
import type { World } from '#app/db/world.ts';
import { queuePreset } from '#app/jobs/queue-preset.ts';
import { taskList, timetable } from '#app/jobs/tasks.server.ts';
import type { Mailer } from '#app/mail/mailer.server.ts';
import { queueLogger } from './queue-log.server.ts';
import type { Logger } from './request-log.server.ts';

const drainFor = 8_000;
const longestPause = 15_000;

export interface JobRunners {
  /** Whether all of them run now. Not so while one that ended is being started again. */
  runs(): boolean;
  stop(): Promise<void>;
}

/**
 * Starts what works the queue off in this process, and starts it again when it ends by itself: graphile-worker (0.17) gives a runner up
 * when what became of one job cannot be written, as it is when the database goes away under a job that runs.
 * @throws what keeps one of them from starting for the first time; none runs then
 */
export async function startJobRunners(world: World, mailer: Mailer, log: Logger): Promise<JobRunners> {
  const { 'send-notice': sendNotice, ...others } = taskList({ ...world, mailer });
  const runners: JobRunners[] = [];
  const stop = async () => void (await Promise.all(runners.map((runner) => runner.stop())));
  try {
    // Mail has hands of its own: a mail server that says nothing keeps them busy for minutes, and nothing else waits for that.
    runners.push(await keepRunning(world, log, { taskList: { 'send-notice': sendNotice }, concurrency: 4 }));
    runners.push(await keepRunning(world, log, { taskList: others, concurrency: 2, crontab: timetable }));
  } catch (error) {
    await stop();
    throw error;
  }
  return { runs: () => runners.every((runner) => runner.runs()), stop };
}

interface RunnerOptions {
  taskList: TaskList;
  concurrency: number;
  crontab?: string;
}

async function keepRunning(world: World, log: Logger, options: RunnerOptions): Promise<JobRunners> {
  const stopping = new AbortController();
  // What a runner that ended had in hand would be held for four hours under the names of its pools.
  let pools: string[] = [];
  let alive = false;

  async function start(): Promise<Runner> {
    const events = new EventEmitter();
    events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => pools.push(workerPool.id));
    const runner = await run({
      preset: queuePreset,
      pgPool: world.database.pool,
      noHandleSignals: true,
      pollInterval: 1_000,
      logger: queueLogger(log),
      events,
      ...options,
    });
    alive = true;
    return runner;
  }

  async function startAgain(): Promise<Runner | null> {
    for (let pause = 500; !stopping.signal.aborted; pause = Math.min(2 * pause, longestPause)) {
      await sleep(pause, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
      if (stopping.signal.aborted) break;
      try {
        await world.db.$queryRaw`select graphile_worker.force_unlock_workers(${pools})::text`;
        pools = [];
        return await start();
      } catch (error) {
        log.warn({ error }, 'the job runner could not start again yet');
      }
    }
    return null;
  }

  async function keep(first: Runner) {
    let runner: Runner | null = first;
    while (runner) {
      current = runner;
      const error = await runner.promise.then(
        () => null,
        (reason: unknown) => reason,
      );
      alive = false;
      if (stopping.signal.aborted) return;
      log.error({ error }, 'the job runner ended, and is started again');
      runner = await startAgain();
    }
  }

  let current = await start();
  const kept = keep(current);
  return {
    runs: () => alive,
    stop: async () => {
      stopping.abort();
      // A queue whose database is away would wait for its next try, a minute and longer.
      const stopped = alive ? Promise.all([current.stop(), kept]) : kept;
      await Promise.race([stopped, sleep(drainFor, undefined, { ref: false })]);
    },
  };
}
