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
  const session = (idHash: string, at: Date) => ({
    idHash,
    userId,
    createdAt: days(-5),
    lastSeenAt: days(-5),
    absoluteExpiresAt: at,
    userAgent: 'test',
    factorAt: days(-5),
  });
  await world.db.session.createMany({ data: [session('old', days(-2)), session('new', days(1))] });
  const half = { userId, createdAt: days(-5) };
  await world.db.pendingSignIn.createMany({
    data: [
      { ...half, idHash: 'old', expiresAt: days(-2) },
      { ...half, idHash: 'new', expiresAt: days(1) },
    ],
  });
  const proof = { purpose: 'signUp' as const, email: 'a@b.example', locale: 'en', createdAt: days(-5) };
  await world.db.mailProof.createMany({
    data: [
      { ...proof, idHash: 'old', expiresAt: days(-2) },
      { ...proof, idHash: 'new', expiresAt: days(1) },
    ],
  });
  const invitation = (displayName: string, expiresAt: Date, usedAt: Date | null) => ({
    displayName,
    role: 'staff' as const,
    selector: displayName,
    codeHash: 'x',
    delivery: 'desk' as const,
    invitedById: userId,
    invitedAt: days(-200),
    expiresAt,
    usedAt,
  });
  await world.db.invitation.createMany({
    data: [
      invitation('old', days(-91), null),
      invitation('used', days(-91), days(-100)),
      invitation('late', days(-80), null),
    ],
  });
  const evidence = async () => ({
    events: await world.db.auditEvent.count(),
    requests: await world.db.privacyRequest.count(),
    disclosures: await world.db.disclosure.count(),
    optOuts: await world.db.optOut.count(),
    records: await world.db.auditRecord.count(),
  });
  const before = await evidence();
  await sweep(world);
  await sweep(world);
  expect(await evidence()).toEqual(before);
  expect(before.events).toBeGreaterThan(0);
  expect(before.disclosures).toBeGreaterThan(0);
  const left = { select: { idHash: true } };
  expect(await world.db.session.findMany(left)).toEqual([{ idHash: 'new' }]);
  expect(await world.db.pendingSignIn.findMany(left)).toEqual([{ idHash: 'new' }]);
  expect(await world.db.mailProof.findMany(left)).toEqual([{ idHash: 'new' }]);
  const names = await world.db.invitation.findMany({
    orderBy: { displayName: 'asc' },
    select: { displayName: true },
  });
  expect(names.map(({ displayName }) => displayName)).toEqual(['late', 'used']);
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
      'resume-imports',
      'sweep',
      'vendor-notices',
      'watch-sources',
    ]);
  } finally {
    await site.stop();
  }
});
