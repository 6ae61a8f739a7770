import { parseArgs } from 'node:util';
import { BackupRefusal } from '#app/db/backup/file.server.ts';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import { MigrationRefusal } from '#app/db/migrate.server.ts';
import { StartRefusal } from '../start-refusal.ts';
import { apiKeyCreate } from './api-key-create.ts';
import { apiKeyList } from './api-key-list.ts';
import { apiKeyRevoke } from './api-key-revoke.ts';
import { apiKeyRotate } from './api-key-rotate.ts';
import { auditVerify } from './audit-verify.ts';
import { backup } from './backup.ts';
import { CommandFailed, WrongUsage, type Command, type Terminal } from './command.ts';
import { doctor } from './doctor.ts';
import { facilitySet } from './facility-set.ts';
import { importFile } from './import.ts';
import { keysNew } from './keys-new.ts';
import { keysRotate } from './keys-rotate.ts';
import { keysStatus } from './keys-status.ts';
import { restore } from './restore.ts';
import { sourceList } from './source-list.ts';
import { sourceSet } from './source-set.ts';
import { userCreate } from './user-create.ts';
import { userDisable } from './user-disable.ts';
import { userEnable } from './user-enable.ts';
import { userList } from './user-list.ts';
import { userResetTwoFactor } from './user-reset-two-factor.ts';

const commands: Command[] = [
  doctor,
  keysNew,
  keysStatus,
  keysRotate,
  facilitySet,
  userCreate,
  userDisable,
  userEnable,
  userList,
  userResetTwoFactor,
  apiKeyCreate,
  apiKeyList,
  apiKeyRotate,
  apiKeyRevoke,
  auditVerify,
  importFile,
  sourceList,
  sourceSet,
  backup,
  restore,
];

/**
 * Runs one command line.
 * @param typed what follows `npm run -s admin --`
 * @returns the exit code: 0 done, 1 could not be done, 2 not typed right; doctor has codes of its own
 */
export async function runCommand(typed: string[], terminal: Omit<Terminal, 'mode'>): Promise<number> {
  const command = commands.find(({ name }) => name.split(' ').every((word, at) => typed[at] === word));
  if (!command) {
    const wanted = typed.filter((word) => !word.startsWith('-')).join(' ');
    if (wanted) terminal.say(`There is no command "${wanted}".`);
    for (const line of overview()) terminal[wanted ? 'say' : 'print'](line);
    return wanted || !isHelp(typed) ? 2 : 0;
  }
  const args = typed.slice(command.name.split(' ').length);
  if (isHelp(args)) {
    for (const line of helpOf(command)) terminal.print(line);
    return 0;
  }
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { ...command.options, demo: { type: 'boolean' } },
      allowPositionals: command.takes !== undefined,
    });
    if (positionals.length > 1) throw new WrongUsage(`Give one ${command.takes}.`);
    const [typedBare] = positionals;
    const given =
      command.takes && typedBare !== undefined ? { ...values, [command.takes]: typedBare } : values;
    return await command.run(given, {
      ...terminal,
      mode: values.demo ? 'demo' : 'production',
    });
  } catch (error) {
    for (const line of failure(error, command)) terminal.say(line);
    return isUsage(error) ? 2 : 1;
  }
}

const isHelp = (args: string[]) => args.includes('--help') || args.includes('-h');

const isUsage = (error: unknown): error is Error =>
  error instanceof WrongUsage ||
  (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));

function overview(): string[] {
  return [
    'npm run -s admin -- COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `${name.padEnd(22)} ${summary}`),
    '',
    'Each has --help. --demo works on the data of the demo (npm run demo).',
  ];
}

function helpOf({ name, summary, help }: Command): string[] {
  return [`${name}: ${summary}.`, '', ...help, '--demo           on the data of the demo'];
}

function failure(error: unknown, command: Command): string[] {
  if (isUsage(error)) return [error.message, '', ...helpOf(command)];
  if (error instanceof CommandFailed || error instanceof BackupRefusal) return [error.message];
  if (error instanceof StartRefusal || error instanceof MigrationRefusal) {
    return [...error.message.split('\n'), error.whatToDo];
  }
  if (isDatabaseUnreachable(error)) {
    return ['The database does not answer.', 'Run: npm run -s admin -- doctor'];
  }
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}
