import { afterAll, beforeAll, expect, it } from 'vitest';
import { sweep } from '#app/jobs/sweep.server.ts';
import { connected } from '#tests/support/database.ts';
import { startSite, type Site } from '#tests/support/site.ts';
import { castMember, freshWorld, hours, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

it('the night’s sweep removes what has ended, and nothing that has not', async () => {
  const { world, clock } = fresh;
  const { id: userId } = await world.db.user.findUniqueOrThrow({
    where: { email: castMember('patient').email },
    select: { id: true },
  });
  const now = clock.now();
  const days = (count: number) => new Date(now.getTime() + count * hours(24));
  for (const [name, at] of [
    ['old', days(-1)],
    ['new', days(1)],
  ] as const) {
    await world.db.keptForm.create({
      data: { idHash: name, userId, path: '/requests', fieldsSealed: 'x', keptAt: days(-2), expiresAt: at },
    });
  }
  await world.db.knownDevice.createMany({
    data: [
      { secretHash: 'old', userId, createdAt: days(-400), lastSeenAt: days(-200) },
      { secretHash: 'new', userId, createdAt: days(-400), lastSeenAt: days(-10) },
    ],
  });
  await sweep(world);
  await sweep(world);
  expect(await world.db.keptForm.findMany({ select: { idHash: true } })).toEqual([{ idHash: 'new' }]);
  expect(await world.db.knownDevice.findMany({ select: { secretHash: true } })).toEqual([
    { secretHash: 'new' },
  ]);
});

it('the server knows when to sweep, to remind, to look after mail and sources, and to say that it lives', async () => {
  const site: Site = await startSite();
  try {
    const rows = await connected(site.databaseUrl, (client) =>
      client.query<{ identifier: string }>(
        'select identifier from graphile_worker._private_known_crontabs order by 1',
      ),
    );
    expect(rows.rows.map(({ identifier }) => identifier)).toEqual([
      'fold-tallies',
      'heartbeat',
      'keep-mail',
      'remind',
      'sweep',
      'watch-sources',
    ]);
  } finally {
    await site.stop();
  }
});
