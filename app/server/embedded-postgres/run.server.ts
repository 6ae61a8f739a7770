import { spawn } from 'node:child_process';
import path from 'node:path';

/** The system user that PostgreSQL's programs run as; undefined: the user of this process. */
export type RunAs = { uid: number; gid: number; name: string } | undefined;

export type Outcome = { code: number | null; output: string };

/**
 * Environment of PostgreSQL's programs: nothing of ours, so that neither a PG* variable of the operator's
 * shell changes what they do, nor a secret of the application reaches them.
 */
export const postgresEnvironment = Object.freeze<Record<string, string>>({
  PATH: process.env.PATH ?? '',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.platform === 'win32' ? { SystemRoot: process.env.SystemRoot ?? '' } : {}),
}) as NodeJS.ProcessEnv;

/**
 * Runs a program to its end and returns its exit code and everything it printed.
 * The working folder is the root: the user that runs it may be barred from ours.
 *
 * @throws the spawn error (ENOENT, EACCES) when the program cannot be started
 */
export function run(program: string, args: string[], runAs?: RunAs): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: path.parse(process.cwd()).root,
      env: postgresEnvironment,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: output.trim() }));
  });
}

/** The error code of the operating system, such as ENOENT. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
