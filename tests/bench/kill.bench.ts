import { beforeAll, bench, describe } from 'vitest';
import { killUnderLoad, type Soak } from '#tests/support/killed-soak.ts';

// npm run build && npm run bench -- kill. A hundred times `kill -9` of web and worker at random under load; tests/integration/killed.test.ts
// does ten. BENCH_KILLS sets another number.

let soak: Soak;
beforeAll(async () => {
  soak = await killUnderLoad(Number(process.env.BENCH_KILLS ?? 100), (line) =>
    process.stdout.write(`${line}\n`),
  );
  const { kills, seconds, acknowledged, requests, reports, sentAgain, letters, amiss } = soak;
  const line = (name: string, facts: object) =>
    process.stdout.write(
      `${name}: ${Object.entries(facts)
        .map(([what, count]) => `${what} ${count}`)
        .join(', ')}\n`,
    );
  process.stdout.write(
    `\n${kills} kills in ${seconds} s, ${requests} requests, ${sentAgain} forms sent again\n`,
  );
  line('acknowledged', acknowledged);
  line('reports (lost: by syslog, noticed as gaps, and sent again)', reports);
  line('letters', letters);
  line('amiss', amiss);
  const wrong = Object.entries(amiss).filter(([, count]) => count !== 0);
  if (wrong.length > 0) throw new Error(`amiss: ${wrong.map(([what]) => what).join(', ')}`);
}, 3_600_000);

describe('after the kills', () => {
  bench(
    'amiss',
    () => {
      if (Object.values(soak.amiss).some((count) => count !== 0)) throw new Error('something is amiss');
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
