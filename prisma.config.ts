import { defineConfig } from 'prisma/config';

// `prisma generate` reads no engine, yet refuses to start without one and would download it. Any file that
// exists satisfies it; migrations never go through this command line (app/db/migrate.server.ts applies them,
// prisma/make-migration.ts writes them), so other commands keep their own behaviour.
if (process.argv.includes('generate')) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}

export default defineConfig({
  schema: 'prisma/schema',
  migrations: { path: 'prisma/migrations' },
});
