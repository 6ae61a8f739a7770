import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { openDatabase } from '#app/db/client.server.ts';
import { filterCohort } from '#app/optouts/cohorts.server.ts';
import { admit } from '#app/people/admission.server.ts';
import { keepMemorySmall } from '#app/server/memory.server.ts';
import { testKeys, testOrigin } from './fixed.ts';

// A process of its own that answers one list as the call does, from a file into a file, with the key that it is given, and says what that
// took: tests/bench/checks.bench.ts starts it.

keepMemorySmall();
const [url = '', key = '', from = '', to = '', first = ''] = process.argv.slice(2);
const database = openDatabase(url, () => undefined);
const world = {
  database,
  db: database.db,
  keys: testKeys,
  clock: () => new Date(),
  appOrigin: testOrigin,
  demo: true,
};
async function answer(path: string, into: string) {
  const admitted = await admit(world, key, '127.0.0.1');
  if (!admitted) throw new Error('the key opens nothing');
  const answered = await filterCohort(
    world,
    { kind: 'program', client: admitted.client },
    { purpose: 'MLTRAINING', recipient: 'umbra', identifiable: true },
    { body: createReadStream(path), cameWhole: () => true },
  );
  if (!answered.ok) throw new Error(answered.refusal.reason);
  const out = createWriteStream(into);
  for (;;) {
    const { done, value } = await answered.rows.next();
    if (done) break;
    if (!out.write(value)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
  return answered;
}

// A site that runs has answered before.
await answer(first, `${to}.first`);
const before = process.resourceUsage().maxRSS / 1024;
const began = performance.now();
const answered = await answer(from, to);
const seconds = (performance.now() - began) / 1_000;
const { receiptId } = answered;
const { rows, permitted, denied } = answered.outcome();
// Kilobytes: the most that this process ever had, and what it had before it was asked.
const peak = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`${JSON.stringify({ seconds, before, peak, receiptId, rows, permitted, denied })}\n`);
await database.close();
