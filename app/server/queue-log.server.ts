import { Logger as QueueLogger } from 'graphile-worker';
import type { Logger } from './request-log.server.ts';

/** graphile-worker's lines, in our log. Its `meta` can hold a job's payload, so only the error's place is kept. */
export function queueLogger(log: Logger): QueueLogger {
  return new QueueLogger(() => (level, message, meta) => {
    const error = meta && 'error' in meta ? meta.error : undefined;
    const name: string = level;
    if (name === 'error') log.error({ error }, `queue: ${message}`);
    else if (name === 'warning') log.warn({ error }, `queue: ${message}`);
    else log.debug(`queue: ${message}`);
  });
}
