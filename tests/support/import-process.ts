import { importCsvFile } from '#app/disclosures/imports/from-disk.server.ts';
import { openDatabase } from '#app/db/client.server.ts';
import { testKeys, testOrigin } from './fixed.ts';

// A process of its own that takes one file in as `admin import` does, and says what it took: tests/bench/import.bench.ts starts it.

const [url = '', file = ''] = process.argv.slice(2);
const database = openDatabase(url, () => undefined);
const world = {
  database,
  db: database.db,
  keys: testKeys,
  clock: () => new Date(),
  appOrigin: testOrigin,
  demo: true,
};
const began = performance.now();
const done = await importCsvFile(world, file, {
  actor: { kind: 'system', name: 'Bench' },
  onProgress: () => undefined,
});
const seconds = (performance.now() - began) / 1_000;
// Kilobytes: the most that this process ever had.
const { maxRSS } = process.resourceUsage();
process.stdout.write(`${JSON.stringify({ ...done, troubled: undefined, seconds, peak: maxRSS / 1024 })}\n`);
await database.close();
