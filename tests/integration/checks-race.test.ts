import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { recordDenial } from '#app/optouts/optouts.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { interleave } from '#tests/support/interleavings.ts';
import { freshWorld, minutes, patientOf, testClock, worldOn, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(() => fresh.drop());

const question = {
  purpose: 'MLTRAINING',
  recipient: 'umbra',
  identifiable: true,
  at: null,
  items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
};

async function gateway(world: FreshWorld['world']) {
  const client = await world.db.machineClient.findFirstOrThrow();
  return async () => {
    const { checkedAt, results } = await answerCheck(world, client, question);
    return { checkedAt: Date.parse(checkedAt), decision: results[0]?.decision };
  };
}

describe('checks while a patient files and takes back', () => {
  it('never permit after the commit of an opt-out: 200 turns of two patients, 6 gateways, two worlds', async () => {
    const { turns, denied, permitted } = await interleave(fresh, 200);
    expect(turns).toBe(200);
    expect(denied.answers).toBeGreaterThanOrEqual(200);
    expect(denied.wrong).toBe(0);
    // Without this, a check that always denies would pass.
    expect(permitted.answers).toBeGreaterThanOrEqual(200);
    expect(permitted.wrong).toBe(0);
  }, 120_000);

  it('counts from the commit: permitted while the filing is under way, denied from the next call', async () => {
    const check = await gateway(fresh.world);
    const other = worldOn(fresh.databaseUrl, fresh.clock, { demo: true });
    const actor = await patientOf(other, 'RB000417');
    const id = await fileOptOut(other);
    await withdrawOptOut(other, id);
    const { requestId } = await other.db.optOut.findUniqueOrThrow({
      where: { id },
      select: { requestId: true },
    });
    try {
      await inTransaction(other.db, async (tx) => {
        await recordDenial(
          tx,
          {
            actor,
            patientId: actor.patientId,
            requestId,
            now: fresh.clock.now(),
            wording: { version: '2026-11', locale: 'en' },
          },
          { purposes: ['aiTraining'], vendors: 'all', studies: 'all', coversDeidentified: true },
        );
        expect((await check()).decision).toBe('permit');
      });
      expect((await check()).decision).toBe('deny');
    } finally {
      await other.database.close();
    }
  });

  it.each([
    ['ahead', minutes(3)],
    ['behind', -minutes(3)],
  ])('deny at once when the clock of the process that took the opt-out is %s', async (_, skew) => {
    const clock = testClock(new Date(fresh.clock.now().getTime() + skew));
    const other = worldOn(fresh.databaseUrl, clock, { demo: true });
    try {
      const check = await gateway(fresh.world);
      const id = await fileOptOut(other);
      expect((await check()).decision).toBe('deny');
      await withdrawOptOut(other, id);
      expect((await check()).decision).toBe('permit');
    } finally {
      await other.database.close();
    }
  });
});
