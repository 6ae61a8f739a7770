import { defineConfig } from 'vitest/config';
import LongestFirst from './tests/support/longest-first.ts';

export default defineConfig({
  // Letters are compiled here, and React is the one of production where the built site runs.
  esbuild: { jsxDev: false },
  test: {
    // Both cores: these tests wait for the database more than they work.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // Files of one process share what they import: loading the application anew takes longer than most of them. What one file changes
    // outside its own database (a global, an environment variable, a mock) it has to put back.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{app,emails,prisma}/**/*.test.{ts,tsx}', 'tests/*.test.ts'],
          environment: 'node',
          // No test waits here: what takes seconds is a busy machine.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts', 'tests/attacks/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['tests/support/postgres.global.ts'],
          setupFiles: ['tests/support/complaints.setup.ts'],
          // The built site is loaded as Node loads it: with the source map that Vitest writes into four megabytes, its errors took seconds,
          // and now and then the reader of that map ran out of stack.
          server: { deps: { external: [/\/build\/server\//] } },
          // The built site runs in these processes: with React as it is in production.
          env: { NODE_ENV: 'production' },
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'bench',
          include: [],
          benchmark: { include: ['tests/bench/**/*.bench.ts'] },
          globalSetup: ['tests/support/postgres.global.ts'],
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
