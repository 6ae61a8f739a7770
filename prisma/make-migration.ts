/**
 * Writes the next migration from the schema files.
 *
 *     npx tsx prisma/make-migration.ts add_vendor_labels          the SQL from the last migration to prisma/schema
 *     npx tsx prisma/make-migration.ts seal_trigger --by-hand     an empty file, for SQL that Prisma cannot express
 *     npx tsx prisma/make-migration.ts --check                    exit 1 when prisma/schema is ahead of the migrations
 *
 * Each migration keeps the datamodel that it leads to as `schema.prisma` beside its `migration.sql`; the next
 * one starts from there, so no database is needed. To redo a migration that nobody has applied, delete its
 * folder and run this again. tests/integration/migrations.test.ts compares the two in a real database.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { migrationNames, migrationSql, projectFolder, readSchema } from '#app/db/schema-engine.server.ts';

const migrationsFolder = path.join(projectFolder(), 'prisma', 'migrations');
const options = process.argv.slice(2).filter((word) => word.startsWith('--'));
const name = process.argv.slice(2).find((word) => !word.startsWith('--'));
const check = options.includes('--check');
const byHand = options.includes('--by-hand');

if (
  (!check && !/^[a-z][a-z0-9_]*$/.test(name ?? '')) ||
  options.some((o) => o !== '--check' && o !== '--by-hand')
) {
  console.error('Usage: npx tsx prisma/make-migration.ts name_in_snake_case [--by-hand] | --check');
  process.exit(2);
}

const names = await migrationNames(migrationsFolder);
const last = names.at(-1);
const target = await readSchema();
const sql = await migrationSql(await lastDatamodel(), target);

if (check) {
  if (sql !== '') console.error(`prisma/schema is ahead of the migrations. Missing:\n\n${sql}`);
  process.exit(sql === '' ? 0 : 1);
}
if (sql === '' && !byHand) {
  console.log(
    'Nothing differs between prisma/schema and the last migration. (--by-hand writes an empty one.)',
  );
  process.exit(0);
}
if (sql !== '' && byHand) {
  console.error('prisma/schema is ahead of the migrations: make that migration first, then the one by hand.');
  process.exit(1);
}

const folder = path.join(migrationsFolder, `${nextStamp(last)}_${name}`);
const unfinished = path.join(migrationsFolder, `.unfinished-${process.pid}`);
await mkdir(unfinished, { recursive: true });
await writeFile(path.join(unfinished, 'migration.sql'), byHand ? `-- ${name}\n` : sql);
await writeFile(
  path.join(unfinished, 'schema.prisma'),
  target.map(({ content }) => content.trimEnd()).join('\n\n') + '\n',
);
const lockfile = path.join(migrationsFolder, 'migration_lock.toml');
if (!existsSync(lockfile)) await writeFile(lockfile, 'provider = "postgresql"\n');
await rename(unfinished, folder);
console.log(`Wrote ${path.relative(process.cwd(), path.join(folder, 'migration.sql'))}`);

/** A migration written by hand may keep no datamodel of its own: it changes nothing that Prisma knows. */
async function lastDatamodel() {
  const kept = names
    .map((migration) => path.join(migrationsFolder, migration, 'schema.prisma'))
    .filter((file) => existsSync(file))
    .at(-1);
  return kept === undefined ? [] : [{ path: 'schema.prisma', content: await readFile(kept, 'utf8') }];
}

/** `YYYYMMDDHHMMSS` in UTC, always after the last migration: two made in one second keep their order. */
function nextStamp(previous: string | undefined): string {
  const now = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const after = previous === undefined ? 0n : BigInt(previous.slice(0, 14)) + 1n;
  return BigInt(now) > after ? now : String(after);
}
