import { expect, it } from 'vitest';
import { killUnderLoad } from '#tests/support/killed-soak.ts';

// Four of the hundred of `npm run bench -- kill`.
it('web and worker that are killed at random under load lose nothing that was acknowledged, and do nothing by half or twice', async () => {
  const { kills, acknowledged, reports, amiss } = await killUnderLoad(4);
  expect(kills).toBe(4);
  for (const did of ['filed', 'acknowledged', 'written', 'answered', 'reported'])
    expect(acknowledged[did] ?? 0, did).toBeGreaterThan(2);
  for (const [way, count] of Object.entries(reports))
    if (way !== 'lost') expect(count, way).toBeGreaterThan(10);
  expect(Object.entries(amiss).filter(([, count]) => count !== 0)).toEqual([]);
}, 300_000);
