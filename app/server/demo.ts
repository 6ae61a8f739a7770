import { spawn } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Main from './main.ts';

// Runs from source, before anything is built: builds, then starts the build in this same process, so that one signal to one process
// stops everything.
process.stdout.write('\n  Plainview demo\n\n  Building (a minute on the first run)\n');
const built = await new Promise<number>((resolve) => {
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/server/build.ts', '--if-changed'], {
    stdio: 'inherit',
  });
  child.on('close', (code) => resolve(code ?? 1));
});
if (built !== 0) process.exit(built);
const main = (await import(pathToFileURL(path.resolve('build/main.js')).href)) as typeof Main;
await main.serveBuilt('demo');
