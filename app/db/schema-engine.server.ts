import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
} from '@prisma/driver-adapter-utils';
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import * as engineModule from '@prisma/schema-engine-wasm/schema_engine_bg';
import type {
  MigrationList,
  SchemaContainer,
  SchemaEngine,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Plainview manages every table of its database; nothing is left to somebody else. */
export const everyTable = { externalTables: [], externalEnums: [] };

/**
 * The folder that holds `prisma/migrations`, found by walking up from this file, so that it is the same
 * folder whether the code runs from its sources or from a bundle inside `build/`.
 */
export function projectFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, 'prisma', 'migrations'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error('No folder prisma/migrations above ' + import.meta.url);
    folder = parent;
  }
  return folder;
}

/** The Prisma schema files of a folder, by name. */
export async function readSchema(
  folder = path.join(projectFolder(), 'prisma', 'schema'),
): Promise<SchemaContainer[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort();
  return Promise.all(
    names.map(async (name) => ({ path: name, content: await readFile(path.join(folder, name), 'utf8') })),
  );
}

/**
 * The migrations of a folder, oldest first. A migration is a folder `YYYYMMDDHHMMSS_name` (UTC) with a
 * `migration.sql`; other files beside it are not the engine's business.
 */
export async function readMigrations(
  baseDir = path.join(projectFolder(), 'prisma', 'migrations'),
): Promise<MigrationList> {
  const names = await migrationNames(baseDir);
  const lockfilePath = path.join(baseDir, 'migration_lock.toml');
  return {
    baseDir,
    lockfile: {
      path: './migration_lock.toml',
      content: existsSync(lockfilePath) ? await readFile(lockfilePath, 'utf8') : null,
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  };
}

/** Names of the migrations of a folder, oldest first. */
export async function migrationNames(
  baseDir = path.join(projectFolder(), 'prisma', 'migrations'),
): Promise<string[]> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && /^\d{14}_/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

/**
 * Prisma's own adapter cuts a script at every semicolon, which breaks the body of a function and lets
 * half a migration stay. Here a script goes to PostgreSQL whole: one simple query, which PostgreSQL runs
 * as one transaction (https://www.postgresql.org/docs/18/protocol-flow.html#PROTOCOL-FLOW-MULTI-STATEMENT).
 * So a migration must not hold a command that refuses transactions, such as CREATE INDEX CONCURRENTLY.
 */
class WholeScripts extends PrismaPg {
  /** What PostgreSQL said of the script that failed; the engine's own error keeps only a part of it. */
  failure?: pg.DatabaseError;

  override async connect() {
    const adapter = await super.connect();
    adapter.executeScript = async (script) => {
      try {
        await adapter.underlyingDriver().query(script);
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        this.failure = error;
        throw asAdapterError(error);
      }
    };
    return adapter;
  }
}

function asAdapterError(error: pg.DatabaseError): DriverAdapterError {
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'XX000',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
    originalCode: error.code,
    originalMessage: error.message,
  });
}

let loaded: Promise<void> | undefined;

/** Loads the WebAssembly once a process. Its package does not export the file, so it is read by its path. */
function loadEngine(): Promise<void> {
  return (loaded ??= (async () => {
    const glue = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const bytes = await readFile(path.join(path.dirname(glue), 'schema_engine_bg.wasm'));
    const { instance } = await WebAssembly.instantiate(bytes, {
      './schema_engine_bg.js': engineModule as unknown as WebAssembly.ModuleImports,
    });
    engineModule.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
  })());
}

/**
 * Runs one piece of work with Prisma's schema engine on a database, on a single connection of its own.
 *
 * @throws pg.DatabaseError when a script failed, else the engine's error
 */
export async function withSchemaEngine<T>(
  databaseUrl: string,
  schema: SchemaContainer[],
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, application_name: 'plainview-migrate' });
  const adapter = new WholeScripts(pool);
  try {
    return await withEngine(adapter, schema, work);
  } catch (error) {
    throw adapter.failure ?? error;
  } finally {
    await pool.end();
  }
}

async function withEngine<T>(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  schema: SchemaContainer[],
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  await loadEngine();
  const datamodels = schema.map((file): [string, string] => [file.path, file.content]);
  const factory = bindMigrationAwareSqlAdapterFactory(adapter);
  const engine = await engineModule.SchemaEngine.new({ datamodels }, () => undefined, factory);
  try {
    return await work(engine);
  } finally {
    engine.free();
  }
}

/**
 * The engine asks any database for its version before it compares two datamodels, and nothing else. This
 * answers with the oldest PostgreSQL that Plainview supports, so that its SQL runs there too.
 */
const oldestPostgres: SqlMigrationAwareDriverAdapterFactory = {
  provider: 'postgres',
  adapterName: 'plainview-no-database',
  connect: async () => oldestPostgresAnswers,
  connectToShadowDb: async () => oldestPostgresAnswers,
};

const noDatabase = () => Promise.reject(new Error('Comparing datamodels must not reach for a database'));

const oldestPostgresAnswers: SqlDriverAdapter = {
  provider: 'postgres',
  adapterName: 'plainview-no-database',
  queryRaw: async ({ sql }) => {
    if (!sql.includes('server_version_num')) return noDatabase();
    return {
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
      rows: [[true, 'PostgreSQL 15.0', 150000]],
    };
  },
  executeRaw: noDatabase,
  executeScript: noDatabase,
  startTransaction: noDatabase,
  getConnectionInfo: () => ({ supportsRelationJoins: true }),
  dispose: async () => undefined,
};

/**
 * The SQL that turns the database of one datamodel into the database of another; needs no database.
 *
 * @param from an empty list stands for an empty database
 * @returns the script; '' when nothing differs
 */
export async function migrationSql(from: SchemaContainer[], to: SchemaContainer[]): Promise<string> {
  return withEngine(oldestPostgres, to, async (engine) => {
    const { stdout } = await engine.diff({
      from: from.length === 0 ? { tag: 'empty' } : { tag: 'schemaDatamodel', files: from },
      to: { tag: 'schemaDatamodel', files: to },
      script: true,
      exitCode: null,
      filters: everyTable,
    });
    const script = stdout ?? '';
    return /^\s*(-- This is an empty migration\.)?\s*$/.test(script) ? '' : script;
  });
}
