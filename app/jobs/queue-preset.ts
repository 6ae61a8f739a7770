import type {} from 'graphile-worker';

/**
 * What became of a job is written in batches without a wait: only then does a queue that stops wait until it is written. Without it
 * (graphile-worker 0.17), a job that was done just before the stop is done again hours later.
 */
export const queuePreset: GraphileConfig.Preset = {
  worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 },
};
