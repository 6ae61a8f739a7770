import { afterAll, beforeAll, bench, describe } from 'vitest';
import { appendEvent } from '#app/audit/audit.server.ts';
import { sealEvents, verifyChain, waitingEvents } from '#app/audit/seal.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { startChainKeeper } from '#app/jobs/chain-keeper.server.ts';
import { freshWorld, somebody, type FreshWorld } from '#tests/support/world.ts';

// npm run bench. What the chain costs: the same writers, with the sealer beside them until all is sealed, and without. Fails below the target.

const writers = 16;
const each = 25;
const quiet = { info: () => undefined, warn: () => undefined };

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  await compare();
}, 300_000);
afterAll(() => fresh.drop());

const write = () =>
  inTransaction(fresh.world.db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor: somebody,
      at: fresh.clock.now(),
      subject: { kind: 'patient', id: 'bench' },
      after: { pages: 3, of: ['one', 'two'] },
      visibleToPatient: true,
    }),
  );

async function writeTogether(): Promise<void> {
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let turn = 0; turn < each; turn++) await write();
    }),
  );
}

/** Prints what the sealer leaves to the writers. @throws when that is too little, or the chain is not whole */
async function compare(): Promise<void> {
  await writeTogether(); // connections, plans
  const { alone, sealed } = await ratio(10);
  const { count } = await waitingEvents(fresh.world.db);
  const verdict = await verifyChain(fresh.world.db);
  process.stdout.write(
    `\naudit: ${alone.toFixed(0)} events a second without sealing, ${sealed.toFixed(0)} with the sealer, until all are sealed: ratio ${(sealed / alone).toFixed(2)} (target 0.75); ` +
      `${verdict.whole ? `chain whole, ${verdict.events} events` : 'CHAIN BROKEN'}, ${count} waiting\n`,
  );
  if (!verdict.whole || count > 0) throw new Error('the chain is not whole');
  if (sealed / alone < 0.75) throw new Error('the chain costs its writers too much');
}

/** Events a second, of several rounds of each kind in turn, so that both see the same machine. */
async function ratio(rounds: number): Promise<{ alone: number; sealed: number }> {
  const spent = { alone: 0, sealed: 0 };
  for (let round = 0; round < rounds; round++) {
    for (const kind of round % 2 ? (['alone', 'sealed'] as const) : (['sealed', 'alone'] as const)) {
      const keeper = kind === 'sealed' ? startChainKeeper(fresh.world, quiet) : null;
      const began = performance.now();
      await writeTogether();
      // With sealing, the writers are done when all that they wrote has its place in the chain.
      if (keeper) await keeper.stop();
      spent[kind] += performance.now() - began;
      if (!keeper) await sealEvents(fresh.world.db, fresh.clock.now());
    }
  }
  const events = rounds * writers * each * 1_000;
  return { alone: events / spent.alone, sealed: events / spent.sealed };
}

describe(`${writers} writers at once, ${each} events each`, () => {
  bench('floor: events without sealing', writeTogether, { iterations: 3, warmupIterations: 0 });
  bench(
    'events, then sealed',
    async () => {
      await writeTogether();
      await sealEvents(fresh.world.db, fresh.clock.now());
    },
    { iterations: 3, warmupIterations: 0 },
  );
  bench('the whole chain read and checked', async () => {
    await verifyChain(fresh.world.db);
  });
});
