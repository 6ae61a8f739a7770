import { readFile, stat, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { projectFolder } from '#app/db/schema-engine.server.ts';
import type { Configuration } from '../configuration.server.ts';
import { found, type Finding } from './finding.ts';

const megabytes = 1_000_000;

/** @param nodeVersion as `process.versions.node` says it */
export async function versionFinding(nodeVersion: string): Promise<Finding> {
  const text = await readFile(path.join(projectFolder(), 'package.json'), 'utf8');
  const { version } = JSON.parse(text) as { version: string };
  const words = `Plainview ${version} on Node ${nodeVersion}`;
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  return fits
    ? found('version', 'ok', words)
    : found('version', 'fail', `${words}; install Node 20.19 or newer, or 22.12 or newer`);
}

/** Whether the mail server answers and takes the user and password. Sends nothing. */
export async function mailFinding({
  smtpUrl,
  mode,
}: Pick<Configuration, 'smtpUrl' | 'mode'>): Promise<Finding> {
  if (!smtpUrl) {
    return mode === 'production'
      ? found('mail', 'fail', 'SMTP_URL is missing: where mail is handed over')
      : found('mail', 'ok', 'kept in the outbox of the demo; no SMTP_URL');
  }
  const { host } = new URL(smtpUrl);
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: 3_000,
    greetingTimeout: 3_000,
    socketTimeout: 5_000,
  });
  try {
    await transport.verify();
    return found('mail', 'ok', `${host} takes mail`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return found('mail', 'fail', `${host} does not take mail (${why}); set SMTP_URL`);
  } finally {
    transport.close();
  }
}

/** Room for the data folder, or for the place where it will be made. */
export async function diskFinding(dataDir: string): Promise<Finding> {
  let folder = path.resolve(dataDir);
  while (!(await stat(folder).catch(() => undefined))) folder = path.dirname(folder);
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor((bavail * bsize) / megabytes);
  const words = `${free.toLocaleString('en-US')} MB free for ${folder}`;
  if (free >= 2_000) return found('disk', 'ok', words);
  return found('disk', free < 200 ? 'fail' : 'warn', `${words}; free some, or set DATA_DIR to another disk`);
}

/** The port is free, or Plainview itself is on it. */
export async function portsFinding({
  port,
  appOrigin,
}: Pick<Configuration, 'port' | 'appOrigin'>): Promise<Finding> {
  const refused = await tryPort(port);
  if (refused === null) return found('ports', 'ok', `${port} is free; for ${appOrigin}`);
  if (refused === 'EADDRINUSE') {
    return (await isPlainview(port))
      ? found('ports', 'ok', `Plainview answers on ${port}; for ${appOrigin}`)
      : found('ports', 'fail', `${port} is taken by another program: stop it, or set PORT`);
  }
  return found('ports', 'fail', `this user may not listen on ${port} (${refused}): set PORT`);
}

function tryPort(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) => resolve('code' in error ? String(error.code) : error.message));
    probe.listen(port, () => probe.close(() => resolve(null)));
  });
}

async function isPlainview(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(3_000) });
    return (await answer.text()) === 'alive\n';
  } catch {
    return false;
  }
}
