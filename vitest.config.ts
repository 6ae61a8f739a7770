import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Both cores: these tests wait for the database more than they work.
    maxWorkers: 2,
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
          testTimeout: 20_000,
          hookTimeout: 60_000,
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
