import { defineConfig } from 'prisma/config';

// These commands use no schema engine, yet refuse to start without one and would download it. Any file that
// exists satisfies them. Migrations never go through this command line (app/db/migrate.server.ts applies them,
// prisma/make-migration.ts writes them), so the commands that do need the engine keep their own behaviour.
if (['generate', 'validate', 'format'].some((command) => process.argv.includes(command))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
});
