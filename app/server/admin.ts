import { existsSync } from 'node:fs';
import { runCommand } from './admin/run.ts';

// npm run -s admin -- COMMAND: what an operator does at the machine. The same settings as the server's.

if (existsSync('.env')) process.loadEnvFile('.env');
process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  say: (line) => process.stderr.write(`  ${line}\n`),
  now: () => new Date(),
  env: process.env,
});
