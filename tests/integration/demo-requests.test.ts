import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '#app/audit/seal.server.ts';
import { deadlineCounts } from '#app/requests/oversight.server.ts';
import { localDate } from '#app/words/dates.ts';
import { facility } from '#prisma/seed/cast.ts';
import { tellRequests } from '#prisma/seed/requests.server.ts';
import { allOn } from '#tests/support/days.ts';
import { freshWorld, hours, patientOf, type FreshWorld } from '#tests/support/world.ts';

describe.each([
  ['at noon', 0],
  ['shortly after midnight, half a year on', 24 * 183 + 12],
])('the demo’s requests, begun %s', (_when, later) => {
  let fresh: FreshWorld;
  beforeAll(async () => {
    fresh = await freshWorld({ seeded: true });
    fresh.clock.advance(hours(later));
    await tellRequests(fresh.world);
  }, 60_000);
  afterAll(() => fresh.drop());

  it('are of several kinds and states, one late, one due today, one waiting, one extended', async () => {
    const { db } = fresh.world;
    const today = localDate(fresh.world.clock(), facility.timeZone);
    expect(await deadlineCounts(db, allOn(today))).toMatchObject({
      overdue: 1,
      today: 1,
      // A question, a cost and proof of who it is.
      waitingOnPatient: 3,
      extended: 1,
    });
    const kinds = await db.privacyRequest.groupBy({ by: ['kind'], _count: true });
    expect(kinds.length).toBeGreaterThanOrEqual(8);
    expect(await db.privacyRequest.count({ where: { resolution: 'denied' } })).toBe(1);
    expect(await db.privacyRequest.count({ where: { status: 'responded' } })).toBeGreaterThan(4);
    expect(await db.privacyRequest.count()).toBeGreaterThanOrEqual(20);
    expect((await verifyChain(db)).whole).toBe(true);
    expect(await db.notice.count({ where: { sentAt: null } })).toBe(0);
  });

  it('leave Ines with her account, without a request and without a “no”', async () => {
    const { db } = fresh.world;
    const { patientId } = await patientOf(fresh.world, 'RB000417');
    expect(await db.optOut.count({ where: { patientId } })).toBe(0);
    expect(await db.privacyRequest.count({ where: { patientId } })).toBe(0);
  });
});
