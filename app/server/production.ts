import { serveBuilt } from './main.ts';

await serveBuilt('production');
