import type { ServerBuild } from '@remix-run/node';
import { createServer } from 'vite';
import { runUntilSignal } from './main.ts';

// Vite renders the routes anew on each change; a change below app/server restarts the process (npm run dev runs this under --watch).
const vite = await createServer({ server: { middlewareMode: true }, appType: 'custom' });
await runUntilSignal({
  mode: 'development',
  clientDir: null,
  vite: vite.middlewares,
  build: () => vite.ssrLoadModule('virtual:remix/server-build') as Promise<ServerBuild>,
});
