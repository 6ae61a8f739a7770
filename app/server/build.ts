import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { build } from 'esbuild';

// npm run build: the Prisma client, the site (Remix by Vite), and the process entries (esbuild). Needs no network.

const stamp = path.resolve('build/stamp');
const sources = ['app', 'emails', 'prisma', 'public', 'package-lock.json', 'vite.config.ts', 'tsconfig.json'];

/** Names, sizes and times of all sources: what a build stands on. */
async function sourcesNow(): Promise<string> {
  const lines: string[] = [];
  const visit = async (file: string): Promise<void> => {
    if (file === path.join('app', 'db', 'generated')) return;
    const facts = await stat(file);
    if (!facts.isDirectory()) return void lines.push(`${file} ${facts.size} ${facts.mtimeMs}`);
    for (const name of (await readdir(file)).sort()) await visit(path.join(file, name));
  };
  for (const source of sources) await visit(source);
  return lines.join('\n');
}

function step(words: string, program: string, args: string[]): void {
  process.stdout.write(`  ${words}\n`);
  const done = spawnSync(process.execPath, [path.join('node_modules', program), ...args], {
    encoding: 'utf8',
  });
  if (done.status === 0) return;
  process.stderr.write(`${done.stdout}${done.stderr}\n  The build failed: ${words}\n`);
  process.exit(1);
}

const now = await sourcesNow();
if (process.argv.includes('--if-changed') && existsSync(stamp) && (await readFile(stamp, 'utf8')) === now) {
  process.stdout.write('  The build is up to date\n');
  process.exit(0);
}
await rm('build', { recursive: true, force: true });
if (!process.env.PLAINVIEW_CLIENT_IS_MADE)
  step('Generating the database client', 'prisma/build/index.js', ['generate']);
step('Building the pages', '@remix-run/dev/dist/cli.js', ['vite:build', '--logLevel', 'warn']);
process.stdout.write('  Building the server\n');
await build({
  entryPoints: ['app/server/main.ts', 'app/server/production.ts', 'app/server/admin.ts'],
  outdir: 'build',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  jsx: 'automatic',
  logLevel: 'warning',
});
await writeFile(stamp, now);
