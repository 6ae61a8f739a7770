import { beforeAll, bench, describe } from 'vitest';
import { interleave } from '#tests/support/interleavings.ts';
import { freshWorld } from '#tests/support/world.ts';

// npm run bench -- interleavings. An opt-out counts from its commit: so many turns of filing and taking back while gateways ask without a
// pause, on several connections of two worlds. Fails at one permit after a commit. BENCH_TURNS sets another number.

const turns = Number(process.env.BENCH_TURNS ?? 10_000);

/** In one world, whose two patients' histories grow with every turn: a check reads all of one. */
const inOneWorld = 250;

beforeAll(async () => {
  const sum = { denied: { answers: 0, wrong: 0 }, permitted: { answers: 0, wrong: 0 } };
  for (let done = 0; done < turns; done += inOneWorld) {
    const fresh = await freshWorld({ seeded: true });
    const counted = await interleave(fresh, Math.min(inOneWorld, turns - done));
    await fresh.drop();
    for (const decided of ['denied', 'permitted'] as const) {
      sum[decided].answers += counted[decided].answers;
      sum[decided].wrong += counted[decided].wrong;
    }
  }
  const { denied, permitted } = sum;
  process.stdout.write(
    `\ninterleavings: ${turns} turns; ${denied.answers} answers after a “no”, ${denied.wrong} of them wrong; ${permitted.answers} after it was taken back, ${permitted.wrong} wrong\n`,
  );
  if (denied.wrong + permitted.wrong > 0) throw new Error('an answer came from before a commit');
  if (denied.answers < turns || permitted.answers < turns) throw new Error('too few answers were certain');
}, 3_600_000);

describe(`${turns} opt-outs filed and taken back`, () => {
  bench('count from their commit, as printed above', () => undefined, {
    iterations: 1,
    time: 0,
    warmupIterations: 0,
    warmupTime: 0,
  });
});
