import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '#app/db/client.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { recordDenial } from '#app/optouts/optouts.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
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
  it('never permit after the commit of an opt-out: 60 turns, 4 gateways, two processes', async () => {
    // A clock that moves with every look at it puts all that happens in one order.
    let tick = fresh.clock.now().getTime();
    const ticking = { now: () => new Date((tick += 1)), advance: () => undefined };
    const filing = worldOn(fresh.databaseUrl, ticking, { demo: true });
    const checking = worldOn(fresh.databaseUrl, ticking, { demo: true });
    try {
      const check = await gateway(checking);
      const checks: { began: number; checkedAt: number; ended: number; decision: string | undefined }[] = [];
      let goOn = true;
      const ask = async () => {
        const began = ticking.now().getTime();
        const { checkedAt, decision } = await check();
        checks.push({ began, checkedAt, decision, ended: ticking.now().getTime() });
      };
      const gateways = Array.from({ length: 4 }, async () => {
        while (goOn) await ask();
      });
      const turns: { refusedFrom: number; refusedTo: number }[] = [];
      const allowed: { from: number; to: number }[] = [];
      let allowedFrom = tick;
      for (let turn = 0; turn < 60; turn++) {
        allowed.push({ from: allowedFrom, to: ticking.now().getTime() });
        const id = await fileOptOut(filing);
        const refusedFrom = ticking.now().getTime();
        await ask(); // so that at least one lies between
        turns.push({ refusedFrom, refusedTo: ticking.now().getTime() });
        await withdrawOptOut(filing, id);
        allowedFrom = ticking.now().getTime();
        await ask();
      }
      goOn = false;
      await Promise.all(gateways);

      // By the moment the answer gives for itself, and by when the question came.
      const after = (from: number, to: number) =>
        checks.filter((one) => (one.checkedAt > from || one.began > from) && one.ended < to);
      const refused = turns.flatMap(({ refusedFrom, refusedTo }) => after(refusedFrom, refusedTo));
      expect(refused.length).toBeGreaterThanOrEqual(60);
      expect(refused.filter(({ decision }) => decision !== 'deny')).toEqual([]);
      // Without this, a check that always denies would pass.
      const free = allowed.flatMap(({ from, to }) =>
        checks.filter((one) => one.began > from && one.ended < to),
      );
      expect(free.length).toBeGreaterThanOrEqual(59);
      expect(free.filter(({ decision }) => decision !== 'permit')).toEqual([]);
    } finally {
      await Promise.all([filing.database.close(), checking.database.close()]);
    }
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
