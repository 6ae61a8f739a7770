import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkInstallation } from '#app/server/installation.server.ts';
import { StartRefusal } from '#app/server/start-refusal.ts';
import { demoApiKey, facility } from '#prisma/seed/cast.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';
import { freshWorld } from '#tests/support/world.ts';

describe('a site that is no demo', () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite({ seeded: false });
    await site.world.db.facility.create({ data: { id: 1, ...facility } });
  });
  afterAll(() => site.stop());

  it.each(['/demo', '/demo/outbox', '/demo/cast.json', '/demo.data', '/demo/outbox.data'])(
    'has no %s',
    async (target) => {
      const answer = await site.ask(target);
      expect(answer.status).toBe(404);
      expect(answer.text).not.toMatch(/river-lantern-otter|JBSWY3DPEHPK3PXP|pvk_demo/);
    },
  );

  it('says on no page that it is a demo', async () => {
    const answer = await site.ask('/');
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('This is a demo');
  });

  it('takes no key of the demo', async () => {
    expectProblem(await site.ask('/api/v1/checks', asMachine('{}', { key: demoApiKey })), 401);
  });
});

describe('demo and real data are kept apart', () => {
  const now = new Date('2026-11-22T15:00:00Z');
  const refusalOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'started',
      (error: unknown) => (error instanceof StartRefusal ? error.code : String(error)),
    );

  it('nothing but the demo starts on a database that the demo made', async () => {
    const { world, drop } = await freshWorld({ seeded: true });
    expect(await refusalOf(checkInstallation(world.db, 'production', false, now))).toBe('demoDatabase');
    expect(await checkInstallation(world.db, 'demo', false, now)).toBe('keep');
    await drop();
  });

  it('the demo starts on no other database, not even on an empty one that somebody names', async () => {
    const { world, drop } = await freshWorld();
    expect(await refusalOf(checkInstallation(world.db, 'demo', false, now))).toBe('notADemoDatabase');
    expect(await checkInstallation(world.db, 'demo', true, now)).toBe('fill');
    expect(await checkInstallation(world.db, 'production', true, now)).toBe('keep');
    expect(await refusalOf(checkInstallation(world.db, 'demo', true, now))).toBe('notADemoDatabase');
    await drop();
  });
});
